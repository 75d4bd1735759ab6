using System.Runtime.InteropServices;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Checks the other files that have hashes or entries of a tile: partial ones, which a wider file has replaced, and wider ones. Readers may fetch
/// any of them, so those that are there must be right. Beside a full file that is right, a partial one has no part in any proof: what is wrong in it
/// is a kind of finding of its own.
/// </summary>
internal sealed class TileCopyCheck(LogSnapshot log, FindingCollector findings)
{
    private readonly List<ReadEntry> entries = [];
    private readonly List<int> changed = [];

    /// <summary>Compares the copies with the hashes of the tile.</summary>
    /// <param name="path">The tile of level 0.</param>
    /// <param name="hashes">Its hashes.</param>
    /// <param name="isTileRight">True where the full tile is there and has these hashes.</param>
    /// <param name="isBundleRight">True where the full bundle is there and has the entries of these hashes.</param>
    public void Check(TilePath path, TreeHash[] hashes, bool isTileRight, bool isBundleRight)
    {
        foreach (var copy in log.Copies(path))
        {
            var tile = log.Exact(copy);
            if (Fault(tile, hashes) is not { } fault) continue;
            findings.Add(Place(copy), isTileRight && tile.State != FileState.NotAFile ? AuditFindingKind.PartialAltered : fault.Kind, fault.Detail);
        }

        foreach (var copy in log.Copies(path with { Level = null })) CheckBundle(path, copy, hashes, isBundleRight);
    }

    /// <summary>Returns what is wrong with a copy of a tile; null where nothing is, or where it is absent.</summary>
    /// <param name="tile">The copy.</param>
    /// <param name="hashes">The hashes of the tile.</param>
    public static (AuditFindingKind Kind, string Detail)? Fault(TileFile tile, ReadOnlySpan<TreeHash> hashes)
    {
        var width = Math.Min(tile.Path.Width, hashes.Length);
        if (tile.State == FileState.Absent) return null;
        if (tile.State == FileState.NotAFile) return (AuditFindingKind.NotAFile, "it is not a regular file; it was not read");
        if (tile.State != FileState.Read || tile.Bytes.Length != tile.Path.Width * TreeHash.Length)
            return (AuditFindingKind.TileAltered, "the tile has not the length that its name says");
        return UpperTiles.Hashes(tile.Bytes.Span[..(width * TreeHash.Length)]).AsSpan().SequenceEqual(hashes[..width]) ? null
            : (AuditFindingKind.TileAltered, tile.Path.Level == 0 ? "the hashes are not those of the entries" : "the hashes are not those of the tiles below");
    }

    private void CheckBundle(TilePath path, TilePath copy, TreeHash[] hashes, bool isBundleRight)
    {
        var bundle = log.Exact(copy);
        if (bundle.State == FileState.Absent) return;
        if (bundle.State != FileState.Read)
        {
            if (bundle.State == FileState.NotAFile) findings.Add(Place(copy), AuditFindingKind.NotAFile, "it is not a regular file; it was not read");
            else
                findings.Add(Place(copy), isBundleRight ? AuditFindingKind.PartialAltered : AuditFindingKind.EntryAltered,
                    "the bundle is longer than its entries can be");
            return;
        }

        var (file, width) = (log.Files.PathOf(copy.ToString()), Math.Min(copy.Width, hashes.Length));
        BundleReader.Read(bundle.Bytes.Span, hashes.AsSpan(0, width), entries, changed, out var rest);
        var read = CollectionsMarshal.AsSpan(entries);
        if (read.Length > width && copy.Width > width) read = read[..width];
        var differs = changed.Count > 0 || (rest < bundle.Bytes.Length && read.Length <= copy.Width);
        if (isBundleRight)
        {
            if (differs || !IsOf(read, hashes.AsSpan(0, width)))
                findings.Add(Place(copy), AuditFindingKind.PartialAltered, "the entries are not those of the full bundle");
            return;
        }

        new BundleComparison(findings, log.Name, file, path.FirstLeaf).Compare(hashes.AsSpan(0, width), read);
        if (differs)
            findings.Add(new LogPosition(file, log.Name, path.FirstLeaf + (changed.Count > 0 ? changed[0] : read.Length)),
                AuditFindingKind.EntryAltered, "a length in the bundle was changed, or something follows its entries");
    }

    private static bool IsOf(ReadOnlySpan<ReadEntry> read, ReadOnlySpan<TreeHash> hashes)
    {
        if (read.Length != hashes.Length) return false;
        for (var at = 0; at < read.Length; at++)
        {
            if (read[at].Hash != hashes[at]) return false;
        }

        return true;
    }

    private LogPosition Place(TilePath copy) => new(log.Files.PathOf(copy.ToString()), log.Name, copy.FirstLeaf);
}
