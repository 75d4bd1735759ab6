using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary><c>gatehouse approval show</c>.</summary>
internal static class ApprovalShowCommand
{
    public static Command Create()
    {
        var options = new ApprovalOptions();
        var id = ApprovalIds.All.One("The question, as 'approval list' prints it.");
        var json = CommonOptions.Json();
        var command = new Command("show",
            """
            Print one question in full: the caller, the server, the tool, every argument, and the text of the rule that asks. Characters
            that a terminal does not show are printed as escapes, such as \u{202E}. For a definition, the command prints the difference
            to the one that was approved last. The gateway records who was shown what.
            With --remember the text says what would be remembered with a grant, and so does the digest.

            Examples:
              gatehouse approval show apr-7q4kd2m9xs --config gatehouse.yaml --token-file me.token
              gatehouse approval show apr-7q4kd2m9xs --host
            """)
        { id, json };
        options.AddTo(command, names: true);
        var remember = new RememberOptions();
        remember.AddTo(command);
        command.SetAction((parsed, cancellation) => options.ChannelOf(parsed, names: true).SendAsync(
            new ShowApproval(parsed.GetValue(id)!) { Remember = remember.WishOf(parsed) },
            reply =>
            {
                if (parsed.GetValue(json)) JsonOutput.Write("approval", reply.As<ApprovalView>(), OutputJson.Default.ApprovalView);
                else Terminal.Lines(ApprovalScreen.Lines(reply.As<ApprovalView>(), TimeProvider.System.GetUtcNow()));
            },
            cancellation));
        return command;
    }
}
