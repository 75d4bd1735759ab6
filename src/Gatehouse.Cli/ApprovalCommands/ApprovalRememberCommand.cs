using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary><c>gatehouse approval remember</c>: a grant that holds for later calls. It is the act of <c>grant</c> with <c>--remember</c>.</summary>
internal static class ApprovalRememberCommand
{
    private static readonly IdArguments Ids = new(ApprovalActs.IsCallId, "a question about a call", "approval list", "apr-7q4kd2m9xs");

    public static Command Create()
    {
        var options = new ApprovalOptions();
        var id = Ids.One("The question, as 'approval list' prints it.");
        var arguments = new Option<bool>("--arguments") { Description = "Let the answer hold for later calls with the same arguments." };
        var under = new Option<string?>("--under")
        {
            Description = "Let the answer hold for later calls whose path or URI is in this folder, and in which everything else is equal.",
            HelpName = "folder",
        };
        var lasts = RememberOptions.LastsOption();
        var reason = new Option<string?>("--reason") { Description = "Reason, kept in the audit log.", HelpName = "text" };
        var shown = ApprovalOptions.ShownOption("approval show");
        var command = new Command("remember",
            """
            Grant one call that waits for an approval, and let the answer hold for later calls, where the rule permits it. The command
            shows the call and what would be remembered at the terminal, and asks. It is 'approval grant' with --remember: the same
            people may do it.

            Without a terminal, give --shown with the digest that 'approval show' printed for you with the same --remember and --for.

            Examples:
              gatehouse approval remember apr-7q4kd2m9xs --arguments --config gatehouse.yaml --token-file me.token
              gatehouse approval remember apr-7q4kd2m9xs --under /home/ada/notes --for 8h --host
            """)
        { id, arguments, under, lasts, reason, shown };
        options.AddTo(command, names: true);
        options.CheckShown(command, shown);
        command.Check(result =>
        {
            if (result.GetValue(arguments) == (result.GetValue(under) is not null))
                result.AddError("say what is remembered: give either --arguments, or --under with a folder");
            else if (!RememberWish.TryRead(Words(result.GetValue(under)), null, out _))
                result.AddError("--under needs a folder of at most 4096 characters, for example --under /home/ada/notes");
        });
        command.SetAction((parsed, cancellation) =>
        {
            RememberWish.TryRead(Words(parsed.GetValue(under)), parsed.GetValue(lasts), out var wish);
            return new ApprovalAnswering(options.ChannelOf(parsed, names: true), true, parsed.GetValue(reason) ?? "", parsed.GetValue(shown))
            { Remember = wish! }.RunAsync([parsed.GetValue(id)!], cancellation);
        });
        return command;
    }

    private static string Words(string? folder) => folder is null ? RememberWish.ArgumentsWord : RememberWish.UnderPrefix + folder;
}
