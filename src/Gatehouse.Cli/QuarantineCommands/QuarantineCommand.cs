using System.CommandLine;

namespace Gatehouse.Cli.QuarantineCommands;

/// <summary><c>gatehouse quarantine list|show|release|delete|cases</c>.</summary>
internal static class QuarantineCommand
{
    public static Command Create() =>
        new("quarantine", "List results that are withheld until a person has looked at them, show them, and release or delete them.")
        {
            QuarantineListCommand.Create(), QuarantineShowCommand.Create(), QuarantineReleaseCommand.Create(), QuarantineDeleteCommand.Create(),
            QuarantineCasesCommand.Create(),
        };
}
