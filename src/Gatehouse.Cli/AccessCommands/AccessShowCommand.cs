using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AccessCommands;

/// <summary><c>gatehouse access show</c>.</summary>
internal static class AccessShowCommand
{
    public static Command Create()
    {
        var options = new AccessOptions();
        var id = AccessIds.All.One("The request, as 'access list' prints it.");
        var json = CommonOptions.Json();
        var command = new Command("show",
            """
            Print one request in full: the right with the text of its rule, the person, the time and the reason. Only people who may
            grant it see it. The gateway records who was shown what.

            Example:
              gatehouse access show acc-7q4kd2m9xs --config gatehouse.yaml --token-file me.token
            """)
        { id, json };
        options.AddTo(command, names: true);
        command.SetAction((parsed, cancellation) => options.ChannelOf(parsed, names: true).SendAsync(
            new ShowApproval(parsed.GetValue(id)!),
            reply =>
            {
                if (parsed.GetValue(json)) JsonOutput.Write("access", reply.As<ApprovalView>(), OutputJson.Default.ApprovalView);
                else Terminal.Lines(ApprovalScreen.Lines(reply.As<ApprovalView>(), TimeProvider.System.GetUtcNow()));
            },
            cancellation));
        return command;
    }
}
