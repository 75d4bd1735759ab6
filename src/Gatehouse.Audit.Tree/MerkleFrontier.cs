using System.Numerics;

namespace Gatehouse.Audit.Tree;

/// <summary>
/// The right edge of a tree that grows: the roots of its complete subtrees, the largest first. It gives the root of the tree without its leaves. A
/// tree of 2^62 leaves has at most 62 of them.
/// </summary>
public sealed class MerkleFrontier
{
    /// <summary>The number of leaves that no tree reaches.</summary>
    internal const long LeavesEnd = 1L << 62;

    private readonly List<TreeHash> subtrees = [];

    /// <summary>The number of leaves.</summary>
    public long Size { get; private set; }

    /// <summary>Appends one leaf.</summary>
    public void Append(in TreeHash leaf) => AppendSubtree(leaf, 0);

    /// <summary>Appends a complete subtree of 2^<paramref name="height"/> leaves. The size must be a multiple of that number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The subtree would not be complete at this place.</exception>
    public void AppendSubtree(in TreeHash root, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, 61);
        var leaves = 1L << height;
        if (Size % leaves != 0) throw new ArgumentOutOfRangeException(nameof(height), "A subtree begins at a multiple of its size.");
        var node = root;
        for (var size = Size >> height; (size & 1) != 0; size >>= 1)
        {
            node = MerkleTree.Node(subtrees[^1], node);
            subtrees.RemoveAt(subtrees.Count - 1);
        }

        subtrees.Add(node);
        Size += leaves;
    }

    /// <summary>Returns a frontier of the same tree that grows by itself.</summary>
    public MerkleFrontier Copy()
    {
        var copy = new MerkleFrontier { Size = Size };
        copy.subtrees.AddRange(subtrees);
        return copy;
    }

    /// <summary>Returns the root of the tree.</summary>
    public TreeHash Root()
    {
        if (subtrees.Count == 0) return MerkleTree.Empty;
        var root = subtrees[^1];
        for (var i = subtrees.Count - 2; i >= 0; i--) root = MerkleTree.Node(subtrees[i], root);
        return root;
    }

    /// <summary>The heights of the complete subtrees of a tree of a size, the largest first.</summary>
    internal static IEnumerable<int> Heights(long size)
    {
        for (var height = 62; height >= 0; height--)
        {
            if ((size & (1L << height)) != 0) yield return height;
        }
    }

    internal static int CountOf(long size) => BitOperations.PopCount((ulong)size);
}
