using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>Hashes of leaves, from the tiles of level 0. It keeps the last tile that it read.</summary>
internal sealed class KnownHashes(LogSnapshot log, long size)
{
    private long loaded = -1;
    private TreeHash[]? hashes;

    /// <summary>The hash of a leaf; null where its tile cannot be read.</summary>
    public TreeHash? At(long index)
    {
        if (TilePath.In(size, 0, index / TilePath.FullWidth) is not { } path) return null;
        if (loaded != path.Index)
        {
            var tile = log.Tile(path);
            var isWhole = tile.State == FileState.Read && tile.Bytes.Length >= path.Width * TreeHash.Length;
            (loaded, hashes) = (path.Index, isWhole ? UpperTiles.Hashes(tile.Bytes.Span[..(path.Width * TreeHash.Length)]) : null);
        }

        return hashes is { } known && index - path.FirstLeaf < known.Length ? known[(int)(index - path.FirstLeaf)] : null;
    }
}
