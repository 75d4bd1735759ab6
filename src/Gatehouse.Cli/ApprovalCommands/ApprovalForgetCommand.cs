using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary><c>gatehouse approval forget</c>.</summary>
internal static class ApprovalForgetCommand
{
    private static readonly IdArguments Ids = new(ApprovalActs.IsRememberedId, "a remembered answer", "approval list", "rem-7q4kd2m9xs");

    public static Command Create()
    {
        var options = new ApprovalOptions();
        var ids = Ids.Some("The remembered answers, as 'approval list' prints them.");
        var reason = new Option<string?>("--reason") { Description = "Reason, kept in the audit log.", HelpName = "text" };
        var command = new Command("forget",
            """
            End remembered answers. The people who may answer such questions may do it, and administrators. The next such call asks a
            new question.

            Examples:
              gatehouse approval forget rem-7q4kd2m9xs --config gatehouse.yaml --token-file me.token --reason "folder moved"
              gatehouse approval forget rem-7q4kd2m9xs --host
            """)
        { ids, reason };
        options.AddTo(command, names: true);
        command.SetAction((parsed, cancellation) => ApprovalEnding.RunAsync(
            options.ChannelOf(parsed, names: true), parsed.GetValue(ids)!, "forget", id => new ForgetApproval(id, parsed.GetValue(reason) ?? ""),
            cancellation));
        return command;
    }
}
