using System.Runtime.InteropServices;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>The tiles from level 1 up, compared with the hashes that follow from level 0.</summary>
internal sealed class UpperTiles(LogSnapshot log, long size)
{
    private readonly List<List<TreeHash>> rows = [];
    private readonly List<long> counts = [];
    private long loaded = -1;
    private TreeHash[]? level1;

    /// <summary>Hashes that differ, by their tile and place.</summary>
    public List<(TilePath Path, int Place)> Differing { get; } = [];

    /// <summary>Tiles that could not be read, and copies of tiles that are wrong.</summary>
    public List<(TilePath Path, AuditFindingKind Kind, string Detail)> Unread { get; } = [];

    public static TreeHash[] Hashes(ReadOnlySpan<byte> bytes)
    {
        var hashes = new TreeHash[bytes.Length / TreeHash.Length];
        for (var at = 0; at < hashes.Length; at++) hashes[at] = HashTile.At(bytes, at);
        return hashes;
    }

    /// <summary>The hash of level 1 for a full tile of level 0; null where it cannot be read.</summary>
    public TreeHash? First(long tile)
    {
        var index = tile / TilePath.FullWidth;
        if (loaded != index) (loaded, level1) = (index, Read(FirstPath(tile)));
        return level1 is null ? null : level1[(int)(tile % TilePath.FullWidth)];
    }

    /// <summary>The tile of level 1 that has it.</summary>
    public TilePath FirstPath(long tile) => TilePath.In(size, 1, tile / TilePath.FullWidth)!.Value;

    /// <summary>Takes the root of the next full tile of level 0.</summary>
    public void Add(in TreeHash root) => Add(1, root);

    /// <summary>The log ends here.</summary>
    public void End()
    {
        for (var level = 1; level <= rows.Count; level++)
        {
            if (rows[level - 1].Count > 0) Compare(level);
        }
    }

    private void Add(int level, in TreeHash hash)
    {
        if (rows.Count < level)
        {
            rows.Add([]);
            counts.Add(0);
        }

        var row = rows[level - 1];
        row.Add(hash);
        if (row.Count < TilePath.FullWidth) return;
        var root = MerkleTree.Root(CollectionsMarshal.AsSpan(row));
        Compare(level);
        Add(level + 1, root);
    }

    private void Compare(int level)
    {
        var row = rows[level - 1];
        var path = new TilePath(level, counts[level - 1]++, row.Count);
        var hashes = Read(path, reports: true);
        for (var at = 0; hashes is not null && at < row.Count; at++)
        {
            // Level 1 was compared before: its differences decide which of the two is right.
            if (level > 1 && hashes[at] != row[at] && Differing.Count < AuditLogReport.MostFindings) Differing.Add((path, at));
        }

        var isRight = !path.IsPartial && hashes is not null && hashes.AsSpan().SequenceEqual(CollectionsMarshal.AsSpan(row));
        foreach (var copy in log.Copies(path))
        {
            var tile = log.Exact(copy);
            if (TileCopyCheck.Fault(tile, CollectionsMarshal.AsSpan(row)) is not { } fault) continue;
            Fault(copy, isRight && tile.State != FileState.NotAFile ? AuditFindingKind.PartialAltered : fault.Kind, fault.Detail);
        }

        row.Clear();
    }

    private TreeHash[]? Read(TilePath path, bool reports = false)
    {
        var tile = log.Tile(path);
        if (tile.State == FileState.Read && tile.Bytes.Length == tile.Path.Width * TreeHash.Length) return Hashes(tile.Bytes.Span);
        if (!reports) return null;
        if (tile.State == FileState.Absent) Fault(path, AuditFindingKind.TileMissing, "the tile is not there");
        else Fault(path, AuditFindingKind.TileAltered, "the tile is no file with as many hashes as its name says");
        return null;
    }

    private void Fault(TilePath path, AuditFindingKind kind, string detail)
    {
        if (Unread.Count < AuditLogReport.MostFindings) Unread.Add((path, kind, detail));
    }
}
