using Gatehouse.Audit.Tree;
using Xunit;

namespace Gatehouse.Audit.Tests.Tree;

/// <summary>Names and contents of tiles, with the examples of C2SP tlog-tiles.</summary>
public sealed class TileTests
{
    [Theory]
    [InlineData(0, 1234067, 256, "tile/0/x001/x234/067")]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(1, 999, 17, "tile/1/999.p/17")]
    [InlineData(2, 1000, 1, "tile/2/x001/000.p/1")]
    [InlineData(null, 273, 112, "tile/entries/273.p/112")]
    public void Path_IsThatOfTheSpecification(int? level, long index, int width, string expected) =>
        Assert.Equal(expected, new TilePath(level, index, width).ToString());

    [Fact]
    public void TreeOf70000_EndsWithTheTilesOfTheSpecification()
    {
        Assert.Equal(["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"], TilePath.PartialTiles(70_000).Select(tile => tile.ToString()));
        Assert.Equal(["tile/1/000.p/1"], TilePath.PartialTiles(256).Select(tile => tile.ToString()));
        Assert.Empty(TilePath.PartialTiles(0));
        Assert.Equal(new TilePath(0, 272, 256), TilePath.In(70_000, 0, 272));
        Assert.Equal(new TilePath(null, 273, 112), TilePath.In(70_000, null, 273));
        Assert.Null(TilePath.In(70_000, 0, 274));
        Assert.Null(TilePath.In(70_000, 3, 0));
        Assert.Null(TilePath.In(70_000, 0, -1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(66_000)]
    public void ProofsFromTiles_HoldAgainstTheRoot(int size)
    {
        var leaves = Enumerable.Range(0, size).Select(i => MerkleTree.Leaf(BitConverter.GetBytes(i))).ToArray();
        var root = MerkleTree.Root(leaves);
        var tiles = Tiles(leaves);
        var nodes = new TileNodes(size, path => tiles.TryGetValue(path, out var tile) ? tile : null);
        foreach (var index in new[] { 0, size / 3, size - 1 })
            Assert.True(InclusionProof.Verify(leaves[index], index, size, InclusionProof.Build(nodes, index, size), root));
        foreach (var old in new[] { 1, (size / 2) + 1, size })
        {
            var proof = ConsistencyProof.Build(nodes, Math.Min(old, size), size);
            Assert.True(ConsistencyProof.Verify(Math.Min(old, size), MerkleTree.Root(leaves.AsSpan(0, Math.Min(old, size))), size, root, proof));
        }
    }

    [Fact]
    public void MissingTile_IsNamed()
    {
        var nodes = new TileNodes(300, _ => null);
        Assert.Contains("tile/1/000.p/1", Assert.Throws<IOException>(() => InclusionProof.Build(nodes, 299, 300)).Message, StringComparison.Ordinal);
        var shorter = new TileNodes(300, path => new byte[(path.Width * TreeHash.Length) - 1]);
        Assert.Throws<IOException>(() => InclusionProof.Build(shorter, 299, 300));
    }

    [Fact]
    public void Frontier_TakesCompleteSubtrees()
    {
        var leaves = Enumerable.Range(0, 700).Select(i => MerkleTree.Leaf(BitConverter.GetBytes(i))).ToArray();
        var frontier = new MerkleFrontier();
        frontier.AppendSubtree(MerkleTree.Root(leaves.AsSpan(0, 256)), 8);
        frontier.AppendSubtree(MerkleTree.Root(leaves.AsSpan(256, 256)), 8);
        for (var i = 512; i < 700; i++) frontier.Append(leaves[i]);
        Assert.Equal(MerkleTree.Root(leaves), frontier.Root());
        Assert.Equal(700, frontier.Size);
        Assert.Throws<ArgumentOutOfRangeException>(() => frontier.AppendSubtree(leaves[0], 8));
    }

    [Fact]
    public void Bundle_ThatEndsWithinAnEntry_IsNotRead()
    {
        byte[] bundle = [0, 2, 7, 8, 0, 0, 0, 1, 9];
        var (at, entries) = (0, new List<byte[]>());
        while (EntryBundle.TryRead(bundle, at, out var entry, out var next))
        {
            entries.Add(entry.ToArray());
            at = next;
        }

        Assert.Equal([[7, 8], [], [9]], entries);
        Assert.Equal(bundle.Length, at);
        foreach (var end in new[] { 1, 3, 5, 8 })
        {
            var cut = bundle.AsSpan(0, end);
            var last = 0;
            while (EntryBundle.TryRead(cut, last, out _, out var next)) last = next;
            Assert.False(EntryBundle.TryRead(cut, last, out _, out var after));
            Assert.Equal(-1, after);
        }
    }

    [Fact]
    public void Frame_WithAnyBitChanged_IsNotRead()
    {
        var entry = "{\"v\":2}"u8.ToArray();
        var frame = new byte[JournalFormat.FrameBytes + entry.Length];
        JournalFormat.WritePrefix(frame, entry);
        entry.CopyTo(frame, JournalFormat.FrameBytes);
        Assert.True(JournalFormat.TryRead(frame, out var read, out var leaf));
        Assert.Equal(entry, read);
        Assert.Equal(MerkleTree.Leaf(entry), leaf);
        for (var bit = 0; bit < 8 * frame.Length; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(JournalFormat.TryRead(frame, out _, out _));
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (var length = 0; length < frame.Length; length++) Assert.False(JournalFormat.TryRead(frame.AsSpan(0, length), out _, out _));
        var header = JournalFormat.Header(12_345);
        Assert.Equal(12_345, JournalFormat.FirstLeaf(header));
        for (var at = 0; at < header.Length; at++)
        {
            header[at] ^= 0x10;
            Assert.Null(JournalFormat.FirstLeaf(header));
            header[at] ^= 0x10;
        }
    }

    private static Dictionary<TilePath, ReadOnlyMemory<byte>> Tiles(TreeHash[] leaves)
    {
        var tiles = new Dictionary<TilePath, ReadOnlyMemory<byte>>();
        var (row, level) = (leaves, 0);
        while (row.Length > 0)
        {
            var above = new List<TreeHash>();
            for (var at = 0; at < row.Length; at += TilePath.FullWidth)
            {
                var hashes = row.AsSpan(at, Math.Min(TilePath.FullWidth, row.Length - at));
                tiles.Add(new TilePath(level, at / TilePath.FullWidth, hashes.Length), HashTile.Bytes(hashes).ToArray());
                if (hashes.Length == TilePath.FullWidth) above.Add(MerkleTree.Root(hashes));
            }

            (row, level) = ([.. above], level + 1);
        }

        return tiles;
    }
}
