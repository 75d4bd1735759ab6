using System.Runtime.InteropServices;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Compares entries, bundles, tiles and journal of one log with each other and with the root of its checkpoint. The root decides which of two files
/// that differ is the damaged one.
/// </summary>
internal sealed class TreeCheck
{
    private const int MostMissing = 2000;
    private const int MostInWords = 8; // ranges

    private readonly LogSnapshot log;
    private readonly FindingCollector findings;
    private readonly CancellationToken cancellation;
    private readonly Checkpoint checkpoint;
    private readonly LogRoots roots;
    private readonly UpperTiles upper;
    private readonly TileCopyCheck copies;
    private readonly JournalCheck journal;
    private readonly List<ReadEntry> entries = [];
    private readonly List<int> changed = [];
    private readonly List<(long From, long End)> absent = [];
    private EntryRead apart = static (_, _) => { };
    private long first;
    private long end;

    /// <param name="log">The log. It has a checkpoint.</param>
    /// <param name="findings">Takes what is wrong.</param>
    /// <param name="cancellation">Ends the check between two tiles.</param>
    public TreeCheck(LogSnapshot log, FindingCollector findings, CancellationToken cancellation)
    {
        (this.log, this.findings, this.cancellation) = (log, findings, cancellation);
        checkpoint = log.Checkpoint!;
        roots = new LogRoots(log);
        upper = new UpperTiles(log, checkpoint.Size);
        copies = new TileCopyCheck(log, findings);
        journal = new JournalCheck(log, roots, findings, cancellation);
    }

    /// <summary>Entries of bundles that were asked for and read.</summary>
    public long Entries { get; private set; }

    /// <summary>Entries of the bundles that were moved away.</summary>
    public long Archived { get; private set; }

    /// <summary>The ranges of them: the first index, and the index after the last one.</summary>
    public IReadOnlyList<(long From, long End)> Absent => absent;

    /// <summary>The first and the last of each range, in words.</summary>
    public string ArchivedRange => string.Join(", ", absent.Take(MostInWords).Select(static one => $"{one.From} to {one.End - 1}"))
        + (absent.Count > MostInWords ? $" and {absent.Count - MostInWords} more ranges" : "");

    /// <summary>
    /// Counts the places with entries that are absent or could not be read: after each entry that was read, it is larger if there is such a place
    /// directly before the next one.
    /// </summary>
    public long Holes { get; private set; }

    /// <summary>True where the first bundle is not here. It is never archived: it names the log before this one.</summary>
    public bool LacksFirst { get; private set; }

    /// <summary>Entries that are not under the checkpoint.</summary>
    public long Pending => journal.Pending;

    /// <summary>Segments of the journal without a header and without entries, between two that meet.</summary>
    public int Headless => journal.Headless;

    /// <summary>Bytes of a torn end of the journal.</summary>
    public long TornBytes => journal.TornBytes;

    /// <summary>True where the entries and tiles give the root of the checkpoint.</summary>
    public bool GivesRoot => roots.GivesCheckpoint;

    /// <summary>Asks for the root at a size. It must be asked for before the check.</summary>
    public void Want(long size) => roots.Want(size);

    /// <summary>The root of the tree at a size; null where it is not known.</summary>
    public TreeHash? RootAt(long size) => roots.At(size);

    /// <summary>Checks the tree and the journal.</summary>
    /// <param name="from">The first index whose entry is to be read.</param>
    /// <param name="to">The index after the last one.</param>
    /// <param name="isNewest">True for the log that a writer may be writing.</param>
    /// <param name="read">Takes each entry that is read, with its place.</param>
    /// <param name="unread">Takes the number of entries behind the checkpoint that damage of the journal hides.</param>
    /// <param name="beforeArchive">Takes the entries of the first bundle in place of <paramref name="read"/> where the next one is archived.</param>
    public void Check(long from, long to, bool isNewest, EntryRead read, Action<long>? unread = null, EntryRead? beforeArchive = null)
    {
        apart = beforeArchive ?? apart;
        first = from / TilePath.FullWidth;
        end = Math.Min(checkpoint.Size, to > checkpoint.Size - TilePath.FullWidth ? checkpoint.Size
            : (to + TilePath.FullWidth - 1) / TilePath.FullWidth * TilePath.FullWidth);
        if (first * TilePath.FullWidth > end) (first, end) = ((checkpoint.Size + TilePath.FullWidth - 1) / TilePath.FullWidth, checkpoint.Size);
        var missing = 0;
        try
        {
            if (first > 0) roots.Begin(Math.Min(first * TilePath.FullWidth, checkpoint.Size));
            for (var tile = first; tile * TilePath.FullWidth < end; tile++)
            {
                cancellation.ThrowIfCancellationRequested();
                // A checkpoint may name any size. Where neither tiles nor bundles are, there is nothing more to say.
                missing = CheckTile(tile, from, to, read) ? 0 : missing + 1;
                if (missing == MostMissing) break;
            }

            if (end < checkpoint.Size) roots.Complete();
        }
        catch (MissingTileException e)
        {
            roots.Break();
            findings.Add(new LogPosition(log.Files.PathOf(""), log.Name), AuditFindingKind.TileMissing, e.Message);
        }

        if (first == 0 && end == checkpoint.Size) upper.End();
        roots.Decide();
        Report();
        journal.Check(from, to, isNewest, read, unread ?? (static _ => { }));
    }

    // False where neither the tile nor the bundle could be read.
    private bool CheckTile(long tile, long from, long to, EntryRead read)
    {
        var path = TilePath.In(checkpoint.Size, 0, tile)!.Value;
        var hashes = Hashes(path);
        var bundle = log.Tile(path with { Level = null });
        var hasBundle = bundle.State == FileState.Read;
        if (!hasBundle && hashes is not null && bundle.State == FileState.Absent && tile > 0 && !path.IsPartial) Archive(path);
        else if (!hasBundle) ReportBundle(bundle, path);
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

        var bundleLength = bundle.Bytes.Length;
        var own = entries.Count == path.Width ? entries.Select(entry => entry.Hash).ToArray() : null;
        var chosen = Choose(path, hashes, own);
        Append(path, chosen);
        // What follows the first bundle is archived: what its entries say of the next ones cannot be checked.
        var isApart = tile == 0 && checkpoint.Size >= 2 * TilePath.FullWidth && !log.HasBundle(1);
        if (hasBundle) CheckBundle(bundle, path, chosen, rest, from, to, isApart ? apart : read);
        if (chosen is null) return hasBundle;
        if (hashes is not null && !chosen.AsSpan().SequenceEqual(hashes)) ReportTile(path, hashes, chosen);
        copies.Check(path, chosen,
            isTileRight: !path.IsPartial && hashes is not null && chosen.AsSpan().SequenceEqual(hashes),
            isBundleRight: !path.IsPartial && own is not null && chosen.AsSpan().SequenceEqual(own) && rest == bundleLength && changed.Count == 0);
        return true;
    }

    private void Archive(TilePath path)
    {
        if (absent.Count > 0 && absent[^1].End == path.FirstLeaf) absent[^1] = (absent[^1].From, path.FirstLeaf + path.Width);
        else absent.Add((path.FirstLeaf, path.FirstLeaf + path.Width));
        Archived += path.Width;
        Holes++;
    }

    // Where the tile and the entries differ, the level above knows which is right; for the last tile the checkpoint does.
    private TreeHash[]? Choose(TilePath path, TreeHash[]? hashes, TreeHash[]? own)
    {
        if (hashes is null || own is null || hashes.AsSpan().SequenceEqual(own)) return hashes ?? own;
        if (roots.IsBroken) return hashes;
        if (!path.IsPartial) return upper.First(path.Index) is { } known && known == MerkleTree.Root(own) ? own : hashes;
        return roots.WouldGiveCheckpoint(own) ? own : hashes;
    }

    private void Append(TilePath path, TreeHash[]? chosen)
    {
        if (chosen is null) roots.Break();
        if (roots.IsBroken) return;
        var root = roots.Append(path, chosen, upper);
        if (root is { } full && first == 0) upper.Add(full);
    }

    private void CheckBundle(TileFile bundle, TilePath path, TreeHash[]? chosen, int rest, long from, long to, EntryRead read)
    {
        var file = log.Files.PathOf(bundle.Path.ToString());
        foreach (var at in changed)
        {
            if (at >= entries.Count) continue;
            findings.Add(new LogPosition(file, log.Name, path.FirstLeaf + at, entries[at].Offset - EntryBundle.PrefixBytes,
                EntryBundle.PrefixBytes),
                AuditFindingKind.EntryAltered, "the length before the entry was changed");
        }

        // The places of the entries that are there are then not known, so each may follow one that is not.
        var lacks = chosen is null && entries.Count < path.Width;
        if (chosen is not null)
        {
            lacks = new BundleComparison(findings, log.Name, file, path.FirstLeaf).Compare(chosen, CollectionsMarshal.AsSpan(entries)) > 0;
            if (rest < bundle.Bytes.Length && entries.Count <= path.Width)
                findings.Add(new LogPosition(file, log.Name, path.FirstLeaf + entries.Count, rest, bundle.Bytes.Length - rest),
                    AuditFindingKind.EntryAltered,
                    "the bundle ends within an entry, or something follows its entries");
        }

        for (var at = 0; at < entries.Count && at < path.Width; at++)
        {
            var index = path.FirstLeaf + at;
            if (index < from || index >= to) continue;
            var entry = entries[at];
            Entries++;
            if (lacks) Holes++;
            read(new LogPosition(file, log.Name, index, entry.Offset, entry.Length), bundle.Bytes.Slice(entry.Offset, entry.Length));
        }

        if (lacks) Holes++;
    }

    private void ReportBundle(TileFile bundle, TilePath path)
    {
        Holes++;
        LacksFirst |= path.Index == 0;
        var place = new LogPosition(log.Files.PathOf((path with { Level = null }).ToString()), log.Name, path.FirstLeaf);
        if (bundle.State == FileState.NotAFile) findings.Add(place, AuditFindingKind.NotAFile, "it is not a regular file; it was not read");
        else if (bundle.State == FileState.TooLong) findings.Add(place, AuditFindingKind.EntryAltered, "the bundle is longer than 256 entries can be");
        else findings.Add(place, AuditFindingKind.BundleMissing,
            $"the bundle with the entries {path.FirstLeaf} to {path.FirstLeaf + path.Width - 1} is not there"
            + (path.Index == 0 && !path.IsPartial ? ". The first bundle is never archived, because it names the log before this one: put it back" : ""));
    }

    private void ReportTile(TilePath path, TreeHash[] hashes, TreeHash[] chosen)
    {
        journal.Corrected(path.Index, chosen);
        var file = log.Files.PathOf(log.Tile(path).Path.ToString());
        for (var at = 0; at < hashes.Length; at++)
        {
            if (hashes[at] == chosen[at]) continue;
            findings.Add(new LogPosition(file, log.Name, path.FirstLeaf + at, at * TreeHash.Length, TreeHash.Length), AuditFindingKind.TileAltered,
                "the hash is not that of the entry");
        }
    }

    private TreeHash[]? Hashes(TilePath path)
    {
        var tile = log.Tile(path);
        var place = new LogPosition(log.Files.PathOf(path.ToString()), log.Name, path.FirstLeaf);
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

    private void Report()
    {
        foreach (var (path, upperPath) in roots.Differences)
        {
            if (GivesRoot)
                findings.Add(Hash(upperPath, (int)(path.Index % TilePath.FullWidth), path.FirstLeaf), AuditFindingKind.TileAltered, "the hash is not that of the tile below");
            else
                findings.Add(new LogPosition(log.Files.PathOf((path with { Level = null }).ToString()), log.Name, path.FirstLeaf),
                    AuditFindingKind.EntryAltered,
                    $"one of the entries {path.FirstLeaf} to {path.FirstLeaf + path.Width - 1} was changed together with the hashes of its tile");
        }

        foreach (var (path, place) in upper.Differing)
            findings.Add(Hash(path, place, (path.Index * TilePath.FullWidth + place) << (TilePath.Height * path.Level!.Value)),
                AuditFindingKind.TileAltered,
                "the hash is not that of the tile below");
        foreach (var (path, kind, detail) in upper.Unread)
            findings.Add(new LogPosition(log.Files.PathOf(path.ToString()), log.Name), kind, detail);
        if (!GivesRoot && !roots.IsBroken)
            findings.Add(new LogPosition(log.Files.PathOf(LogLayout.Checkpoint), log.Name), AuditFindingKind.RootMismatch,
                $"the {checkpoint.Size} entries give the root {roots.OfLeaves}, and the checkpoint has {checkpoint.Root}");
        else if (roots.IsBroken)
            findings.Add(new LogPosition(log.Files.PathOf(LogLayout.Checkpoint), log.Name), AuditFindingKind.RootMismatch,
                "the root cannot be computed, because hashes are missing");
    }

    private LogPosition Hash(TilePath path, int place, long index) =>
        new(log.Files.PathOf(path.ToString()), log.Name, index, place * TreeHash.Length, TreeHash.Length);
}
