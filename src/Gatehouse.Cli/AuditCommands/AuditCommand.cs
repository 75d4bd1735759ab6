using System.CommandLine;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit</c>: the questions to an audit log, a file a verb in <c>AuditVerbs</c>.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Check an audit log.")
    {
        AuditVerifyCommand.Create(),
    };
}
