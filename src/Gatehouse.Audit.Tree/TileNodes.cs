namespace Gatehouse.Audit.Tree;

/// <summary>The nodes of a tree of a size, from its tiles. It keeps the last tiles that it read.</summary>
/// <param name="size">The leaves of the tree.</param>
/// <param name="read">Returns the bytes of a tile; null where it is absent. A tile that is wider than the path says serves as well.</param>
public sealed class TileNodes(long size, Func<TilePath, ReadOnlyMemory<byte>?> read) : ITreeNodes
{
    // A proof reads at most two tiles of a level.
    private const int MostKept = 4 * (TilePath.LastLevel + 1);

    private readonly Dictionary<TilePath, ReadOnlyMemory<byte>> kept = [];

    /// <inheritdoc />
    public TreeHash Node(int height, long index)
    {
        var (level, above) = (height / TilePath.Height, height % TilePath.Height);
        var first = index << above; // of the hashes of that level
        var path = TilePath.In(size, level, first / TilePath.FullWidth)
            ?? throw new IOException($"a tree of {size} leaves has no node {index} at height {height}");
        return HashTile.Root(Tile(path).Span, (int)(first % TilePath.FullWidth), 1 << above);
    }

    private ReadOnlyMemory<byte> Tile(TilePath path)
    {
        if (kept.TryGetValue(path, out var tile)) return tile;
        tile = read(path) ?? throw new IOException($"the tile {path} is missing");
        if (tile.Length < path.Width * TreeHash.Length) throw new IOException($"the tile {path} is shorter than {path.Width} hashes");
        if (kept.Count == MostKept) kept.Clear();
        kept.Add(path, tile);
        return tile;
    }
}
