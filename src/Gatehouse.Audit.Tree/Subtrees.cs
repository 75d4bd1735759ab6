namespace Gatehouse.Audit.Tree;

/// <summary>Roots over ranges of leaves, put together from complete subtrees.</summary>
internal static class Subtrees
{
    /// <summary>
    /// Returns the root over the leaves from <paramref name="start"/> up to <paramref name="end"/>, exclusive. The start must be a multiple of the
    /// largest power of two in the length, as the ranges of RFC 6962 are.
    /// </summary>
    public static TreeHash Root(ITreeNodes nodes, long start, long end)
    {
        if (start == end) return MerkleTree.Empty;
        Span<TreeHash> parts = new TreeHash[MerkleFrontier.CountOf(end - start)];
        var count = 0;
        foreach (var height in MerkleFrontier.Heights(end - start))
        {
            parts[count++] = nodes.Node(height, start >> height);
            start += 1L << height;
        }

        var root = parts[count - 1];
        for (var i = count - 2; i >= 0; i--) root = MerkleTree.Node(parts[i], root);
        return root;
    }
}
