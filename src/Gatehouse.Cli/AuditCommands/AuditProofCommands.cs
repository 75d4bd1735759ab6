using System.CommandLine;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Audit.Verification.Proofs;
using Gatehouse.Audit.Verifier;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit prove</c> and <c>gatehouse audit export</c>: evidence that is checked without the log.</summary>
internal sealed class AuditProofCommands
{
    private readonly AuditFolderOptions place = new();
    private readonly Option<string> output = new("--output", "-o") { Description = "File to write. It must not exist yet.", HelpName = "file", Required = true };
    private readonly Option<string?> since = new("--since")
    { Description = "File with an older checkpoint. The evidence then shows that the log only grew since.", HelpName = "file" };
    private readonly Option<string?> log = new("--in") { Description = "Evidence log. Default: the newest; for an id, the newest that has it.", HelpName = "log-0001" };
    private readonly TerminalShown shown = new();

    private AuditProofCommands()
    {
    }

    /// <summary><c>prove</c>.</summary>
    public static Command Prove()
    {
        var shared = new AuditProofCommands();
        var entry = new Argument<string?>("entry") { Description = "Index of an entry, or the id of an exchange.", Arity = ArgumentArity.ZeroOrOne };
        var receipt = new Option<string?>("--receipt")
        { Description = "Receipt of a call instead: the note, the JSON object with it, or the answer that has it.", HelpName = "file" };
        var keys = ReceiptGaps.Keys();
        var command = new Command("prove",
            """
            Write the proof that an entry is in the log. With the id of an exchange, the file has all its entries. The file contains the
            entry, its index, the hashes and the signed checkpoint; 'check' needs nothing else but the log's key.

            With --receipt, the file shows whether the log kept a promise that it gave to a caller. It does not contain the entry. The exit
            code is 0 if the promise was kept, 1 if it was not, and 3 if the entry is not due yet. A promise that was not kept gives a file
            that shows it to anybody.

            Without --receipt the exit code is 0 if the file is written, and 1 if the log has no such entry, or not yet under a checkpoint.

            The proof does not show that the log is complete, and not that no second tree was signed. Entries that are not yet under a
            checkpoint have no proof.

            Examples:
              gatehouse audit prove 4711 --config gatehouse.yaml --output proof.txt
              gatehouse audit prove 4711 --since kept/checkpoint --config gatehouse.yaml --output proof.txt
              gatehouse audit prove 01jd0z8q2v8n5m3k6t4r7w9x1c --log /mnt/archive/audit --output proof.txt
              gatehouse audit prove --receipt receipt.json --config gatehouse.yaml --output proof.txt
            """) { entry, receipt, keys };
        shared.AddTo(command);
        command.Need(keys, receipt);
        command.Refuse(receipt, "a receipt names its log, and is compared with its newest checkpoint", shared.since, shared.log);
        command.SetAction(parsed =>
        {
            if ((parsed.GetValue(entry) is null) == (parsed.GetValue(receipt) is null))
            {
                shared.shown.Fault("give either an entry or --receipt", "an entry is an index or the id of an exchange");
                return ExitCodes.Usage;
            }

            if (parsed.GetValue(receipt) is { } file) return shared.AnswerReceipt(parsed, file, parsed.GetValue(keys));
            return shared.Answer(parsed, () =>
            {
                var word = parsed.GetValue(entry)!;
                return Checkpoint.TryParseSize(word, out var index) ? (index, index, null) : (0, long.MaxValue, word);
            });
        });
        return command;
    }

    private int AnswerReceipt(ParseResult parsed, string file, string[]? keys) => Audit.Verifier.Answer.Of(() =>
    {
        if (EvidenceOptions.ReadKeys(keys, shown) is not { } known) return ExitCodes.Usage;
        if (GivenReceipt.Read(file) is not { } given)
        {
            shown.Fault($"{file} has no receipt", "give the note, the object gatehouse/receipt of an answer, or the answer; of an event stream, the object behind 'data: '");
            return ExitCodes.Usage;
        }

        if (!EvidenceOutput.IsFree(parsed.GetValue(output)!, shown, out var code) || place.Folder(parsed, out code) is not { } folder) return code;
        var answer = ReceiptProof.Of(folder, given, TimeProvider.System.GetUtcNow(), known);
        shown.Row($"{answer.State switch { ReceiptState.Kept => "Kept", ReceiptState.NotKept => "Not kept", ReceiptState.Pending => "Not yet", _ => "Not known" }}: {answer.Detail}");
        if (answer.Evidence.Count == 0) shown.Note("nothing was written: no file can show it yet");
        else if (!EvidenceOutput.Write(answer.Evidence, parsed.GetValue(output)!, shown)) return ExitCodes.Unavailable;
        else shown.Note($"evidence about the receipt: written to {parsed.GetValue(output)}");
        return answer.State switch
        {
            ReceiptState.Kept => ExitCodes.Done,
            ReceiptState.NotKept => ExitCodes.No,
            _ => ExitCodes.Unavailable,
        };
    }, shown);

    /// <summary><c>export</c>.</summary>
    public static Command Export()
    {
        var shared = new AuditProofCommands();
        var from = new Option<string?>("--from") { Description = "First index. Default: 0.", HelpName = "index" };
        var to = new Option<string?>("--to") { Description = "Last index. Default: the last one under the checkpoint.", HelpName = "index" };
        var id = new Option<string?>("--id") { Description = "Only entries of the exchange with this id.", HelpName = "id" };
        var command = new Command("export",
            """
            Write evidence of a range of entries, or of one exchange. The file contains the entries with their proofs, the signed
            checkpoint and words for its reader. 'check' accepts it on a machine that has no log.

            The file does not contain kept requests. It does not show that no second tree was signed.

            Exit codes: 0 the file is written. 1 the log has no such id, an entry is not yet under a checkpoint, or the log is damaged. 2 wrong
            command line, an index that the log does not have, or the file of --output exists. 3 no log, or a file cannot be read or written.

            Examples:
              gatehouse audit export --from 1000 --to 1999 --config gatehouse.yaml --output evidence.txt
              gatehouse audit export --id 01jd0z8q2v8n5m3k6t4r7w9x1c --since kept/checkpoint --output evidence.txt
            """);
        foreach (var option in (Option[])[from, to, id]) command.Add(option);
        shared.AddTo(command);
        command.Refuse(id, "the file has every entry of the exchange", from, to);
        command.SetAction(parsed => shared.Answer(parsed, () =>
        {
            var (first, last) = (0L, long.MaxValue);
            if (parsed.GetValue(from) is { } begin && !Checkpoint.TryParseSize(begin, out first)) return shared.NoIndex("--from", begin);
            if (parsed.GetValue(to) is { } end && !Checkpoint.TryParseSize(end, out last)) return shared.NoIndex("--to", end);
            if (first <= last) return (first, last, parsed.GetValue(id));
            shared.shown.Fault("--from is after --to", "give one range");
            return null;
        }, isRange: true));
        return command;
    }

    private (long From, long To, string? Id)? NoIndex(string option, string value)
    {
        shown.Fault($"value '{value}' of {option} is not an index", "an index is a whole number from 0");
        return null;
    }

    // As for 'verify': the command line names an entry that the log does not have, not even in the journal.
    private bool HasRange(LogSnapshot log, long from, long to)
    {
        if (log.Checkpoint is not { Size: > 0 } checkpoint) return true;
        var (option, index) = from >= checkpoint.Size ? ("--from", from) : ("--to", to);
        if (index < checkpoint.Size || index == long.MaxValue || log.Entries(index).Any()) return true;
        shown.Fault($"{option}: {log.Name} has no entry {index}: the last one under its checkpoint is {checkpoint.Size - 1}",
            $"give an index from 0 to {checkpoint.Size - 1}; without --to the file has all entries to the end; entries of another log here are found with --in");
        return false;
    }

    private void AddTo(Command command)
    {
        place.AddTo(command);
        foreach (var option in (Option[])[log, since, output]) command.Add(option);
    }

    private int Answer(ParseResult parsed, Func<(long From, long To, string? Id)?> range, bool isRange = false) => Audit.Verifier.Answer.Of(() =>
    {
        if (range() is not { } wanted) return ExitCodes.Usage;
        if (!EvidenceOutput.IsFree(parsed.GetValue(output)!, shown, out var code) || place.Folder(parsed, out code) is not { } folder) return code;
        if (!TryReadSince(parsed, out var older)) return ExitCodes.Usage;
        var name = parsed.GetValue(log);
        var logs = EvidenceLog.At(folder).Where(one => name is null || one.Name == name).Reverse().ToList();
        foreach (var one in logs)
        {
            using var snapshot = one.Open();
            if (one != logs[^1] && wanted.Id is { } id && !EvidenceWriter.Has(snapshot, id)) continue;
            var last = wanted.To == long.MaxValue ? Math.Max(0, (snapshot.Checkpoint?.Size ?? 0) - 1) : wanted.To;
            if (Elsewhere(logs, name, wanted.Id) is { } others) shown.Note(others);
            if (isRange && !HasRange(snapshot, wanted.From, wanted.To)) return ExitCodes.Usage;
            if (!EvidenceOutput.Write(EvidenceWriter.Lines(snapshot, wanted.From, last, wanted.Id, older), parsed.GetValue(output)!, shown))
                return ExitCodes.Unavailable;
            var what = wanted.Id is { } exchange ? $"the entries of {exchange}" : wanted.From == last ? $"entry {last}" : $"entries {wanted.From} to {last}";
            shown.Note($"{what} of {one.Name}, under the checkpoint of size {snapshot.Checkpoint?.Size}: written to {parsed.GetValue(output)}");
            return ExitCodes.Done;
        }

        shown.Fault(name is null ? $"there is no evidence log in {folder}" : $"there is no evidence log {name} in {folder}",
            "give the folder of the log with --log, and the name of one of its folders with --in, such as log-0001");
        return ExitCodes.Unavailable;
    }, shown);

    private bool TryReadSince(ParseResult parsed, out SignedNote? older)
    {
        older = null;
        if (parsed.GetValue(since) is not { } file) return true;
        if (EvidenceOptions.Bytes(file, "--since", shown, "give the path of a checkpoint that was kept outside") is not { } bytes) return false;
        older = SignedNote.Parse(bytes);
        if (older is not null) return true;
        shown.Fault($"{file} is no signed checkpoint", "give a copy of the file 'checkpoint' of the log with --since");
        return false;
    }

    // The indexes of each log begin with 0, so an index does not name its log.
    private static string? Elsewhere(List<EvidenceLog> logs, string? name, string? id) => name is not null || id is not null || logs.Count == 1 ? null
        : $"{logs[0].Name} is taken, the newest of {logs.Count} logs here; for an entry of another, give it with --in, such as --in {logs[1].Name}";
}
