using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary><c>gatehouse approval revoke</c>.</summary>
internal static class ApprovalRevokeCommand
{
    private static readonly IdArguments Ids = new(
        static id => ApprovalActs.IsCallId(id) || ApprovalActs.IsActId(id), "a question about a call or an act", "approval list", "apr-7q4kd2m9xs");

    public static Command Create()
    {
        var options = new ApprovalOptions();
        var ids = Ids.Some("The granted questions, as 'approval list' prints them.");
        var reason = new Option<string?>("--reason") { Description = "Reason, kept in the audit log.", HelpName = "text" };
        var command = new Command("revoke",
            """
            Take grants back that no call has used. The people who may answer the question may do it, and administrators. The same
            call then asks a new question.

            Examples:
              gatehouse approval revoke apr-7q4kd2m9xs --config gatehouse.yaml --token-file me.token --reason "wrong account"
              gatehouse approval revoke apr-7q4kd2m9xs --host
            """)
        { ids, reason };
        options.AddTo(command, names: true);
        command.SetAction((parsed, cancellation) => ApprovalEnding.RunAsync(
            options.ChannelOf(parsed, names: true), parsed.GetValue(ids)!, "revoke the grants of",
            id => new RevokeApproval(id, parsed.GetValue(reason) ?? ""), cancellation));
        return command;
    }
}
