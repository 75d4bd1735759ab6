using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Verification;

/// <summary>Reads the entries of a bundle with their places.</summary>
internal static class BundleReader
{
    // Where a length was changed, the next entry is found by its first bytes. So many candidates are hashed.
    private const int Candidates = 8;

    /// <summary>Reads up to 257 entries.</summary>
    /// <param name="bundle">The bytes.</param>
    /// <param name="hashes">The hashes that the tree has, to find an entry again whose length was changed; empty where they are not known.</param>
    /// <param name="entries">The entries.</param>
    /// <param name="changed">The places of lengths that were changed.</param>
    /// <param name="rest">The offset of what is no entry; the length of the bundle where there is nothing more.</param>
    public static void Read(ReadOnlySpan<byte> bundle, ReadOnlySpan<TreeHash> hashes, List<ReadEntry> entries, List<int> changed, out int rest)
    {
        entries.Clear();
        changed.Clear();
        rest = 0;
        while (entries.Count <= TilePath.FullWidth && rest < bundle.Length)
        {
            var isRead = EntryBundle.TryRead(bundle, rest, out var entry, out var next);
            var hash = isRead ? MerkleTree.Leaf(entry) : default;
            if (entries.Count < hashes.Length && (!isRead || hash != hashes[entries.Count])
                && Repaired(bundle, rest + EntryBundle.PrefixBytes, hashes[entries.Count]) is { } length)
            {
                changed.Add(entries.Count);
                entries.Add(new ReadEntry(rest + EntryBundle.PrefixBytes, length, hashes[entries.Count]));
                rest += EntryBundle.PrefixBytes + length;
                continue;
            }

            if (!isRead) return;
            entries.Add(new ReadEntry(next - entry.Length, entry.Length, hash));
            rest = next;
        }
    }

    private static int? Repaired(ReadOnlySpan<byte> bundle, int start, in TreeHash hash)
    {
        var from = start;
        for (var tries = 0; tries < Candidates && from <= bundle.Length; tries++)
        {
            var found = bundle[from..].IndexOf("{\"v\":"u8);
            var end = found < 0 ? bundle.Length : from + found - EntryBundle.PrefixBytes;
            if (end >= start && end - start <= EntryBundle.MostEntryBytes && MerkleTree.Leaf(bundle[start..end]) == hash) return end - start;
            if (found < 0) return null;
            from += found + 1;
        }

        return null;
    }
}
