using System.CommandLine;
using System.Text;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verifier;
using Gatehouse.Audit.Witness;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.WitnessCommands;

/// <summary><c>gatehouse witness add</c>.</summary>
internal static class WitnessAddCommand
{
    public static Command Create()
    {
        var log = new Option<string>("--log")
        { Description = "File with the verifier keys of the log (log.vkeys), from the operator of the gateway.", HelpName = "file", Required = true };
        var after = new Option<string?>("--after") { Description = "Origin of the log that the new one follows. The witness cosigns no further checkpoint of that log.", HelpName = "origin" };
        var birth = new Option<string?>("--birth") { Description = "Evidence of the first entry of the new log, from 'gatehouse audit prove 0'.", HelpName = "file" };
        var state = WitnessCommand.State();
        var command = new Command("add",
            """
            Accept a log. End a running witness first: one process has its folder.

            A gateway that lost the key of its log, or found its files changed, begins a new log. The first entry of the new one names the
            log before it, with its size and root. Accept such a log with --after and --birth: the witness accepts it only if that size and
            root are those that it cosigned last. It refuses a new log that forgets what came before.

            Examples:
              gatehouse witness add --log log.vkeys --state /var/lib/witness
              gatehouse witness add --log new.vkeys --after gateway.example.com/audit/0123456789abcdef --birth birth.txt --state /var/lib/witness
            """)
        { log, after, birth, state };
        command.SetAction(parsed => WitnessCommand.Run(
            () => Add(parsed.GetValue(state)!, parsed.GetValue(log)!, parsed.GetValue(after), parsed.GetValue(birth))));
        return command;
    }

    private static int Add(string state, string log, string? after, string? birth)
    {
        if (after is null != birth is null)
        {
            Terminal.Fault("--after and --birth belong together");
            Terminal.Hint("give the origin of the log before with --after, and the evidence of the new log's first entry with --birth");
            return ExitCodes.Usage;
        }

        if (Keys(log, out var code) is not { } keys || (birth is not null && !IsThere(birth, out code))) return code;
        using var witness = WitnessService.Open(state, TimeProvider.System);
        if (after is null) witness.AddFirst(keys);
        else witness.AddSuccessor(keys, after, birth!);
        Terminal.NoteLine($"{witness.Name} now cosigns {keys[0].Name}{(after is null ? "" : $", and no longer {after}")}");
        return ExitCodes.Done;
    }

    private static IReadOnlyList<NoteKey>? Keys(string log, out int code)
    {
        code = ExitCodes.Usage;
        try
        {
            if (LogKeyFile.Parse(Encoding.UTF8.GetString(GivenFile.Read(log, SignedNote.MostBytes, "a list of keys")), out var fault) is { } keys) return keys;
            Terminal.Fault($"--log: {log}: {fault}");
            Terminal.Hint("give the file log.vkeys of the log");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            code = ExitCodes.Unavailable;
            Answer.ReportUnreadable(e, new TerminalShown(), "give the file log.vkeys of the log, from the operator of the gateway", "--log");
        }

        return null;
    }

    private static bool IsThere(string birth, out int code)
    {
        code = ExitCodes.Unavailable;
        if (File.Exists(birth)) return true;
        Terminal.Fault($"--birth: {birth} does not exist");
        Terminal.Hint("give the file that the operator of the gateway made with: gatehouse audit prove 0");
        return false;
    }
}
