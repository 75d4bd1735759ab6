using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Witness;

/// <summary>A request to cosign a checkpoint (C2SP tlog-witness, "add-checkpoint").</summary>
/// <param name="OldSize">The size that the log takes for the latest one of the witness.</param>
/// <param name="Proof">The consistency proof from that size.</param>
/// <param name="Note">The signed checkpoint.</param>
/// <param name="Checkpoint">Its text.</param>
/// <param name="IsEmptyTreeWithRoot">True where the size is 0 and the root is not that of the empty tree. No such checkpoint is cosigned.</param>
internal sealed record AddCheckpointRequest(long OldSize, IReadOnlyList<TreeHash> Proof, SignedNote Note, Checkpoint Checkpoint,
    bool IsEmptyTreeWithRoot)
{
    /// <summary>The most bytes of a request: a note, 63 hashes and the line of the old size.</summary>
    public const int MostBytes = SignedNote.MostBytes + (4 << 10);

    private const string Old = "old ";

    /// <summary>Reads a request. Null where it is malformed, or above the bounds.</summary>
    public static AddCheckpointRequest? Parse(ReadOnlySpan<byte> body)
    {
        if (body.Length > MostBytes) return null;
        var blank = body.IndexOf("\n\n"u8);
        if (blank < 0 || !Ascii.IsValid(body[..blank])) return null;
        var lines = Encoding.ASCII.GetString(body[..blank]).Split('\n');
        if (!lines[0].StartsWith(Old, StringComparison.Ordinal) || !Checkpoint.TryParseSize(lines[0][Old.Length..], out var oldSize)) return null;
        if (lines.Length - 1 > ConsistencyProof.MostHashes) return null;
        var proof = new List<TreeHash>(lines.Length - 1);
        foreach (var line in lines.AsSpan(1))
        {
            if (!TreeHash.TryParse(line, out var hash)) return null;
            proof.Add(hash);
        }

        if (SignedNote.Parse(body[(blank + 2)..]) is not { } note) return null;
        if (Checkpoint.TryParse(note.Text, out var checkpoint)) return new AddCheckpointRequest(oldSize, proof, note, checkpoint, false);
        return AsEmptyTree(note.Text) is { } empty ? new AddCheckpointRequest(oldSize, proof, note, empty, true) : null;
    }

    // The specification wants another status for this than for a malformed checkpoint, and only after the signature.
    private static Checkpoint? AsEmptyTree(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < 3 || lines[1] != "0" || !TreeHash.TryParse(lines[2], out _)) return null;
        lines[2] = MerkleTree.Empty.ToString();
        return Checkpoint.TryParse(string.Join('\n', lines), out var empty) ? empty : null;
    }
}
