namespace Gatehouse.Audit.Tree;

/// <summary>The proof that a tree begins with another one: nothing was changed, taken out or inserted (RFC 9162, section 2.1.4).</summary>
public static class ConsistencyProof
{
    /// <summary>The most hashes of a proof (C2SP tlog-witness, add-checkpoint).</summary>
    public const int MostHashes = 63;

    /// <summary>Makes the proof between two sizes from the tree's nodes. Empty for the size 0 and for equal sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The old size is negative or above the new one.</exception>
    public static IReadOnlyList<TreeHash> Build(ITreeNodes nodes, long oldSize, long newSize)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        var proof = new List<TreeHash>();
        if (oldSize == 0 || oldSize == newSize) return proof;
        var (start, end, isWhole) = (0L, newSize, true);
        while (oldSize != end)
        {
            var middle = start + MerkleTree.Split(end - start);
            if (oldSize <= middle)
            {
                proof.Add(Subtrees.Root(nodes, middle, end));
                end = middle;
            }
            else
            {
                proof.Add(Subtrees.Root(nodes, start, middle));
                (start, isWhole) = (middle, false);
            }
        }

        // The old tree's own root is known to who checks, unless it is only a part of it that ends here.
        if (!isWhole) proof.Add(Subtrees.Root(nodes, start, end));
        proof.Reverse();
        return proof;
    }

    /// <summary>Checks a proof (RFC 9162, section 2.1.4.2). The empty tree is consistent with every tree, by the empty proof.</summary>
    public static bool Verify(long oldSize, in TreeHash oldRoot, long newSize, in TreeHash newRoot, IReadOnlyList<TreeHash> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (oldSize < 0 || oldSize > newSize || proof.Count > MostHashes) return false;
        if (oldSize == newSize) return proof.Count == 0 && oldRoot == newRoot && (newSize != 0 || newRoot == MerkleTree.Empty);
        if (oldSize == 0) return proof.Count == 0 && oldRoot == MerkleTree.Empty;
        if (proof.Count == 0) return false;

        // A complete old tree is a node of the new one. Its root is left out of the proof.
        var isComplete = (oldSize & (oldSize - 1)) == 0;
        var first = isComplete ? oldRoot : proof[0];
        var (at, last) = (oldSize - 1, newSize - 1);
        while ((at & 1) != 0) (at, last) = (at >> 1, last >> 1);
        var (oldHash, newHash) = (first, first);
        for (var i = isComplete ? 0 : 1; i < proof.Count; i++)
        {
            if (last == 0) return false;
            if ((at & 1) != 0 || at == last)
            {
                oldHash = MerkleTree.Node(proof[i], oldHash);
                newHash = MerkleTree.Node(proof[i], newHash);
                while ((at & 1) == 0 && at != 0) (at, last) = (at >> 1, last >> 1);
            }
            else
            {
                newHash = MerkleTree.Node(newHash, proof[i]);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }
}
