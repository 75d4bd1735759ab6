using System.CommandLine;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary><c>gatehouse approval list|show|grant|remember|deny|revoke|forget</c>.</summary>
internal static class ApprovalCommand
{
    public static Command Create() =>
        new("approval", "List calls that wait for the approval of a person, show them, grant or deny them, and end grants and remembered answers. Requests for rights and withheld definitions are in the same list.")
        {
            ApprovalListCommand.Create(), ApprovalShowCommand.Create(), ApprovalAnswerCommand.Grant(), ApprovalRememberCommand.Create(),
            ApprovalAnswerCommand.Deny(),
            ApprovalRevokeCommand.Create(), ApprovalForgetCommand.Create(),
        };
}
