using System.Buffers;
using System.Runtime.InteropServices;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// The writer of one log's tiles and bundles (C2SP tlog-tiles). It takes entries that are on stable storage already, in the journal. So nothing is
/// synced when it is written: full tiles and bundles are synced together, before the part of the journal that has their entries is deleted
/// (<see cref="Sync"/>). Partial ones never are, because the journal always has their entries.
/// </summary>
internal sealed class TreeWriter(ILogFolder folder, string log, LogSpace space)
{
    private const int Bundles = -1;

    private readonly ArrayBufferWriter<byte> bundle = new(64 << 10);
    private readonly Dictionary<int, TilePath> published = []; // the last partial tile of each level
    private readonly List<string> unsynced = []; // full tiles and bundles
    private readonly HashSet<string> unsyncedPlaces = new(StringComparer.Ordinal); // folders of partial tiles, from which some were deleted
    private List<List<TreeHash>> rows = []; // of each level, the hashes that are in no full tile yet
    private long unsyncedEntryBytes;

    /// <summary>The number of entries in the tree.</summary>
    public long Size { get; private set; }

    /// <summary>The number of entries of earlier processes that the journal had when this one began.</summary>
    public long Recovered { get; set; }

    /// <summary>Returns the root of the tree.</summary>
    public TreeHash Root()
    {
        // Each hash of a row is the root of a complete subtree. The root of the levels below it, which is of an incomplete one, is the last element:
        // RFC 6962 divides such a row as it divides leaves.
        var (root, isEmpty) = (MerkleTree.Empty, true);
        foreach (var row in rows)
        {
            if (row.Count == 0) continue;
            root = MerkleTree.Root(isEmpty ? CollectionsMarshal.AsSpan(row) : [.. row, root]);
            isEmpty = false;
        }

        return root;
    }

    /// <summary>Returns the right edge of the tree, to which leaves can be added without a file.</summary>
    public MerkleFrontier Frontier()
    {
        var frontier = new MerkleFrontier();
        for (var level = rows.Count - 1; level >= 0; level--)
        {
            foreach (var hash in rows[level]) frontier.AppendSubtree(hash, TilePath.Height * level);
        }

        return frontier;
    }

    /// <summary>
    /// Continues a tree of a size that is a multiple of 256, from its full tiles, and forgets what it had. Tiles above that size are written again.
    /// </summary>
    /// <exception cref="LogDamagedException">A tile is missing or too short.</exception>
    public void Resume(long size)
    {
        // A tile that cannot be read leaves everything as it was.
        var found = new List<List<TreeHash>>();
        for (var (level, count) = (0, size); count > 0; level++, count /= TilePath.FullWidth)
        {
            var row = new List<TreeHash>(TilePath.FullWidth);
            for (var index = count / TilePath.FullWidth * TilePath.FullWidth; index < count; index++) row.Add(TileRoot(level - 1, index));
            found.Add(row);
        }

        (Size, rows) = (size, found);
        bundle.ResetWrittenCount();
        published.Clear();
        unsynced.Clear();
        space.AddPending(unsyncedEntryBytes);
        unsyncedEntryBytes = 0;
    }

    /// <summary>Appends one entry. What it fills is written by <see cref="Flush"/>, or before the next entry.</summary>
    /// <exception cref="IOException">A tile or bundle that an earlier entry filled cannot be written. The entry is not appended.</exception>
    public void Append(ReadOnlySpan<byte> entry, in TreeHash leaf)
    {
        Flush();
        var prefix = bundle.GetSpan(EntryBundle.PrefixBytes + entry.Length);
        JournalFormat.WriteLength(prefix, entry.Length);
        entry.CopyTo(prefix[EntryBundle.PrefixBytes..]);
        bundle.Advance(EntryBundle.PrefixBytes + entry.Length);
        Row(0).Add(leaf);
        Size++;
    }

    /// <summary>Writes the bundle and the tiles that are full. What could not be written is tried again by the next call.</summary>
    /// <exception cref="IOException">One cannot be written.</exception>
    public void Flush()
    {
        for (var level = 0; level < rows.Count; level++)
        {
            if (rows[level].Count < TilePath.FullWidth) continue;
            var index = (Size >> (TilePath.Height * (level + 1))) - 1;
            if (level == 0 && bundle.WrittenCount > 0) PutBundle(index);
            PutFull(new TilePath(level, index, TilePath.FullWidth), HashTile.Bytes(CollectionsMarshal.AsSpan(rows[level])));
            Row(level + 1).Add(MerkleTree.Root(CollectionsMarshal.AsSpan(rows[level])));
            rows[level].Clear();
        }
    }

    /// <summary>Returns when every full tile and bundle that was written is on stable storage.</summary>
    /// <exception cref="IOException">
    /// One may be lost, whatever a second attempt says: the kernel may have dropped its bytes. They are to be written again (<see cref="Resume"/>).
    /// </exception>
    public void Sync()
    {
        // Otherwise a deleted partial tile comes back after a loss of power, torn, beside its full one, which no later process writes again.
        foreach (var place in unsyncedPlaces) SyncNames(place);
        unsyncedPlaces.Clear();
        if (unsynced.Count == 0) return;
        folder.Sync(unsynced);
        unsynced.Clear();
        unsyncedEntryBytes = 0;
    }

    private void SyncNames(string place)
    {
        try
        {
            folder.SyncNames(place);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // An operator moved it away with the tiles beside it.
        }
    }

    /// <summary>Writes the partial tiles and the partial bundle of the tree as it is now.</summary>
    /// <exception cref="IOException">One cannot be written.</exception>
    public void WritePartial()
    {
        Flush();
        foreach (var tile in TilePath.PartialTiles(Size)) PutPartial(tile, HashTile.Bytes(CollectionsMarshal.AsSpan(Row(tile.Level!.Value))));
        if (TilePath.In(Size, null, Size / TilePath.FullWidth) is { } last) PutPartial(last, bundle.WrittenSpan);
    }

    // A wider tile or bundle has what a narrower one had. The one before the last goes: a reader may have just read the checkpoint of the last. Those
    // of an earlier process all go: they were never synced, so a loss of power may have torn them, or they may have entries that were lost.
    private void PutPartial(TilePath tile, ReadOnlySpan<byte> bytes)
    {
        var isNew = !published.TryGetValue(tile.Level ?? Bundles, out var last) || last.Index != tile.Index;
        if (!isNew && last.Width == tile.Width) return;
        Put(tile, bytes);
        DeletePartials(tile, width => isNew ? width != tile.Width : width < last.Width);
        published[tile.Level ?? Bundles] = tile;
    }

    private void PutBundle(long index)
    {
        PutFull(new TilePath(null, index, TilePath.FullWidth), bundle.WrittenSpan);
        space.AddPending(-bundle.WrittenCount);
        unsyncedEntryBytes += bundle.WrittenCount;
        bundle.ResetWrittenCount();
    }

    private void PutFull(TilePath tile, ReadOnlySpan<byte> bytes)
    {
        Put(tile, bytes);
        unsynced.Add($"{log}/{tile}");
        // An earlier process may have deleted some and ended before that was on stable storage. This process does not see their names.
        if (tile.FirstLeaf < Recovered) unsyncedPlaces.Add(PartialsOf(tile));
        DeletePartials(tile, static _ => true);
    }

    private void Put(TilePath tile, ReadOnlySpan<byte> bytes)
    {
        folder.Put($"{log}/{tile}", bytes, isDurable: false);
        space.Add(bytes.Length);
    }

    private void DeletePartials(TilePath tile, Func<int, bool> isOld)
    {
        var place = PartialsOf(tile);
        foreach (var file in folder.Files(place))
        {
            if (!int.TryParse(file.Name, out var width) || !isOld(width)) continue;
            folder.Delete($"{place}/{file.Name}");
            unsyncedPlaces.Add(place);
            space.Add(-file.Length);
        }
    }

    private string PartialsOf(TilePath tile) => $"{log}/{tile with { Width = TilePath.FullWidth }}.p";

    private List<TreeHash> Row(int level)
    {
        while (rows.Count <= level) rows.Add(new List<TreeHash>(TilePath.FullWidth));
        return rows[level];
    }

    private TreeHash TileRoot(int level, long index)
    {
        var path = $"{log}/{new TilePath(level, index, TilePath.FullWidth)}";
        var bytes = new byte[TilePath.FullWidth * TreeHash.Length];
        using var file = folder.Open(path) ?? throw new LogDamagedException(DamagedPart.Tree, $"the tile {path} is missing");
        if (file.Read(0, bytes) != bytes.Length) throw new LogDamagedException(DamagedPart.Tree, $"the tile {path} is too short");
        return HashTile.Root(bytes, 0, TilePath.FullWidth);
    }
}
