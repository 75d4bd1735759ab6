using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Verification;

/// <summary>An entry of a bundle as it was read.</summary>
/// <param name="Offset">The offset of its first byte.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Hash">The hash of the leaf.</param>
internal readonly record struct ReadEntry(int Offset, int Length, TreeHash Hash);

/// <summary>Compares the entries of a bundle with the hashes that the tree has, and names each that differs.</summary>
internal sealed class BundleComparison(FindingCollector findings, string log, string file, long first)
{
    /// <summary>Compares. Both lists have at most 256 members. Returns the number of entries that are not there.</summary>
    public int Compare(ReadOnlySpan<TreeHash> hashes, ReadOnlySpan<ReadEntry> entries)
    {
        var (at, read, missing) = (0, 0, 0);
        while (at < hashes.Length && read < entries.Length)
        {
            var entry = entries[read];
            if (entry.Hash == hashes[at])
            {
                (at, read) = (at + 1, read + 1);
                continue;
            }

            var home = Find(hashes, at + 1, entry.Hash); // where this entry belongs
            var own = Find(entries, read + 1, hashes[at]); // where the entry of this place is
            if (home >= 0 && own < 0 && !Before(hashes, at, entry.Hash))
            {
                missing += Missing(at, home);
                at = home;
            }
            else if (home < 0 && own >= 0 && !Before(hashes, at, entry.Hash))
            {
                for (; read < own; read++) Inserted(at, entries[read]);
            }
            else
            {
                var origin = home >= 0 ? home : Find(hashes, 0, entry.Hash);
                if (origin >= 0) Add(at, entry, AuditFindingKind.EntryMoved, $"the entry at this place is entry {first + origin}");
                else Add(at, entry, AuditFindingKind.EntryAltered, "the entry is not the one whose hash the tree has");
                (at, read) = (at + 1, read + 1);
            }
        }

        if (at < hashes.Length) missing += Missing(at, hashes.Length);
        for (; read < entries.Length; read++) Inserted(hashes.Length, entries[read]);
        return missing;
    }

    private static bool Before(ReadOnlySpan<TreeHash> hashes, int end, in TreeHash hash) => Find(hashes[..end], 0, hash) >= 0;

    private static int Find(ReadOnlySpan<TreeHash> hashes, int from, in TreeHash hash)
    {
        for (var at = from; at < hashes.Length; at++)
        {
            if (hashes[at] == hash) return at;
        }

        return -1;
    }

    private static int Find(ReadOnlySpan<ReadEntry> entries, int from, in TreeHash hash)
    {
        for (var at = from; at < entries.Length; at++)
        {
            if (entries[at].Hash == hash) return at;
        }

        return -1;
    }

    // One finding for all that are next to each other: a bundle that was cut lacks many.
    private int Missing(int from, int end)
    {
        findings.Add(new LogPosition(file, log, first + from), AuditFindingKind.EntryMissing,
            end - from == 1 ? "the entry is not in its bundle" : $"the entries {first + from} to {first + end - 1} are not in their bundle");
        return end - from;
    }

    private void Inserted(int at, ReadEntry entry) =>
        Add(at, entry, AuditFindingKind.EntryInserted, "the tree has no such entry at this place");

    private void Add(int at, ReadEntry entry, AuditFindingKind kind, string detail) =>
        findings.Add(new LogPosition(file, log, first + at, entry.Offset, entry.Length), kind, detail);
}
