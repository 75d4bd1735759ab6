using System.Globalization;
using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>The check of the receipts in an evidence file.</summary>
/// <param name="keys">Verifier keys of logs that the auditor brought.</param>
/// <param name="cosigners">Keys of witnesses that the auditor brought.</param>
/// <param name="outside">Checkpoints that the auditor brought.</param>
internal sealed class ReceiptCheck(IReadOnlyList<NoteKey> keys, IReadOnlyList<NoteKey> cosigners, IReadOnlyList<SignedNote> outside)
{
    private const int MostReceipts = 1000;

    private readonly List<Taken> taken = [];

    /// <summary>Takes a receipt with what follows it.</summary>
    /// <param name="note">The lines of the note.</param>
    /// <param name="leaf">The hash that the log has at the index; null where the file has none.</param>
    /// <param name="path">Its inclusion proof.</param>
    /// <param name="checkpoint">The checkpoint of the file.</param>
    /// <param name="line">The line where the receipt begins.</param>
    /// <returns>Null, or what is wrong.</returns>
    public string? Take(string note, TreeHash? leaf, IReadOnlyList<TreeHash> path, Checkpoint checkpoint, int line)
    {
        if (SignedNote.Parse(Encoding.UTF8.GetBytes(note)) is not { } signed || !Receipt.TryParse(signed.Text, out var receipt))
            return "it is no signed receipt";
        if (taken.Count == MostReceipts) return "the file has more than 1,000 receipts; the rest was not checked";
        var own = keys.Where(key => key.Name == receipt.Origin && key.IsSupported).ToList();
        if (signed.Verified(own) is not { } by) return $"a signature names a key of {receipt.Origin}, and that key did not make it";
        if (by.Count == 0 && keys.Count > 0) return $"the receipt is not signed by a given key of {receipt.Origin} on P-256";
        if (leaf is { } hash && (checkpoint.Origin != receipt.Origin
            || !InclusionProof.Verify(hash, receipt.Index, checkpoint.Size, path, checkpoint.Root)))
            return "the hashes do not lead from the entry to the root of the checkpoint";
        taken.Add(new Taken(receipt, leaf, by.Count > 0, line));
        return null;
    }

    /// <summary>Returns what is known of each receipt, after the whole file was read.</summary>
    /// <param name="checkpoint">The checkpoint of the file.</param>
    /// <param name="note">Its note.</param>
    /// <param name="isSigned">True where a given key signed the checkpoint.</param>
    /// <param name="birth">The first entry of the log of the checkpoint; null where the file does not prove it.</param>
    public IReadOnlyList<EvidenceReceipt> Judge(Checkpoint? checkpoint, SignedNote? note, bool isSigned, EvidenceBirth? birth)
    {
        if (checkpoint is null || note is null) return [];
        return [.. taken.Select(one =>
        {
            var (state, detail) = one.Leaf is { } leaf ? Compared(one.Receipt, leaf, checkpoint)
                : one.Receipt.Origin == checkpoint.Origin ? Uncovered(one.Receipt, checkpoint, note) : Ended(one.Receipt, checkpoint, birth);
            var isProven = isSigned && one.IsSigned && state is (ReceiptState.Kept or ReceiptState.NotKept or ReceiptState.NotShown);
            return new EvidenceReceipt(one.Line, one.Receipt.Origin, one.Receipt.Index, state, isProven, detail);
        })];
    }

    private static (ReceiptState State, string Detail) Compared(Receipt receipt, in TreeHash leaf, Checkpoint checkpoint) => leaf == receipt.Leaf
        ? (ReceiptState.Kept, Text($"The promised entry is under the checkpoint of size {checkpoint.Size}."))
        : (ReceiptState.NotKept, Text($"The checkpoint of size {checkpoint.Size} has another entry at this index."));

    // A first entry is the word of the log that it begins. Of the logs of another gateway it says nothing: each holder of a key could end them by it.
    private static (ReceiptState State, string Detail) Ended(Receipt receipt, Checkpoint checkpoint, EvidenceBirth? birth)
    {
        if (!LogOrigin.IsOfSameGateway(checkpoint.Origin, receipt.Origin))
            return (ReceiptState.Unknown, "The checkpoint is of a log of another gateway, which says nothing about this one.");
        if (birth?.Origin != checkpoint.Origin || birth?.Previous != receipt.Origin || birth.PreviousSize is not { } size)
            return (ReceiptState.Unknown, "The checkpoint is of another log, and the file does not show that this log follows.");
        return receipt.Index >= size
            ? (ReceiptState.NotKept, Text($"The log ended with {size} entries: that is the word of {birth.Origin}, whose first entry says it, and of the holder of its key."))
            : (ReceiptState.Unknown, "The log ended after this index. Only its own checkpoint shows the entry.");
    }

    private (ReceiptState State, string Detail) Uncovered(Receipt receipt, Checkpoint checkpoint, SignedNote note)
    {
        if (receipt.Index < checkpoint.Size) return (ReceiptState.Unknown, "The file does not have the hash of the entry at this index.");
        var due = receipt.Due.UtcDateTime;
        if (Seen(note) is not { } seen || seen <= receipt.Due)
            return (ReceiptState.Pending, Text($"The checkpoint does not cover it. It is due at {due:yyyy-MM-ddTHH:mm:ssZ}, and nothing in the file shows that this checkpoint is a later one: give the key of a witness that cosigned it with --cosigner, or a newer checkpoint."));
        if (Covering(receipt) is { } size)
            return (ReceiptState.Unknown, Text($"A checkpoint of size {size} that was given covers the index, and was cosigned within the time. Only the hash of the entry shows whether it is the promised one."));
        return (ReceiptState.NotShown, Text($"A checkpoint of size {checkpoint.Size} was cosigned at {seen.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}, and the entry was due at {due:yyyy-MM-ddTHH:mm:ssZ}."));
    }

    // A witness may have been behind the log: then it cosigned an older checkpoint later than the log signed a newer one.
    private long? Covering(Receipt receipt)
    {
        foreach (var note in outside)
        {
            if (Checkpoint.TryParse(note.Text, out var read) && read.Origin == receipt.Origin && read.Size > receipt.Index
                && note.Verified([.. keys.Where(key => key.Name == receipt.Origin && key.IsSupported)]) is { Count: > 0 }
                && Times(note).Any(time => time <= receipt.Due)) return read.Size;
        }

        return null;
    }

    // A log can sign an old size at any time. The time of a cosignature is that of the witness.
    private DateTimeOffset? Seen(SignedNote note) => Times(note).Max();

    private IEnumerable<DateTimeOffset?> Times(SignedNote note) => cosigners.Where(key => key.IsSupported)
        .SelectMany(key => note.Signatures.Where(one => one.Name == key.Name && one.KeyId == key.Id && key.Verifies(note.Text, one.Bytes.Span)))
        .Select(one => Cosignature.Time(one.Bytes.Span));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Taken(Receipt Receipt, TreeHash? Leaf, bool IsSigned, int Line);
}
