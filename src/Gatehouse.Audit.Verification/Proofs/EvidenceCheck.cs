using System.Globalization;
using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>Checks an evidence file: it needs the file and a key, and not the log.</summary>
public sealed class EvidenceCheck
{
    private const int Kept = 1000;

    private readonly IReadOnlyList<NoteKey> keys;
    private readonly IReadOnlyList<KeyBesideLog> beside;
    private readonly IReadOnlyList<SignedNote> outside;
    private readonly ReceiptCheck receipts;
    private readonly List<EvidenceFinding> findings = [];
    private readonly List<TreeHash> hashes = [];
    private readonly StringBuilder note = new();
    private Checkpoint? checkpoint;
    private SignedNote? checkpointNote;
    private Checkpoint? since;
    private string part = ""; // the word of the part that is being read
    private int partLine;
    private int line;
    private long? index;
    private TreeHash? leaf;
    private byte[] entry = [];
    private EvidenceBirth? birth;
    private bool isSigned;
    private bool hasReceipt;
    private bool isTied; // to a checkpoint that the auditor brought
    private (long Count, long First, long Last) proven = (0, 0, -1);
    private readonly List<AbsentEntries> absent = [];

    private EvidenceCheck(
        IReadOnlyList<NoteKey> keys, IReadOnlyList<SignedNote> outside, IReadOnlyList<NoteKey> cosigners, IReadOnlyList<KeyBesideLog> beside) =>
        (this.keys, this.outside, this.beside, receipts) = (keys, outside, beside, new ReceiptCheck(keys, cosigners, outside));

    /// <summary>Checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keys">Verifier keys of the log, obtained elsewhere.</param>
    /// <param name="outside">Checkpoints that the auditor kept.</param>
    /// <param name="cosigners">Keys of witnesses. A cosignature shows when a checkpoint was the newest one, for a receipt that it does not cover.</param>
    /// <param name="beside">
    /// Verifier keys that came from the folder of a log. The checkpoint is compared with them, and nothing is vouched for by them.
    /// </param>
    /// <exception cref="IOException">It is no regular file, or cannot be read.</exception>
    public static EvidenceReport Check(string path, IReadOnlyList<NoteKey> keys, IReadOnlyList<SignedNote> outside,
        IReadOnlyList<NoteKey>? cosigners = null, IReadOnlyList<KeyBesideLog>? beside = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(outside);
        var check = new EvidenceCheck(keys, outside, cosigners ?? [], beside ?? []);
        foreach (var text in EvidenceLines.Read(path))
        {
            check.line++;
            if (!check.Take(text)) break;
        }

        return check.Report();
    }

    // False at a line that has no meaning: what follows it has none either.
    private bool Take(string? text)
    {
        if (line == 1) return text == EvidenceFormat.Header || Stop($"the file does not begin with {EvidenceFormat.Header}");
        if (text is null) return Stop("the line is too long, not UTF-8, or without its end");
        if (text.StartsWith(EvidenceFormat.NotePrefix, StringComparison.Ordinal)
            && part is EvidenceFormat.Checkpoint or EvidenceFormat.Since or EvidenceFormat.Receipt)
        {
            note.Append(text.AsSpan(EvidenceFormat.NotePrefix.Length)).Append('\n');
            return note.Length <= SignedNote.MostBytes || Stop("the note is too long");
        }

        if (text.StartsWith(EvidenceFormat.Hash, StringComparison.Ordinal))
        {
            if (!TreeHash.TryParse(text[EvidenceFormat.Hash.Length..], out var hash)) return Stop("it is no hash");
            hashes.Add(hash);
            return hashes.Count <= InclusionProof.MostHashes || Stop("a proof has at most 63 hashes");
        }

        if (part.Length > 0 && TakeEntry(text)) return true;
        End();
        return Begin(text);
    }

    private bool TakeEntry(string text)
    {
        if (part == EvidenceFormat.Receipt && leaf is null && hashes.Count == 0 && text.StartsWith(EvidenceFormat.Leaf, StringComparison.Ordinal)
            && TreeHash.TryParse(text[EvidenceFormat.Leaf.Length..], out var known))
        {
            leaf = known;
            return true;
        }

        if (part != EvidenceFormat.Entry || leaf is not null) return false;
        if (text.StartsWith(EvidenceFormat.Json, StringComparison.Ordinal))
        {
            entry = Encoding.UTF8.GetBytes(text[EvidenceFormat.Json.Length..]);
            leaf = MerkleTree.Leaf(entry);
        }
        else if (text.StartsWith(EvidenceFormat.Base64, StringComparison.Ordinal))
        {
            var bytes = new byte[text.Length];
            var isRead = Convert.TryFromBase64String(text[EvidenceFormat.Base64.Length..], bytes, out var written);
            if (!isRead) return false;
            entry = bytes[..written];
            leaf = MerkleTree.Leaf(entry);
        }

        return leaf is not null;
    }

    private bool Begin(string text)
    {
        (partLine, part, index, leaf) = (line, text, null, null);
        hashes.Clear();
        note.Clear();
        switch (text)
        {
            case EvidenceFormat.Checkpoint when checkpoint is null:
            case EvidenceFormat.Since when checkpoint is not null && since is null:
            case EvidenceFormat.Receipt when checkpoint is not null:
                return true;
            case var _ when text.StartsWith(EvidenceFormat.Remark, StringComparison.Ordinal)
                || text.StartsWith(EvidenceFormat.Key, StringComparison.Ordinal):
                part = "";
                return true;
            case var _ when text.StartsWith(EvidenceFormat.Entry, StringComparison.Ordinal):
                part = EvidenceFormat.Entry;
                if (!Checkpoint.TryParseSize(text[EvidenceFormat.Entry.Length..], out var number)) return Stop("it is no index");
                index = number;
                return true;
            default:
                part = "";
                return Stop("the line has no meaning here");
        }
    }

    private void End()
    {
        switch (part)
        {
            case EvidenceFormat.Checkpoint:
                (checkpointNote, checkpoint) = Read(out isSigned);
                if (hashes.Count > 0) Add("there are hashes behind the checkpoint");
                if (checkpoint is not null) isTied = outside.Any(kept => Ties(kept, checkpoint));
                break;
            case EvidenceFormat.Since when checkpoint is not null:
                (_, since) = Read(out _);
                if (since is null) break;
                if (since.Origin != checkpoint.Origin || !ConsistencyProof.Verify(since.Size, since.Root, checkpoint.Size, checkpoint.Root, hashes))
                    Add("the log did not only grow between the older checkpoint and this one");
                else isTied |= outside.Any(kept => Ties(kept, since));
                break;
            case EvidenceFormat.Entry:
                EndEntry();
                break;
            case EvidenceFormat.Receipt:
                hasReceipt = true;
                if (receipts.Take(note.ToString(), leaf, hashes, checkpoint!, partLine) is { } fault) Add(fault);
                break;
        }

        part = "";
    }

    private void EndEntry()
    {
        if (leaf is not { } hash || index is not { } at) Add("the entry is not there");
        else if (checkpoint is null) Add("there is no checkpoint before the entry");
        else if (!InclusionProof.Verify(hash, at, checkpoint.Size, hashes, checkpoint.Root)) Add("the hashes do not lead from the entry to the root of the checkpoint");
        else if (at <= proven.Last) Add("the entry is there twice, or not in the order of the log: a copy of it could stand in the place of another one");
        else Proven(at);
    }

    private void Proven(long at)
    {
        if (proven.Count > 0 && at > proven.Last + 1 && absent.Count < AbsentEntries.Kept) absent.Add(new AbsentEntries(proven.Last + 1, at - 1));
        proven = (proven.Count + 1, proven.Count == 0 ? at : proven.First, at);
        if (at == 0 && LogBirth.Of(new LogPosition(""), entry) is { } first)
            birth = new EvidenceBirth(first.Origin, first.Previous, first.PreviousSize, first.PreviousRoot);
    }

    private (SignedNote? Note, Checkpoint? Checkpoint) Read(out bool isSignedByKey)
    {
        isSignedByKey = false;
        if (SignedNote.Parse(Encoding.UTF8.GetBytes(note.ToString())) is not { } signed || !Checkpoint.TryParse(signed.Text, out var read))
        {
            Add("it is no signed note with an origin, a size and a root");
            return (null, null);
        }

        IReadOnlyList<NoteKey> all = [.. keys, .. beside.Select(one => one.Key)];
        var own = all.Where(key => key.Name == read.Origin && key.IsSupported).ToList();
        if (signed.Verified(own) is not { } by) Add($"a signature names a key of {read.Origin}, and that key did not make it");
        else if (by.Count > 0) isSignedByKey = by.Any(key => keys.Any(given => given.ToString() == key.ToString()));
        else if (all.Count > 0) Add(all.Any(key => key.Name == read.Origin && !key.IsSupported)
            ? "this system has no cryptography to check the signature: Ed25519 needs OpenSSL" : $"it is not signed by a given key of {read.Origin}");
        return (signed, read);
    }

    // Without a signature of the log a note shows nothing: anybody can write one with another root.
    private bool Ties(SignedNote kept, Checkpoint known)
    {
        if (!Checkpoint.TryParse(kept.Text, out var other) || other.Origin != known.Origin || other.Size != known.Size || other.Size == 0
            || !IsOfTheLog(kept, other)) return false;
        if (other.Root != known.Root) Add($"a checkpoint that was given has another root at size {known.Size}: there are two views of the log");
        return other.Root == known.Root;
    }

    private bool IsOfTheLog(SignedNote kept, Checkpoint read) =>
        kept.Verified([.. keys.Where(key => key.Name == read.Origin && key.IsSupported)]) is { Count: > 0 };

    // What was given and has not been compared must not look as if it had been.
    private void AddNotCompared()
    {
        if (outside.Count == 0 || isTied || !isSigned || checkpoint is null || findings.Count > 0) return;
        foreach (var kept in outside)
        {
            if (!Checkpoint.TryParse(kept.Text, out var read)) Add("a checkpoint that was given has no origin, size and root");
            else if (read.Origin != checkpoint.Origin) Add($"a checkpoint that was given is of another log: {read.Origin}");
            else if (!IsOfTheLog(kept, read)) Add($"a checkpoint that was given is not signed by a given key of {read.Origin}, so it shows nothing");
            else Add(string.Create(CultureInfo.InvariantCulture,
                $"a checkpoint that was given, of size {read.Size}, cannot be compared with one of size {checkpoint.Size}: {RemedyOfNotCompared}"));
        }
    }

    // Only entries can be proven together with a consistency proof.
    private string RemedyOfNotCompared => hasReceipt && proven.Count == 0
        ? "the proof of a receipt is for its own checkpoint; leave out the given one, and compare it with the whole log (audit verify)"
        : "make the evidence with --since and this checkpoint";

    private bool Stop(string detail)
    {
        partLine = line;
        Add(detail);
        part = "";
        return false;
    }

    private void Add(string detail)
    {
        if (findings.Count < Kept) findings.Add(new EvidenceFinding(partLine, index, detail));
    }

    private void Add(EvidenceReceipt receipt)
    {
        if (findings.Count < Kept) findings.Add(new EvidenceFinding(receipt.Line, receipt.Index, receipt.Detail));
    }

    private EvidenceReport Report()
    {
        End();
        if (line == 0) Add("the file is empty");
        AddNotCompared();
        var judged = receipts.Judge(checkpoint, checkpointNote, isSigned, birth);
        foreach (var one in judged.Where(one => one.State != ReceiptState.Kept)) Add(one);
        if (findings.Count == 0 && proven.Count == 0 && since is null && judged.Count == 0) Add("the file has no entry");
        var isVouched = findings.Count == 0 && isSigned;
        return new EvidenceReport
        {
            Origin = checkpoint?.Origin,
            Size = checkpoint?.Size ?? 0,
            Root = checkpoint?.Root.ToString(),
            Entries = proven.Count,
            First = proven.Count > 0 ? proven.First : null,
            Last = proven.Count > 0 ? proven.Last : null,
            Absent = absent,
            Birth = birth,
            Note = checkpointNote,
            Receipts = judged,
            Findings = findings,
            IsVouched = isVouched,
            Statements = [.. Statements(isVouched, judged)],
        };
    }

    private string Subject()
    {
        var (count, first, last) = proven;
        if (count == 1) return string.Create(CultureInfo.InvariantCulture, $"entry {first} is");
        return absent.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $"{count} entries between {first} and {last} are")
            : string.Create(CultureInfo.InvariantCulture, $"{count} entries, from {first} to {last}, are");
    }

    private IEnumerable<string> Statements(bool isVouched, IReadOnlyList<EvidenceReceipt> judged)
    {
        foreach (var receipt in judged.Where(one => one.IsProven)) yield return receipt.Statement;
        if (findings.Count > 0)
        {
            yield return "Not vouched for: there are findings.";
            yield break;
        }

        if (!isVouched)
        {
            yield return beside.Count == 0 ? "Every proof holds, and nothing is vouched for: no key of the log was given. Give --key."
                : $"Every proof holds, and nothing is vouched for. {KeyBesideLog.Sentence(beside)} Give --key with the key that the operator of the log handed out by another way.";
            yield break;
        }

        if (proven.Count > 0)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Vouched: {Subject()} in {checkpoint!.Origin} under its signed checkpoint of size {checkpoint.Size}.");
        if (beside.Count > 0) yield return $"{KeyBesideLog.Sentence(beside)} The verdict does not rest on it.";
        if (absent.Count > 0) yield return $"Not in the file: {AbsentEntries.Words(absent)}. The entries were not asked for, or were taken out of the file.";
        if (since is not null)
            yield return string.Create(CultureInfo.InvariantCulture, $"From size {since.Size} to size {checkpoint!.Size} entries were only added.");
        yield return isTied ? "A checkpoint that was given agrees with the file."
            : "The holder of the log's key can sign another tree with these entries. An outside checkpoint of the same size, or the older one in the file, shows it: give --checkpoint.";
    }
}
