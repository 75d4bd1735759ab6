using System.Numerics;
using System.Security.Cryptography;

namespace Gatehouse.Audit.Tree;

/// <summary>The hashes of a Merkle tree (RFC 6962, section 2.1; the same in RFC 9162, section 2.1.1).</summary>
public static class MerkleTree
{
    // A leaf and a node begin with different bytes: a node can never be shown as a leaf (second preimage).
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    /// <summary>The root of the tree without leaves: the hash of no bytes.</summary>
    public static TreeHash Empty { get; } = TreeHash.From(SHA256.HashData([]));

    /// <summary>Returns the hash of a leaf with these bytes.</summary>
    public static TreeHash Leaf(ReadOnlySpan<byte> entry)
    {
        var hash = default(TreeHash);
        TreeSha256.Hash(LeafPrefix, entry, [], hash);
        return hash;
    }

    /// <summary>Returns the hash of a node over two others.</summary>
    public static TreeHash Node(in TreeHash left, in TreeHash right)
    {
        var hash = default(TreeHash);
        TreeSha256.Hash(NodePrefix, left.Bytes, right.Bytes, hash);
        return hash;
    }

    /// <summary>Returns the root over leaf hashes.</summary>
    public static TreeHash Root(ReadOnlySpan<TreeHash> leaves)
    {
        if (leaves.IsEmpty) return Empty;
        var row = leaves.ToArray();
        var count = row.Length;
        while (count > 1)
        {
            // A last hash without a neighbour moves up as it is: that is the split at the largest power of two.
            for (var i = 0; i < count / 2; i++) row[i] = Node(row[2 * i], row[(2 * i) + 1]);
            if (count % 2 != 0) row[count / 2] = row[count - 1];
            count = (count + 1) / 2;
        }

        return row[0];
    }

    /// <summary>Returns the largest power of two below a size: where RFC 6962 divides a tree. The size is at least 2.</summary>
    internal static long Split(long size) => 1L << BitOperations.Log2((ulong)(size - 1));
}
