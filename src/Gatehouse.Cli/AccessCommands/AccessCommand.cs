using System.CommandLine;

namespace Gatehouse.Cli.AccessCommands;

/// <summary><c>gatehouse access request|list|show|grant|deny|revoke</c>.</summary>
internal static class AccessCommand
{
    public static Command Create() =>
        new("access", "Ask for a right for a time, list requests and rights, show, grant and deny requests, and revoke rights.")
        {
            AccessRequestCommand.Create(), AccessListCommand.Create(), AccessShowCommand.Create(), AccessAnswerCommand.Grant(),
            AccessAnswerCommand.Deny(), AccessRevokeCommand.Create(),
        };
}
