using System.CommandLine;
using Gatehouse.Audit.Verifier;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit</c>: the questions to an audit log, and the evidence that it gives.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Search, read and check an audit log, and make evidence of its entries.")
    {
        AuditSearchCommand.Create(),
        AuditTailCommand.Create(),
        AuditShowCommand.Create(),
        AuditSessionCommand.Create(),
        AuditStoryCommand.Create(),
        AuditStatsCommand.Create(),
        AuditGapsCommand.Create(),
        AuditIndexCommand.Create(),
        AuditClockCommand.Create(),
        AuditPersonCommand.Create(),
        AuditEraseCommand.Create(),
        AuditVerifyCommand.Create(),
        AuditProofCommands.Prove(),
        CheckVerb.Create(new TerminalShown(), "gatehouse audit"),
        ReceiptVerb.Create(new TerminalShown(), "gatehouse audit"),
        AuditProofCommands.Export(),
    };
}
