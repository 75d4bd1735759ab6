using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// The roots of one log, computed twice: from the hashes of its leaves, and from the hashes that the tiles above have in their place. Where a tile
/// and the one above it differ, the root of the checkpoint shows which of the two was changed.
/// </summary>
internal sealed class LogRoots(LogSnapshot log)
{
    // What differs is put off until the root decides. Beyond so many nothing more is named.
    private const int MostDifferences = AuditLogReport.MostFindings;

    private readonly Checkpoint checkpoint = log.Checkpoint!;
    private readonly List<TileDifference> differences = [];
    private readonly SortedSet<long> sizes = [];
    private readonly Dictionary<long, (TreeHash Leaves, TreeHash Upper)> roots = [];
    private MerkleFrontier leaves = new();
    private MerkleFrontier above = new(); // with the hashes of level 1 in place of their leaves
    private bool usesUpper; // the upper tiles give the root, and the leaves do not

    /// <summary>The leaves so far.</summary>
    public long Size => leaves.Size;

    /// <summary>True where a hash is not known: there is no root.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>True where the leaves give the root of the checkpoint.</summary>
    public bool GivesCheckpoint { get; private set; }

    /// <summary>The root that the leaves give.</summary>
    public TreeHash OfLeaves => leaves.Root();

    /// <summary>Tiles whose hash in the level above is another one.</summary>
    public IReadOnlyList<TileDifference> Differences => differences;

    /// <summary>Asks for the root at a size. It must be asked for before hashes are appended.</summary>
    public void Want(long size) => sizes.Add(size);

    /// <summary>The root of the tree at a size; null where it is not known.</summary>
    public TreeHash? At(long size)
    {
        if (size == 0) return MerkleTree.Empty;
        // Within a tile that was changed only the level above is right, and it has no root for a size in between.
        if (usesUpper && differences.Any(one => size > one.Below.FirstLeaf && size < one.Below.FirstLeaf + one.Below.Width)) return null;
        if (roots.TryGetValue(size, out var root)) return usesUpper ? root.Upper : root.Leaves;
        return size <= checkpoint.Size ? FromProof(size) : null;
    }

    /// <summary>A hash is not known.</summary>
    public void Break() => IsBroken = true;

    /// <summary>Begins with the tiles of a tree of this size.</summary>
    /// <exception cref="MissingTileException">One is absent.</exception>
    public void Begin(long size)
    {
        leaves = FromTiles(size);
        above = leaves.Copy();
        if (sizes.Contains(size)) roots[size] = (leaves.Root(), leaves.Root());
    }

    /// <summary>Returns true where these hashes, as the last ones, give the root of the checkpoint.</summary>
    public bool WouldGiveCheckpoint(ReadOnlySpan<TreeHash> last)
    {
        var tree = leaves.Copy();
        foreach (var hash in last) tree.Append(hash);
        return tree.Size == checkpoint.Size && tree.Root() == checkpoint.Root;
    }

    /// <summary>Appends the leaves of a tile.</summary>
    /// <param name="path">The tile.</param>
    /// <param name="hashes">Its hashes.</param>
    /// <param name="upper">The tiles above it.</param>
    /// <returns>The root of the tile; null where it is not full.</returns>
    public TreeHash? Append(TilePath path, ReadOnlySpan<TreeHash> hashes, UpperTiles upper)
    {
        KeepRootsWithin(path.FirstLeaf, hashes);
        TreeHash? root = null;
        if (hashes.Length == TilePath.FullWidth)
        {
            root = MerkleTree.Root(hashes);
            var known = upper.First(path.Index) ?? root.Value;
            leaves.AppendSubtree(root.Value, TilePath.Height);
            above.AppendSubtree(known, TilePath.Height);
            if (known != root && differences.Count < MostDifferences) differences.Add(new TileDifference(path, upper.FirstPath(path.Index)));
        }
        else
        {
            foreach (var hash in hashes) AppendToBoth(hash);
        }

        KeepRoot();
        return root;
    }

    /// <summary>Appends one leaf.</summary>
    public void Append(in TreeHash leaf)
    {
        AppendToBoth(leaf);
        KeepRoot();
    }

    /// <summary>Completes the tree up to the size of the checkpoint from its tiles.</summary>
    /// <exception cref="MissingTileException">One is absent.</exception>
    public void Complete()
    {
        if (IsBroken) return;
        var nodes = Nodes();
        for (var at = leaves.Size; at < checkpoint.Size;)
        {
            var height = 0;
            while (at % (2L << height) == 0 && at + (2L << height) <= checkpoint.Size) height++;
            var node = nodes.Node(height, at >> height);
            leaves.AppendSubtree(node, height);
            above.AppendSubtree(node, height);
            at += 1L << height;
        }
    }

    /// <summary>Compares with the root of the checkpoint. Called when the leaves are those of the checkpoint.</summary>
    public void Decide()
    {
        if (IsBroken) return;
        GivesCheckpoint = leaves.Root() == checkpoint.Root;
        usesUpper = !GivesCheckpoint && above.Root() == checkpoint.Root;
    }

    private void AppendToBoth(in TreeHash leaf)
    {
        leaves.Append(leaf);
        above.Append(leaf);
    }

    private void KeepRoot()
    {
        if (sizes.Contains(leaves.Size)) roots[leaves.Size] = (leaves.Root(), above.Root());
    }

    private void KeepRootsWithin(long first, ReadOnlySpan<TreeHash> hashes)
    {
        foreach (var size in sizes)
        {
            if (size <= first || size >= first + hashes.Length) continue;
            var (one, other) = (leaves.Copy(), above.Copy());
            foreach (var hash in hashes[..(int)(size - first)])
            {
                one.Append(hash);
                other.Append(hash);
            }

            roots[size] = (one.Root(), other.Root());
        }
    }

    // A root from the tiles counts only where the checkpoint proves it.
    private TreeHash? FromProof(long size)
    {
        if (IsBroken) return null;
        try
        {
            var root = FromTiles(size).Root();
            return ConsistencyProof.Verify(size, root, checkpoint.Size, checkpoint.Root, ConsistencyProof.Build(Nodes(), size, checkpoint.Size))
                ? root : null;
        }
        catch (MissingTileException)
        {
            return null;
        }
    }

    private MerkleFrontier FromTiles(long size)
    {
        var (tree, nodes) = (new MerkleFrontier(), Nodes());
        for (var height = 61; height >= 0; height--)
        {
            if ((size & (1L << height)) != 0) tree.AppendSubtree(nodes.Node(height, tree.Size >> height), height);
        }

        return tree;
    }

    private TileNodes Nodes() => new(checkpoint.Size, path =>
    {
        var tile = log.Tile(path);
        if (tile.State != FileState.Read || tile.Bytes.Length < path.Width * TreeHash.Length) throw new MissingTileException($"the tile {path} is absent or too short");
        return tile.Bytes.ToArray();
    });
}

/// <summary>A tile, and the one above it that has another hash for it.</summary>
internal readonly record struct TileDifference(TilePath Below, TilePath Upper);

/// <summary>A tile is absent or too short.</summary>
internal sealed class MissingTileException(string message) : IOException(message);
