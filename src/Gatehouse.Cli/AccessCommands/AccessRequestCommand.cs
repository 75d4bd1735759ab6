using System.CommandLine;
using System.CommandLine.Parsing;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Policy.Files;
using Gatehouse.Text;

namespace Gatehouse.Cli.AccessCommands;

/// <summary><c>gatehouse access request</c>.</summary>
internal static class AccessRequestCommand
{
    public static Command Create()
    {
        var options = new AccessOptions();
        var rule = new Argument<string>("rule") { Description = "Id of the policy rule with 'access' that names the right." };
        var duration = new Option<TimeSpan>("--for")
        {
            Description = "Time for which you need the right, from the moment of the grant: 1m to 24h, and at most what the rule permits.",
            HelpName = "time",
            Required = true,
            CustomParser = Read,
        };
        var reason = new Option<string>("--reason") { Description = "Reason. Those who grant it see it, and the audit log keeps it.", HelpName = "text", Required = true };
        var json = CommonOptions.Json();
        var command = new Command("request",
            """
            Ask for a right for a time, with your own token. The policy says which rights there are, who may ask for them, for how long
            at most, and who grants them. Another person must grant it. The right ends by itself.

            Example:
              gatehouse access request warehouse-write --for 2h --reason "ticket 812" --config gatehouse.yaml --token-file me.token
            """)
        { rule, duration, reason, json };
        options.AddTo(command, names: true);
        command.SetAction((parsed, cancellation) => options.ChannelOf(parsed, names: true).SendAsync(
            new RequestAccess(parsed.GetValue(rule)!, (int)parsed.GetValue(duration).TotalSeconds, parsed.GetValue(reason)!),
            reply =>
            {
                if (parsed.GetValue(json)) JsonOutput.Write("access", new JsonFields { ["id"] = reply.As<AccessRequested>().Id });
                else ControlCall.ShowMessage(reply);
            },
            cancellation));
        return command;
    }

    private static TimeSpan Read(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (PolicyDurations.Read(text) is { TotalDays: <= 1 } span) return span;
        result.AddError($"'{text}' is no time from 1m to 24h: write a whole number with its unit, for example 30m or 2h");
        return default;
    }
}
