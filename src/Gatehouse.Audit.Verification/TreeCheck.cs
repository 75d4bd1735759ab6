using System.Runtime.InteropServices;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Compares entries, bundles, tiles and journal of one log with each other and with the root of its checkpoint. The root decides which of two files
/// that differ is the damaged one.
/// </summary>
internal sealed class TreeCheck(LogSnapshot log, FindingCollector findings, CancellationToken cancellation)
{
    private const int MostMissing = 2000;

    // What differs is put off until the root decides. Beyond so many nothing more is named.
    private const int Deferred = AuditLogReport.MostFindings;

    private readonly Checkpoint checkpoint = log.Checkpoint!;
    private readonly List<ReadEntry> entries = [];
    private readonly List<int> changed = [];
    private readonly List<Difference> differences = [];
    private readonly SortedSet<long> sizes = [];
    private readonly Dictionary<long, (TreeHash Leaves, TreeHash Upper)> roots = [];
    private readonly UpperTiles upper = new(log, log.Checkpoint!.Size);
    private MerkleFrontier leaves = new();
    private MerkleFrontier above = new(); // with the hashes of level 1 in place of their leaves

    private bool isBroken; // a hash is not known: there is no root
    private bool isArchive = true; // no bundle was seen yet
    private bool usesUpper; // the upper tiles give the root, and the leaves do not
    private long archivedFrom;
    private long first;
    private long end;

    /// <summary>Entries of bundles that were asked for and read.</summary>
    public long Entries { get; private set; }

    /// <summary>Entries of the bundles that were moved away.</summary>
    public long Archived { get; private set; }

    /// <summary>The index after the last of them; 0 where there are none.</summary>
    public long ArchivedEnd => archivedFrom + Archived;

    /// <summary>The first and the last of them, in words.</summary>
    public string ArchivedRange => $"{archivedFrom} to {ArchivedEnd - 1}";

    /// <summary>Entries that are not under the checkpoint.</summary>
    public long Pending { get; private set; }

    /// <summary>Bytes after the last frame of the journal.</summary>
    public long TornBytes { get; private set; }

    /// <summary>True where the entries and tiles give the root of the checkpoint.</summary>
    public bool GivesRoot { get; private set; }

    /// <summary>Asks for the root at a size. It must be asked for before the check.</summary>
    public void Want(long size) => sizes.Add(size);

    /// <summary>The root of the tree at a size; null where it is not known.</summary>
    public TreeHash? RootAt(long size)
    {
        if (size == 0) return MerkleTree.Empty;
        // Within a tile that was changed only the level above is right, and it has no root for a size in between.
        if (usesUpper && differences.Any(one => size > one.Below.FirstLeaf && size < one.Below.FirstLeaf + one.Below.Width)) return null;
        if (roots.TryGetValue(size, out var root)) return usesUpper ? root.Upper : root.Leaves;
        return size <= checkpoint.Size ? RootFromTiles(size) : null;
    }

    /// <summary>Checks the tree and the journal.</summary>
    /// <param name="from">The first index whose entry is to be read.</param>
    /// <param name="to">The index after the last one.</param>
    /// <param name="isNewest">True for the log that a writer may be writing.</param>
    /// <param name="read">Takes each entry that is read, with its place.</param>
    public void Check(long from, long to, bool isNewest, EntryRead read)
    {
        first = from / TilePath.FullWidth;
        end = Math.Min(checkpoint.Size, to > checkpoint.Size - TilePath.FullWidth ? checkpoint.Size
            : (to + TilePath.FullWidth - 1) / TilePath.FullWidth * TilePath.FullWidth);
        if (first * TilePath.FullWidth > end) (first, end) = ((checkpoint.Size + TilePath.FullWidth - 1) / TilePath.FullWidth, checkpoint.Size);
        isArchive = first <= 1 || !log.HasBundle(first - 1);
        var missing = 0;
        try
        {
            if (first > 0) Prefix(Math.Min(first * TilePath.FullWidth, checkpoint.Size));
            for (var tile = first; tile * TilePath.FullWidth < end; tile++)
            {
                cancellation.ThrowIfCancellationRequested();
                // A checkpoint may name any size. Where neither tiles nor bundles are, there is nothing more to say.
                missing = CheckTile(tile, from, to, read) ? 0 : missing + 1;
                if (missing == MostMissing) break;
            }

            if (end < checkpoint.Size) Suffix();
        }
        catch (MissingTileException e)
        {
            isBroken = true;
            findings.Add(new LogPosition(log.Files.PathOf(""), 0, log.Name), AuditFindingKind.TileMissing, e.Message);
        }

        if (first == 0 && end == checkpoint.Size) upper.End();
        Decide();
        CheckJournal(from, to, isNewest, read);
    }

    // False where neither the tile nor the bundle could be read.
    private bool CheckTile(long tile, long from, long to, EntryRead read)
    {
        var path = TilePath.In(checkpoint.Size, 0, tile)!.Value;
        var hashes = Hashes(path);
        var bundle = log.Tile(path with { Level = null });
        var hasBundle = bundle.State == FileState.Read;
        if (!hasBundle && hashes is not null && bundle.State == FileState.Absent && isArchive && !path.IsPartial) Archive(path);
        else if (!hasBundle) ReportBundle(bundle, path);
        else if (tile > 0) isArchive = false; // the first bundle is never archived: it names the log before this one
        var rest = 0;
        entries.Clear();
        if (hasBundle)
        {
            BundleReader.Read(bundle.Bytes.Span, hashes, entries, changed, out rest);
            if (bundle.Path.Width > path.Width && entries.Count > path.Width)
            {
                entries.RemoveRange(path.Width, entries.Count - path.Width);
                rest = bundle.Bytes.Length;
            }
        }

        var own = entries.Count == path.Width ? entries.Select(entry => entry.Hash).ToArray() : null;
        var chosen = Choose(path, hashes, own);
        Append(path, chosen);
        // What follows the first bundle is archived: what its entries say of the next ones cannot be checked.
        var isApart = tile == 0 && checkpoint.Size >= 2 * TilePath.FullWidth && !log.HasBundle(1);
        if (hasBundle) CheckBundle(bundle, path, chosen, rest, from, to, isApart ? static (_, _) => { } : read);
        if (chosen is null) return hasBundle;
        if (hashes is not null && !chosen.AsSpan().SequenceEqual(hashes)) ReportTile(path, hashes, chosen);
        CheckCopies(path, chosen);
        return true;
    }

    private void Archive(TilePath path)
    {
        if (Archived == 0) archivedFrom = path.FirstLeaf;
        Archived += path.Width;
    }

    // Where the tile and the entries differ, the level above knows which is right; for the last tile the checkpoint does.
    private TreeHash[]? Choose(TilePath path, TreeHash[]? hashes, TreeHash[]? own)
    {
        if (hashes is null || own is null || hashes.AsSpan().SequenceEqual(own)) return hashes ?? own;
        if (isBroken) return hashes;
        if (!path.IsPartial) return upper.First(path.Index) is { } known && known == MerkleTree.Root(own) ? own : hashes;
        var last = leaves.Copy();
        foreach (var hash in own) last.Append(hash);
        return last.Size == checkpoint.Size && last.Root() == checkpoint.Root ? own : hashes;
    }

    private void Append(TilePath path, TreeHash[]? chosen)
    {
        if (chosen is null || isBroken)
        {
            isBroken = true;
            return;
        }

        foreach (var size in sizes.Where(size => size > path.FirstLeaf && size < path.FirstLeaf + chosen.Length))
        {
            var (one, other) = (leaves.Copy(), above.Copy());
            foreach (var hash in chosen.AsSpan(0, (int)(size - path.FirstLeaf)))
            {
                one.Append(hash);
                other.Append(hash);
            }

            roots[size] = (one.Root(), other.Root());
        }

        if (chosen.Length == TilePath.FullWidth)
        {
            var root = MerkleTree.Root(chosen);
            leaves.AppendSubtree(root, TilePath.Height);
            var known = upper.First(path.Index) ?? root;
            above.AppendSubtree(known, TilePath.Height);
            if (known != root && differences.Count < Deferred) differences.Add(new Difference(path, upper.FirstPath(path.Index)));
            if (first == 0) upper.Add(root);
        }
        else
        {
            foreach (var hash in chosen)
            {
                leaves.Append(hash);
                above.Append(hash);
            }
        }

        if (sizes.Contains(leaves.Size)) roots[leaves.Size] = (leaves.Root(), above.Root());
    }

    private void CheckBundle(TileFile bundle, TilePath path, TreeHash[]? chosen, int rest, long from, long to, EntryRead read)
    {
        var file = log.Files.PathOf(bundle.Path.ToString());
        foreach (var at in changed)
        {
            if (at >= entries.Count) continue;
            findings.Add(new LogPosition(file, 0, log.Name, path.FirstLeaf + at, entries[at].Offset - EntryBundle.PrefixBytes,
                EntryBundle.PrefixBytes),
                AuditFindingKind.EntryAltered, "the length before the entry was changed");
        }

        if (chosen is not null)
        {
            new BundleComparison(findings, log.Name, file, path.FirstLeaf).Compare(chosen, CollectionsMarshal.AsSpan(entries));
            if (rest < bundle.Bytes.Length && entries.Count <= path.Width)
                findings.Add(new LogPosition(file, 0, log.Name, path.FirstLeaf + entries.Count, rest, bundle.Bytes.Length - rest),
                    AuditFindingKind.EntryAltered,
                    "the bundle ends within an entry, or something follows its entries");
        }

        for (var at = 0; at < entries.Count && at < path.Width; at++)
        {
            var index = path.FirstLeaf + at;
            if (index < from || index >= to) continue;
            var entry = entries[at];
            Entries++;
            read(new LogPosition(file, 0, log.Name, index, entry.Offset, entry.Length), bundle.Bytes.Slice(entry.Offset, entry.Length));
        }
    }

    private void ReportBundle(TileFile bundle, TilePath path)
    {
        isArchive = false;
        var place = new LogPosition(log.Files.PathOf((path with { Level = null }).ToString()), 0, log.Name, path.FirstLeaf);
        if (bundle.State == FileState.NotAFile) findings.Add(place, AuditFindingKind.NotAFile, "it is not a regular file; it was not read");
        else if (bundle.State == FileState.TooLong) findings.Add(place, AuditFindingKind.EntryAltered, "the bundle is longer than 256 entries can be");
        else findings.Add(place, AuditFindingKind.BundleMissing, $"the bundle with the entries {path.FirstLeaf} to {path.FirstLeaf + path.Width - 1} is not there");
    }

    private void ReportTile(TilePath path, TreeHash[] hashes, TreeHash[] chosen)
    {
        var file = log.Files.PathOf(log.Tile(path).Path.ToString());
        for (var at = 0; at < hashes.Length; at++)
        {
            if (hashes[at] == chosen[at]) continue;
            findings.Add(new LogPosition(file, 0, log.Name, path.FirstLeaf + at, at * TreeHash.Length, TreeHash.Length), AuditFindingKind.TileAltered,
                "the hash is not that of the entry");
        }
    }

    private TreeHash[]? Hashes(TilePath path)
    {
        var tile = log.Tile(path);
        var place = new LogPosition(log.Files.PathOf(path.ToString()), 0, log.Name, path.FirstLeaf);
        if (tile.State != FileState.Read)
        {
            var kind = tile.State switch
            {
                FileState.NotAFile => AuditFindingKind.NotAFile,
                FileState.TooLong => AuditFindingKind.TileAltered,
                _ => AuditFindingKind.TileMissing,
            };
            findings.Add(place, kind, kind == AuditFindingKind.TileMissing ? "the tile is not there" : "the tile is no file of at most 256 hashes");
            return null;
        }

        if (tile.Bytes.Length == tile.Path.Width * TreeHash.Length) return UpperTiles.Hashes(tile.Bytes.Span[..(path.Width * TreeHash.Length)]);
        findings.Add(place, AuditFindingKind.TileAltered, $"the tile has {tile.Bytes.Length} bytes, and {tile.Path.Width * TreeHash.Length} are right");
        return null;
    }

    // Copies that a wider file replaced may still be there: what is there is to be right.
    private void CheckCopies(TilePath path, TreeHash[] chosen)
    {
        foreach (var copy in log.Copies(path))
        {
            var tile = log.Exact(copy);
            var width = Math.Min(copy.Width, chosen.Length);
            if (tile.State != FileState.Read) continue;
            var place = new LogPosition(log.Files.PathOf(copy.ToString()), 0, log.Name, path.FirstLeaf);
            if (tile.Bytes.Length != copy.Width * TreeHash.Length) findings.Add(place, AuditFindingKind.TileAltered, "the tile has not the length that its name says");
            else if (!UpperTiles.Hashes(tile.Bytes.Span[..(width * TreeHash.Length)]).AsSpan().SequenceEqual(chosen.AsSpan(0, width)))
                findings.Add(place, AuditFindingKind.TileAltered, "the hashes are not those of the entries");
        }

        foreach (var copy in log.Copies(path with { Level = null }))
        {
            var bundle = log.Exact(copy);
            if (bundle.State != FileState.Read) continue;
            BundleReader.Read(bundle.Bytes.Span, chosen.AsSpan(0, Math.Min(copy.Width, chosen.Length)), entries, changed, out var rest);
            var read = CollectionsMarshal.AsSpan(entries);
            var (file, width) = (log.Files.PathOf(copy.ToString()), Math.Min(copy.Width, chosen.Length));
            if (read.Length > width && copy.Width > width) read = read[..width];
            new BundleComparison(findings, log.Name, file, path.FirstLeaf).Compare(chosen.AsSpan(0, width), read);
            if (changed.Count > 0 || (rest < bundle.Bytes.Length && read.Length <= copy.Width))
                findings.Add(new LogPosition(file, 0, log.Name, path.FirstLeaf + (changed.Count > 0 ? changed[0] : read.Length)),
                    AuditFindingKind.EntryAltered,
                    "a length in the bundle was changed, or something follows its entries");
        }
    }

    private void Prefix(long size)
    {
        leaves = FromTiles(size);
        above = leaves.Copy();
        if (sizes.Contains(size)) roots[size] = (leaves.Root(), leaves.Root());
    }

    private void Suffix()
    {
        if (isBroken) return;
        var nodes = Nodes();
        for (var at = leaves.Size; at < checkpoint.Size;)
        {
            var height = 0;
            while (at % (2L << height) == 0 && at + (2L << height) <= checkpoint.Size) height++;
            var node = nodes.Node(height, at >> height);
            leaves.AppendSubtree(node, height);
            above.AppendSubtree(node, height);
            at += 1L << height;
        }
    }

    private void Decide()
    {
        if (!isBroken)
        {
            GivesRoot = leaves.Root() == checkpoint.Root;
            usesUpper = !GivesRoot && above.Root() == checkpoint.Root;
        }

        foreach (var (path, upperPath) in differences)
        {
            if (GivesRoot)
                findings.Add(Hash(upperPath, (int)(path.Index % TilePath.FullWidth), path.FirstLeaf), AuditFindingKind.TileAltered, "the hash is not that of the tile below");
            else
                findings.Add(new LogPosition(log.Files.PathOf((path with { Level = null }).ToString()), 0, log.Name, path.FirstLeaf),
                    AuditFindingKind.EntryAltered,
                    $"one of the entries {path.FirstLeaf} to {path.FirstLeaf + path.Width - 1} was changed together with the hashes of its tile");
        }

        foreach (var (path, place) in upper.Differing)
            findings.Add(Hash(path, place, (path.Index * TilePath.FullWidth + place) << (TilePath.Height * path.Level!.Value)),
                AuditFindingKind.TileAltered,
                "the hash is not that of the tile below");
        foreach (var (path, detail) in upper.Unread)
            findings.Add(new LogPosition(log.Files.PathOf(path.ToString()), 0, log.Name), detail is null ? AuditFindingKind.TileMissing
                : AuditFindingKind.TileAltered,
                detail ?? "the tile is not there");
        if (!GivesRoot && !isBroken)
            findings.Add(new LogPosition(log.Files.PathOf(LogSnapshot.CheckpointFile), 0, log.Name), AuditFindingKind.RootMismatch,
                $"the {checkpoint.Size} entries give the root {leaves.Root()}, and the checkpoint has {checkpoint.Root}");
        else if (isBroken)
            findings.Add(new LogPosition(log.Files.PathOf(LogSnapshot.CheckpointFile), 0, log.Name), AuditFindingKind.RootMismatch,
                "the root cannot be computed, because hashes are missing");
    }

    private LogPosition Hash(TilePath path, int place, long index) =>
        new(log.Files.PathOf(path.ToString()), 0, log.Name, index, place * TreeHash.Length, TreeHash.Length);

    private void CheckJournal(long from, long to, bool isNewest, EntryRead read)
    {
        var known = new KnownHashes(log, checkpoint.Size);
        var next = checkpoint.Size; // the next index that must be in the journal
        long? before = null; // the index after the last frame
        for (var at = 0; at < log.Journal.Count; at++)
        {
            cancellation.ThrowIfCancellationRequested();
            var segment = log.Journal[at];
            var isLast = at == log.Journal.Count - 1;
            var place = new LogPosition(log.Files.PathOf(segment.Name), 0, log.Name);
            if (segment.First is not { } begin)
            {
                if (segment.State != FileState.Read) findings.Add(place, AuditFindingKind.NotAFile, "it is not a regular file; it was not read");
                else if (!segment.IsBlank || !isLast) findings.Add(place with { Offset = 0, Length = JournalFormat.HeaderBytes },
                    AuditFindingKind.Journal, "the header is damaged");
                continue;
            }

            if (begin > checkpoint.Size && begin > (before ?? checkpoint.Size))
                findings.Add(place with { Index = before ?? checkpoint.Size }, AuditFindingKind.EntryMissing,
                    $"the entries {before ?? checkpoint.Size} to {begin - 1} are neither under the checkpoint nor in the journal");
            else if (before is { } last && begin != last)
                findings.Add(place with { Index = begin }, AuditFindingKind.Journal, $"the segment begins at entry {begin}, and the one before it ends before entry {last}");
            long offset = JournalFormat.HeaderBytes;
            before = begin;
            foreach (var frame in segment.Frames(log.EndOf(at)))
            {
                var entry = place with { Index = frame.Index, Offset = frame.Offset, Length = frame.Bytes.Length };
                (offset, before) = (frame.Offset + frame.Bytes.Length, frame.Index + 1);
                if (frame.Index < checkpoint.Size)
                {
                    if (known.At(frame.Index) is { } hash && hash != frame.Leaf)
                        findings.Add(entry, AuditFindingKind.JournalDiffers, "the journal has another entry than the tree");
                    continue;
                }

                if (frame.Index < next) continue;
                isBroken |= frame.Index > next;
                next = frame.Index + 1;
                Pending++;
                if (!isBroken)
                {
                    leaves.Append(frame.Leaf);
                    above.Append(frame.Leaf);
                    if (sizes.Contains(leaves.Size)) roots[leaves.Size] = (leaves.Root(), above.Root());
                }

                if (frame.Index >= from && frame.Index < to) read(entry, frame.Bytes);
            }

            if (isLast) CheckTail(segment, place, offset, before.Value, isNewest);
        }
    }

    private void CheckTail(JournalSegment segment, LogPosition place, long offset, long index, bool isNewest)
    {
        var tail = segment.Tail(offset);
        TornBytes = tail.Bytes;
        if (tail.Bytes == 0) return;
        place = place with { Index = index, Offset = tail.Offset, Length = tail.Bytes };
        if (tail.HasFrame) findings.Add(place, AuditFindingKind.Journal, "a frame is damaged, and whole frames follow it");
        else if (index < checkpoint.Size) findings.Add(place, AuditFindingKind.Journal, "the frame of an entry that is under the checkpoint is damaged");
        else if (!isNewest) findings.Add(place, AuditFindingKind.TornEnd, "the journal of a log that was left ends within a frame");
    }

    private TreeHash? RootFromTiles(long size)
    {
        if (isBroken) return null;
        try
        {
            var root = FromTiles(size).Root();
            return ConsistencyProof.Verify(size, root, checkpoint.Size, checkpoint.Root, ConsistencyProof.Build(Nodes(), size, checkpoint.Size))
                ? root : null;
        }
        catch (MissingTileException)
        {
            return null;
        }
    }

    private MerkleFrontier FromTiles(long size)
    {
        var (tree, nodes) = (new MerkleFrontier(), Nodes());
        for (var height = 61; height >= 0; height--)
        {
            if ((size & (1L << height)) != 0) tree.AppendSubtree(nodes.Node(height, tree.Size >> height), height);
        }

        return tree;
    }

    private TileNodes Nodes() => new(checkpoint.Size, path =>
    {
        var tile = log.Tile(path);
        if (tile.State != FileState.Read || tile.Bytes.Length < path.Width * TreeHash.Length) throw new MissingTileException($"the tile {path} is absent or too short");
        return tile.Bytes.ToArray();
    });

    private readonly record struct Difference(TilePath Below, TilePath Upper);

    private sealed class MissingTileException(string message) : IOException(message);
}
