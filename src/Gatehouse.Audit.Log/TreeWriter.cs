using System.Buffers;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// The writer of one log's tiles and bundles (C2SP tlog-tiles). It takes entries that are on stable storage already. A full tile or bundle is
/// synced when it is written; a partial one is not, because the journal has its entries until the full one is there.
/// </summary>
internal sealed class TreeWriter(ILogFolder folder, string log, LogSpace space)
{
    private const int Bundles = -1;

    private readonly List<List<TreeHash>> rows = [];
    private readonly MerkleFrontier frontier = new();
    private readonly ArrayBufferWriter<byte> bundle = new(64 << 10);
    private readonly Queue<(TilePath Tile, byte[] Bytes)> full = [];
    private readonly Dictionary<int, TilePath> published = []; // the last partial tile of each level

    /// <summary>The number of entries in the tree.</summary>
    public long Size => frontier.Size;

    /// <summary>True while the tree is made again from the journal that an earlier process left.</summary>
    public bool IsRecovering { get; set; }

    /// <summary>Returns the root of the tree.</summary>
    public TreeHash Root() => frontier.Root();

    /// <summary>Continues a tree of a size that is a multiple of 256, from its full tiles.</summary>
    /// <exception cref="LogDamagedException">A tile is missing or too short.</exception>
    public void Resume(long size)
    {
        var counts = new List<long>();
        for (var count = size; count > 0; count /= TilePath.FullWidth) counts.Add(count);
        for (var level = counts.Count - 1; level >= 0; level--)
        {
            var row = Row(level);
            for (var index = counts[level] / TilePath.FullWidth * TilePath.FullWidth; index < counts[level]; index++)
            {
                var hash = TileRoot(level - 1, index);
                row.Add(hash);
                frontier.AppendSubtree(hash, TilePath.Height * level);
            }
        }
    }

    /// <summary>Appends one entry. The tiles and the bundle that it fills are written by <see cref="Flush"/>.</summary>
    public void Append(ReadOnlySpan<byte> entry, in TreeHash leaf)
    {
        var prefix = bundle.GetSpan(EntryBundle.PrefixBytes + entry.Length);
        JournalFormat.WriteLength(prefix, entry.Length);
        entry.CopyTo(prefix[EntryBundle.PrefixBytes..]);
        bundle.Advance(EntryBundle.PrefixBytes + entry.Length);
        frontier.Append(leaf);
        AddHash(0, leaf);
    }

    /// <summary>
    /// Writes the full tiles and bundles that are not on stable storage yet. What could not be written is tried again by the next call.
    /// </summary>
    /// <exception cref="IOException">One cannot be written.</exception>
    public void Flush()
    {
        while (full.TryPeek(out var next))
        {
            if (!IsThere(next.Tile, next.Bytes)) Put(next.Tile, next.Bytes, isDurable: true);
            if (next.Tile.Level is null) space.AddPending(-next.Bytes.Length);
            DeletePartials(next.Tile, below: TilePath.FullWidth);
            full.Dequeue();
        }
    }

    /// <summary>Writes the partial tiles and the partial bundle of the tree as it is now.</summary>
    /// <exception cref="IOException">One cannot be written.</exception>
    public void WritePartial()
    {
        Flush();
        foreach (var tile in TilePath.PartialTiles(Size)) PutPartial(tile, HashTile.Bytes([.. Row(tile.Level!.Value)]));
        if (TilePath.In(Size, null, Size / TilePath.FullWidth) is { } last) PutPartial(last, bundle.WrittenSpan);
    }

    // A wider tile or bundle has what a narrower one had. The one before the last goes: a reader may have just read the checkpoint of the last.
    private void PutPartial(TilePath tile, ReadOnlySpan<byte> bytes)
    {
        var isNew = !published.TryGetValue(tile.Level ?? Bundles, out var last) || last.Index != tile.Index;
        if (!isNew && last.Width == tile.Width) return;
        Put(tile, bytes, isDurable: false);
        DeletePartials(tile, below: isNew ? 0 : last.Width);
        published[tile.Level ?? Bundles] = tile;
    }

    private void AddHash(int level, in TreeHash hash)
    {
        var row = Row(level);
        row.Add(hash);
        if (row.Count < TilePath.FullWidth) return;
        var index = ((Size >> (TilePath.Height * level)) - 1) / TilePath.FullWidth;
        if (level == 0)
        {
            full.Enqueue((new TilePath(null, index, TilePath.FullWidth), bundle.WrittenSpan.ToArray()));
            bundle.ResetWrittenCount();
        }

        var root = MerkleTree.Root([.. row]);
        full.Enqueue((new TilePath(level, index, TilePath.FullWidth), HashTile.Bytes([.. row])));
        row.Clear();
        AddHash(level + 1, root);
    }

    // After a start: a full tile has its name only once it is on stable storage.
    private bool IsThere(TilePath tile, ReadOnlySpan<byte> bytes)
    {
        if (!IsRecovering) return false;
        using var file = folder.Open($"{log}/{tile}");
        if (file is null || file.Length != bytes.Length) return false;
        var found = new byte[bytes.Length];
        return file.Read(0, found) == found.Length && bytes.SequenceEqual(found);
    }

    private void Put(TilePath tile, ReadOnlySpan<byte> bytes, bool isDurable)
    {
        folder.Put($"{log}/{tile}", bytes, isDurable);
        space.Add(bytes.Length);
    }

    private void DeletePartials(TilePath tile, int below)
    {
        var place = $"{log}/{tile with { Width = TilePath.FullWidth }}.p";
        foreach (var file in folder.Files(place))
        {
            if (!int.TryParse(file.Name, out var width) || width >= below) continue;
            folder.Delete($"{place}/{file.Name}");
            space.Add(-file.Length);
        }
    }

    private List<TreeHash> Row(int level)
    {
        while (rows.Count <= level) rows.Add(new List<TreeHash>(TilePath.FullWidth));
        return rows[level];
    }

    private TreeHash TileRoot(int level, long index)
    {
        var path = $"{log}/{new TilePath(level, index, TilePath.FullWidth)}";
        var bytes = new byte[TilePath.FullWidth * TreeHash.Length];
        using var file = folder.Open(path) ?? throw new LogDamagedException($"the tile {path} is missing");
        if (file.Read(0, bytes) != bytes.Length) throw new LogDamagedException($"the tile {path} is too short");
        return HashTile.Root(bytes, 0, TilePath.FullWidth);
    }
}
