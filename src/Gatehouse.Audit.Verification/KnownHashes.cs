using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>Hashes of leaves, from the tiles of level 0. It keeps the last tile that it read.</summary>
internal sealed class KnownHashes(LogSnapshot log, long size)
{
    // Of a log with more damaged tiles, those beyond are compared as they are.
    private const int MostCorrected = 1024;

    private readonly Dictionary<long, TreeHash[]> corrected = [];
    private long loaded = -1;
    private TreeHash[]? hashes;

    /// <summary>Takes the hashes of the tree in place of those of a damaged tile.</summary>
    public void Correct(long tile, TreeHash[] right)
    {
        if (corrected.Count < MostCorrected) corrected[tile] = right;
    }

    /// <summary>The hash of a leaf; null where its tile cannot be read.</summary>
    public TreeHash? At(long index)
    {
        if (TilePath.In(size, 0, index / TilePath.FullWidth) is not { } path) return null;
        if (loaded != path.Index)
        {
            (loaded, hashes) = (path.Index, corrected.TryGetValue(path.Index, out var right) ? right : Read(path));
        }

        return hashes is { } known && index - path.FirstLeaf < known.Length ? known[(int)(index - path.FirstLeaf)] : null;
    }

    private TreeHash[]? Read(TilePath path)
    {
        var tile = log.Tile(path);
        var isWhole = tile.State == FileState.Read && tile.Bytes.Length >= path.Width * TreeHash.Length;
        return isWhole ? UpperTiles.Hashes(tile.Bytes.Span[..(path.Width * TreeHash.Length)]) : null;
    }
}
