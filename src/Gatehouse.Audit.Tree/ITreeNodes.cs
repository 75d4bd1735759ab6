namespace Gatehouse.Audit.Tree;

/// <summary>The hashes of the complete subtrees of a tree.</summary>
public interface ITreeNodes
{
    /// <summary>
    /// Returns the root of the complete subtree that covers the leaves from <c>index × 2^height</c> up to <c>(index + 1) × 2^height</c>, exclusive.
    /// </summary>
    /// <exception cref="IOException">The hashes for it are not there.</exception>
    TreeHash Node(int height, long index);
}
