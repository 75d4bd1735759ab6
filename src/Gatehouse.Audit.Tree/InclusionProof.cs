namespace Gatehouse.Audit.Tree;

/// <summary>The proof that a leaf is in a tree: the hashes beside its path, from the leaf up (RFC 9162, section 2.1.3).</summary>
public static class InclusionProof
{
    /// <summary>The most hashes of a proof.</summary>
    public const int MostHashes = 63;

    /// <summary>Makes the proof from the tree's nodes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in a tree of that size.</exception>
    public static IReadOnlyList<TreeHash> Build(ITreeNodes nodes, long index, long size)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<TreeHash>();
        var (start, end) = (0L, size);
        while (end - start > 1)
        {
            var middle = start + MerkleTree.Split(end - start);
            if (index < middle)
            {
                path.Add(Subtrees.Root(nodes, middle, end));
                end = middle;
            }
            else
            {
                path.Add(Subtrees.Root(nodes, start, middle));
                start = middle;
            }
        }

        path.Reverse();
        return path;
    }

    /// <summary>Checks a proof (RFC 9162, section 2.1.3.2). False for every proof that is too short, too long or of another leaf.</summary>
    public static bool Verify(in TreeHash leaf, long index, long size, IReadOnlyList<TreeHash> path, in TreeHash root)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (index < 0 || index >= size || path.Count > MostHashes) return false;
        var (at, last) = (index, size - 1);
        var hash = leaf;
        foreach (var neighbour in path)
        {
            if (last == 0) return false;
            if ((at & 1) != 0 || at == last)
            {
                hash = MerkleTree.Node(neighbour, hash);
                while ((at & 1) == 0 && at != 0) (at, last) = (at >> 1, last >> 1);
            }
            else
            {
                hash = MerkleTree.Node(hash, neighbour);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && hash == root;
    }
}
