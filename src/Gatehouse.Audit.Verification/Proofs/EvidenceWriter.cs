using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>
/// Makes evidence of entries: each with the proof that it is in the tree of the log's checkpoint. Every proof is checked before it is given out.
/// </summary>
public static class EvidenceWriter
{
    private const string NextCheckpoint = "try again after the next checkpoint: a running gateway makes one each second";

    private static readonly string[] Readme =
    [
        "This file is evidence of entries of an audit log. Each entry is followed by the hashes that",
        "lead from it to the root in the signed checkpoint (RFC 9162, section 2.1.3; C2SP tlog-checkpoint).",
        "Check it without the log:  gatehouse-verify check FILE --key VKEY",
        "Take the key from somewhere else than from this file: the copy in it proves nothing.",
    ];

    /// <summary>Returns the lines of an evidence file.</summary>
    /// <param name="log">The log.</param>
    /// <param name="from">The first index.</param>
    /// <param name="to">The last index.</param>
    /// <param name="id">Only entries with this id; null for all in the range.</param>
    /// <param name="since">An older checkpoint; the file then shows that the log only grew since.</param>
    /// <exception cref="EvidenceException">An entry is absent or not the one that the tree has, or there is none.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static IEnumerable<string> Lines(LogSnapshot log, long from, long to, string? id, SignedNote? since)
    {
        ArgumentNullException.ThrowIfNull(log);
        var checkpoint = log.Checkpoint ?? throw new EvidenceException(
            $"{log.Name} has no checkpoint that can be read", EvidenceException.OfDamage);
        var nodes = new TileNodes(checkpoint.Size, path => log.Tile(path) is { State: FileState.Read } tile ? tile.Bytes.ToArray() : null);
        yield return EvidenceFormat.Header;
        foreach (var line in Readme) yield return EvidenceFormat.Remark + line;
        foreach (var key in log.Keys()) yield return EvidenceFormat.Key + key;
        foreach (var line in Note(EvidenceFormat.Checkpoint, log.Note!)) yield return line;
        if (since is not null)
        {
            foreach (var line in Consistency(checkpoint, nodes, since)) yield return line;
        }

        var next = from;
        var found = 0L;
        foreach (var entry in log.Entries(from))
        {
            if (entry.Index > to) break;
            if (id is null && entry.Index != next) throw Missing(log, checkpoint, next);
            next = entry.Index + 1;
            if (id is not null && !HasId(entry.Bytes, id)) continue;
            if (entry.IsPending)
                throw new EvidenceException($"entry {entry.Index} of {log.Name} is not yet under a checkpoint", NextCheckpoint);
            found++;
            foreach (var line in Proof(log.Name, entry, checkpoint, nodes)) yield return line;
        }

        if (found == 0 && id is not null) throw new EvidenceException($"{log.Name} has no entry with the id {id} that is here",
            "give an index, or the whole id as 'audit search' and 'audit show' print it; entries whose bundles were archived are found after their bundles are put back");
        if (id is null && (next <= to || from > to)) throw Missing(log, checkpoint, next);
    }

    /// <summary>Returns whether a log has an entry with an id.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static bool Has(LogSnapshot log, string id)
    {
        ArgumentNullException.ThrowIfNull(log);
        return log.Entries().Any(entry => HasId(entry.Bytes, id));
    }

    private static EvidenceException Missing(LogSnapshot log, Checkpoint checkpoint, long index)
    {
        if (checkpoint.Size == 0) return new EvidenceException($"{log.Name} has no entry under a checkpoint yet", NextCheckpoint);
        if (index >= checkpoint.Size)
            return new EvidenceException($"{log.Name} has no entry {index}: its entries under the checkpoint have the indexes 0 to {checkpoint.Size - 1}",
                "give one of these indexes; entries of another log here are found with --in");
        return TilePath.In(checkpoint.Size, null, index / TilePath.FullWidth) is { } bundle && log.Tile(bundle).State == FileState.Absent
            ? new EvidenceException($"entry {index} of {log.Name} is archived or lost", $"put the bundle {bundle} back")
            : new EvidenceException($"entry {index} of {log.Name} cannot be read", EvidenceException.OfDamage);
    }

    private static IEnumerable<string> Proof(string log, LoggedEntry entry, Checkpoint checkpoint, TileNodes nodes)
    {
        var path = InclusionProof.Build(nodes, entry.Index, checkpoint.Size);
        if (!InclusionProof.Verify(MerkleTree.Leaf(entry.Bytes.Span), entry.Index, checkpoint.Size, path, checkpoint.Root))
            throw new EvidenceException($"entry {entry.Index} of {log} differs from the entry in the tree", EvidenceException.OfDamage);
        yield return EvidenceFormat.Entry + entry.Index.ToString(CultureInfo.InvariantCulture);
        yield return EvidenceFormat.EntryLine(entry.Bytes.Span);
        foreach (var hash in path) yield return EvidenceFormat.Hash + hash;
    }

    private static IEnumerable<string> Consistency(Checkpoint checkpoint, TileNodes nodes, SignedNote since)
    {
        if (!Checkpoint.TryParse(since.Text, out var old) || old.Origin != checkpoint.Origin || old.Size > checkpoint.Size)
            throw new EvidenceException("the older checkpoint is not one of this log, or not older",
                $"give an older copy of the file 'checkpoint' of {checkpoint.Origin} with --since");
        var proof = ConsistencyProof.Build(nodes, old.Size, checkpoint.Size);
        if (!ConsistencyProof.Verify(old.Size, old.Root, checkpoint.Size, checkpoint.Root, proof))
            throw new EvidenceException($"the log does not begin with the {old.Size} entries of the older checkpoint", EvidenceException.OfDamage);
        foreach (var line in Note(EvidenceFormat.Since, since)) yield return line;
        foreach (var hash in proof) yield return EvidenceFormat.Hash + hash;
    }

    private static IEnumerable<string> Note(string name, SignedNote note) =>
        EvidenceFormat.NoteLines(name, note);

    private static bool HasId(ReadOnlyMemory<byte> entry, string id)
    {
        // Most entries are of another id: only where its characters are is the entry parsed. Ids are ASCII.
        // One with half a character is no entry, and its texts cannot be compared.
        if (entry.Span.IndexOf(Encoding.UTF8.GetBytes(id)) < 0 || HalfCharacters.Has(entry.Span)) return false;
        try
        {
            using var document = JsonDocument.Parse(entry);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("id", out var value)
                && value.ValueKind == JsonValueKind.String && value.ValueEquals(id);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
