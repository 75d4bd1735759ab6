using System.Runtime.InteropServices;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Checks the narrower copies of a tile and of its bundle. A wider file has replaced them, and they may still be there: what is there is to be right.
/// </summary>
internal sealed class TileCopyCheck(LogSnapshot log, FindingCollector findings)
{
    private readonly List<ReadEntry> entries = [];
    private readonly List<int> changed = [];

    /// <summary>Compares the copies with the hashes of the tile.</summary>
    public void Check(TilePath path, TreeHash[] hashes)
    {
        foreach (var copy in log.Copies(path)) CheckTile(path, copy, hashes);
        foreach (var copy in log.Copies(path with { Level = null })) CheckBundle(path, copy, hashes);
    }

    private void CheckTile(TilePath path, TilePath copy, TreeHash[] hashes)
    {
        var tile = log.Exact(copy);
        if (tile.State != FileState.Read) return;
        var width = Math.Min(copy.Width, hashes.Length);
        var place = new LogPosition(log.Files.PathOf(copy.ToString()), 0, log.Name, path.FirstLeaf);
        if (tile.Bytes.Length != copy.Width * TreeHash.Length) findings.Add(place, AuditFindingKind.TileAltered, "the tile has not the length that its name says");
        else if (!UpperTiles.Hashes(tile.Bytes.Span[..(width * TreeHash.Length)]).AsSpan().SequenceEqual(hashes.AsSpan(0, width)))
            findings.Add(place, AuditFindingKind.TileAltered, "the hashes are not those of the entries");
    }

    private void CheckBundle(TilePath path, TilePath copy, TreeHash[] hashes)
    {
        var bundle = log.Exact(copy);
        if (bundle.State != FileState.Read) return;
        var (file, width) = (log.Files.PathOf(copy.ToString()), Math.Min(copy.Width, hashes.Length));
        BundleReader.Read(bundle.Bytes.Span, hashes.AsSpan(0, width), entries, changed, out var rest);
        var read = CollectionsMarshal.AsSpan(entries);
        if (read.Length > width && copy.Width > width) read = read[..width];
        new BundleComparison(findings, log.Name, file, path.FirstLeaf).Compare(hashes.AsSpan(0, width), read);
        if (changed.Count > 0 || (rest < bundle.Bytes.Length && read.Length <= copy.Width))
            findings.Add(new LogPosition(file, 0, log.Name, path.FirstLeaf + (changed.Count > 0 ? changed[0] : read.Length)),
                AuditFindingKind.EntryAltered, "a length in the bundle was changed, or something follows its entries");
    }
}
