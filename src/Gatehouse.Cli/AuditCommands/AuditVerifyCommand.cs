using System.CommandLine;
using Gatehouse.Audit.Verifier;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit verify</c>.</summary>
internal static class AuditVerifyCommand
{
    public static Command Create()
    {
        var place = new AuditFolderOptions();
        var verb = new VerifyVerb();
        var command = new Command("verify",
            VerifyVerb.Description + """


            Examples:
              gatehouse audit verify --config gatehouse.yaml --key audit.vkey --checkpoint kept/checkpoint
              gatehouse audit verify --log /mnt/archive/audit --damage --json
            """);
        place.AddTo(command);
        verb.AddTo(command);
        var shown = new TerminalShown();
        command.SetAction((parsed, cancellation) => Task.FromResult(Answer.Of(
            () => place.Folder(parsed, out var code) is { } folder ? verb.Run(parsed, folder, shown, cancellation) : code, shown)));
        return command;
    }
}
