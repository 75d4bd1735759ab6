using System.Globalization;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>
/// Compares a receipt with the logs of a folder. The answer is evidence: of the promised entry under a checkpoint, of another entry in its place, or
/// of a log that ended before it. Entries are not disclosed: a proof needs their hashes only.
/// </summary>
public static class ReceiptProof
{
    private static readonly string[] Readme =
    [
        "This file is evidence about a receipt of an audit log. The hash after the receipt is that of the entry that the log",
        "has at the index. The hashes after it lead to the root in the signed checkpoint (RFC 9162, section 2.1.3).",
        "Check it without the log:  gatehouse-verify check FILE --key VKEY",
        "Take the key from somewhere else than from this file: the copy in it proves nothing.",
    ];

    /// <summary>Compares a receipt with the logs.</summary>
    /// <param name="folder">The folder of the logs, or one log.</param>
    /// <param name="given">The receipt.</param>
    /// <param name="now">The time.</param>
    /// <param name="known">Further keys of logs. The key of a log whose files are gone is in no folder.</param>
    /// <exception cref="EvidenceException">The receipt is not signed by a known key of its log, or the log is not whole enough to answer.</exception>
    /// <exception cref="IOException">A log cannot be read.</exception>
    public static ReceiptAnswer Of(string folder, GivenReceipt given, DateTimeOffset now, IReadOnlyList<NoteKey>? known = null)
    {
        ArgumentNullException.ThrowIfNull(given);
        var receipt = given.Receipt;
        var logs = new List<LogSnapshot>();
        try
        {
            foreach (var one in EvidenceLog.At(folder).Where(one => one.IsFolder)) logs.Add(one.Open());
            // Also a log that has ended. Of several with one name, which a writer of the folder can make, the longest that a known key signed counts.
            var log = logs.Where(one => OriginOf(one) == receipt.Origin).MaxBy(one => SignedSize(one, known ?? []));
            RequireSigned(log, given, known ?? [], () => Named(logs, receipt));
            if (log?.Checkpoint is { } checkpoint && receipt.Index < checkpoint.Size) return Covered(log, given);
            if (logs.Select(Successor).FirstOrDefault(one => one is { } found && Follows(found.Log, found.Birth, receipt)) is { } next)
                return Ended(log, next.Log, next.Birth, next.Bytes, given);
            if (log is null) return new ReceiptAnswer(ReceiptState.Unknown, $"the log {receipt.Origin} is not in the folder{Named(logs, receipt)}", []);
            return Uncovered(log, given, now);
        }
        finally
        {
            foreach (var log in logs) log.Dispose();
        }
    }

    // As the check of the file does: a log of another gateway ends none of this one.
    private static bool Follows(LogSnapshot log, LogBirth birth, Receipt receipt) => birth.Previous == receipt.Origin
        && birth.Origin == OriginOf(log) && LogOrigin.IsOfSameGateway(birth.Origin, receipt.Origin);

    private static string? OriginOf(LogSnapshot log) => log.Checkpoint?.Origin ?? KeysOf(log).FirstOrDefault()?.Name;

    private static List<NoteKey> KeysOf(LogSnapshot log) =>
        [.. log.Keys().Select(line => NoteKey.TryParse(line, out var key, out _) ? key : null).OfType<NoteKey>()];

    // Nothing follows from a text without a signature: neither that a promise was kept nor that one was broken.
    private static void RequireSigned(LogSnapshot? log, GivenReceipt given, IReadOnlyList<NoteKey> known, Func<string> named)
    {
        var keys = (log is null ? known : [.. KeysOf(log), .. known]).Where(key => key.Name == given.Receipt.Origin && key.IsSupported).ToList();
        if (given.Note.Verified(keys) is { Count: > 0 }) return;
        var isKeyKnown = log is not null || keys.Count > 0;
        throw new EvidenceException($"the receipt is not signed by a known key of {given.Receipt.Origin}: "
            + (isKeyKnown ? "it was changed, or the log did not give it" : $"that log is not in the folder{named()}"),
            isKeyKnown ? "give the receipt as the caller received it" : "put the folder of that log back, give the folder that has it with --log, or give its key with --key");
    }

    // A log that ended is named by the next one, which shows whether it is missing here or belongs to another gateway.
    private static string Named(List<LogSnapshot> logs, Receipt receipt) =>
        logs.Select(Successor).FirstOrDefault(one => one is { } found && Follows(found.Log, found.Birth, receipt)) is { } next
            ? $", and {next.Log.Name} names it as the log before it" : ", and no log here names it as the log before it";

    private static long SignedSize(LogSnapshot log, IReadOnlyList<NoteKey> known)
    {
        var keys = ((IEnumerable<NoteKey>)[.. KeysOf(log), .. known]).Where(key => key.Name == log.Checkpoint?.Origin && key.IsSupported);
        return log.Note?.Verified([.. keys]) is { Count: > 0 } ? log.Checkpoint!.Size : -1;
    }

    private static ReceiptAnswer Covered(LogSnapshot log, GivenReceipt given)
    {
        var (receipt, checkpoint) = (given.Receipt, log.Checkpoint!);
        var nodes = NodesOf(log);
        var leaf = nodes.Node(0, receipt.Index);
        var path = InclusionProof.Build(nodes, receipt.Index, checkpoint.Size);
        if (!InclusionProof.Verify(leaf, receipt.Index, checkpoint.Size, path, checkpoint.Root))
            throw new EvidenceException($"the hashes of {log.Name} do not lead to the root of its checkpoint", EvidenceException.OfDamage);
        var isKept = leaf == receipt.Leaf;
        List<string> lines = [.. Head([log]), .. Note(EvidenceFormat.Checkpoint, log.Note!), .. Note(EvidenceFormat.Receipt, given.Note)];
        lines.Add(EvidenceFormat.Leaf + leaf);
        lines.AddRange(path.Select(hash => EvidenceFormat.Hash + hash));
        return new ReceiptAnswer(isKept ? ReceiptState.Kept : ReceiptState.NotKept, isKept
            ? Text($"entry {receipt.Index} of {log.Name} is the promised one, and is under the checkpoint of size {checkpoint.Size}")
            : Text($"entry {receipt.Index} of {log.Name} is not the promised one: the log signed another history"), lines);
    }

    private static ReceiptAnswer Ended(LogSnapshot? log, LogSnapshot next, LogBirth birth, byte[] first, GivenReceipt given)
    {
        var receipt = given.Receipt;
        if (birth.PreviousSize is not { } size || receipt.Index < size)
        {
            return new ReceiptAnswer(ReceiptState.Unknown,
                Text($"{receipt.Origin} ended with {birth.PreviousSize} entries, as {next.Name} says, and {(log is null ? "is not here" : $"{log.Name} has fewer")}: put its files back"), []);
        }

        var detail = Text($"{receipt.Origin} ended with {size} entries, as {next.Name} says: entry {receipt.Index} was never under a checkpoint");
        if (next.Checkpoint is not { Size: > 0 } checkpoint) return new ReceiptAnswer(ReceiptState.NotKept, detail, []);
        var path = InclusionProof.Build(NodesOf(next), 0, checkpoint.Size);
        if (!InclusionProof.Verify(MerkleTree.Leaf(first), 0, checkpoint.Size, path, checkpoint.Root))
            throw new EvidenceException($"the first entry of {next.Name} differs from the entry in the tree", EvidenceException.OfDamage);
        List<string> lines = [.. Head(log is null ? [next] : [log, next]), .. Note(EvidenceFormat.Checkpoint, next.Note!)];
        lines.AddRange([EvidenceFormat.Entry + "0", EvidenceFormat.EntryLine(first), .. path.Select(hash => EvidenceFormat.Hash + hash)]);
        lines.AddRange(Note(EvidenceFormat.Receipt, given.Note));
        return new ReceiptAnswer(ReceiptState.NotKept, detail, lines);
    }

    private static ReceiptAnswer Uncovered(LogSnapshot log, GivenReceipt given, DateTimeOffset now)
    {
        var receipt = given.Receipt;
        var due = Text($"{receipt.Due.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");
        var waiting = log.Entries(receipt.Index).Select(entry => (entry.Index, Leaf: MerkleTree.Leaf(entry.Bytes.Span)))
            .FirstOrDefault((Index: -1, default));
        if (waiting.Index == receipt.Index && waiting.Leaf != receipt.Leaf)
            return new ReceiptAnswer(ReceiptState.NotKept, Text($"the journal of {log.Name} has another entry at {receipt.Index} than the promised one; ask again after the next checkpoint for evidence"), []);
        var size = log.Checkpoint?.Size ?? 0;
        // The entry was on stable storage before the receipt was given, and it leaves the journal only under a checkpoint.
        if (waiting.Index != receipt.Index && now < receipt.Due)
        {
            var cut = "its end was cut, it was put back to an older state, or it is a copy from before that time";
            var time = receipt.Time.UtcDateTime;
            return new ReceiptAnswer(ReceiptState.NotKept,
                Text($"{log.Name} has no trace of entry {receipt.Index}, which was on stable storage at {time:yyyy-MM-ddTHH:mm:ssZ}: {cut}"), []);
        }

        if (now < receipt.Due)
            return new ReceiptAnswer(ReceiptState.Pending, Text($"entry {receipt.Index} of {log.Name} is not yet under a checkpoint (size {size}); it is due at {due}"), []);
        var note = Latest(log, receipt);
        return new ReceiptAnswer(ReceiptState.NotKept,
            Text($"entry {receipt.Index} of {log.Name} was due under a checkpoint at {due}, and the newest one has the size {size}"),
            note is null ? [] : [.. Head([log]), .. Note(EvidenceFormat.Checkpoint, note), .. Note(EvidenceFormat.Receipt, given.Note)]);
    }

    // A time that shows more than the clock of this system is in a cosignature only.
    private static SignedNote? Latest(LogSnapshot log, Receipt receipt)
    {
        var cosigned = log.Cosigned().Select(one => one.Note).OfType<SignedNote>()
            .Where(note => Checkpoint.TryParse(note.Text, out var read) && read.Origin == receipt.Origin && read.Size <= receipt.Index)
            .Select(note => (Note: note, Time: note.Signatures.Where(one => one.Name != receipt.Origin).Max(one => Cosignature.Time(one.Bytes.Span))))
            .OrderByDescending(one => one.Time).FirstOrDefault();
        return cosigned.Note ?? log.Note;
    }

    private static (LogSnapshot Log, LogBirth Birth, byte[] Bytes)? Successor(LogSnapshot log)
    {
        foreach (var entry in log.Entries().Take(1))
        {
            if (entry.Index == 0 && LogBirth.Of(new LogPosition(log.Name), entry.Bytes) is { } birth) return (log, birth, entry.Bytes.ToArray());
        }

        return null;
    }

    private static TileNodes NodesOf(LogSnapshot log) =>
        new(log.Checkpoint!.Size, path => log.Tile(path) is { State: FileState.Read } tile ? tile.Bytes.ToArray() : null);

    private static IEnumerable<string> Head(IReadOnlyList<LogSnapshot> logs) =>
    [
        EvidenceFormat.Header, .. Readme.Select(line => EvidenceFormat.Remark + line),
        .. logs.SelectMany(log => log.Keys()).Select(key => EvidenceFormat.Key + key),
    ];

    private static IEnumerable<string> Note(string name, SignedNote note) => EvidenceFormat.NoteLines(name, note);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
