using Gatehouse.Audit.Tree;
using Xunit;

namespace Gatehouse.Audit.Tests.Tree;

/// <summary>The published test vectors of RFC 6962 implementations (eight leaves), and the definition of section 2.1 written out beside
/// ours.</summary>
public sealed class MerkleVectorTests
{
    private static readonly string[] Leaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void EmptyTree_IsTheHashOfNothing() =>
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Hex(MerkleTree.Empty));

    [Fact]
    public void PublishedRoots_AreOurs()
    {
        var frontier = new MerkleFrontier();
        Assert.Equal(MerkleTree.Empty, frontier.Root());
        for (var size = 1; size <= Leaves.Length; size++)
        {
            frontier.Append(MerkleTree.Leaf(Convert.FromHexString(Leaves[size - 1])));
            Assert.Equal(Roots[size - 1], Hex(frontier.Root()));
            Assert.Equal(Roots[size - 1], Hex(MerkleTree.Root([.. Leaves[..size].Select(leaf => MerkleTree.Leaf(Convert.FromHexString(leaf)))])));
        }
    }

    [Fact]
    public void EveryProofUpToSize70_AgreesWithTheDefinition()
    {
        var leaves = Many(70);
        for (var size = 1; size <= leaves.Length; size++)
        {
            var root = Definition.Root(leaves.AsSpan(0, size));
            var nodes = new ArrayNodes(leaves[..size]);
            for (var index = 0; index < size; index++)
            {
                var path = InclusionProof.Build(nodes, index, size);
                Assert.Equal(Definition.Path(index, leaves.AsSpan(0, size)), path);
                Assert.True(InclusionProof.Verify(leaves[index], index, size, path, root));
            }

            for (var old = 1; old <= size; old++)
            {
                var proof = ConsistencyProof.Build(nodes, old, size);
                if (old < size) Assert.Equal(Definition.Proof(old, leaves.AsSpan(0, size)), proof);
                Assert.True(ConsistencyProof.Verify(old, Definition.Root(leaves.AsSpan(0, old)), size, root, proof));
            }

            Assert.True(ConsistencyProof.Verify(0, MerkleTree.Empty, size, root, []));
        }
    }

    [Fact]
    public void EveryAlteredProof_IsRefused()
    {
        var leaves = Many(23);
        for (var size = 1; size <= leaves.Length; size++)
        {
            var root = Definition.Root(leaves.AsSpan(0, size));
            var nodes = new ArrayNodes(leaves[..size]);
            for (var index = 0; index < size; index++)
            {
                var path = InclusionProof.Build(nodes, index, size);
                foreach (var wrong in Altered(path)) Assert.False(InclusionProof.Verify(leaves[index], index, size, wrong, root));
                for (var other = 0; other < size; other++)
                    Assert.Equal(other == index, InclusionProof.Verify(leaves[index], other, size, path, root));
                Assert.False(InclusionProof.Verify(leaves[index], index, size, path, MerkleTree.Empty));
                Assert.False(InclusionProof.Verify(MerkleTree.Empty, index, size, path, root));
            }

            for (var old = 1; old < size; old++)
            {
                var before = Definition.Root(leaves.AsSpan(0, old));
                var proof = ConsistencyProof.Build(nodes, old, size);
                foreach (var wrong in Altered(proof)) Assert.False(ConsistencyProof.Verify(old, before, size, root, wrong));
                Assert.False(ConsistencyProof.Verify(old, root, size, root, proof));
                Assert.False(ConsistencyProof.Verify(old, before, size, before, proof));
                Assert.False(ConsistencyProof.Verify(old, before, old, root, []));
            }
        }

        Assert.False(InclusionProof.Verify(leaves[0], -1, 1, [], leaves[0]));
        Assert.False(InclusionProof.Verify(leaves[0], 1, 1, [], leaves[0]));
        Assert.False(ConsistencyProof.Verify(5, leaves[0], 4, leaves[1], []));
        Assert.False(ConsistencyProof.Verify(-1, leaves[0], 4, leaves[1], []));
    }

    private static TreeHash[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => MerkleTree.Leaf(BitConverter.GetBytes(i)))];

    private static IEnumerable<IReadOnlyList<TreeHash>> Altered(IReadOnlyList<TreeHash> proof)
    {
        yield return [.. proof, MerkleTree.Empty];
        yield return [MerkleTree.Empty, .. proof];
        for (var i = 0; i < proof.Count; i++)
        {
            yield return [.. proof.Take(i), .. proof.Skip(i + 1)];
            var bytes = proof[i].Bytes.ToArray();
            bytes[i % TreeHash.Length] ^= 1;
            yield return [.. proof.Take(i), TreeHash.From(bytes), .. proof.Skip(i + 1)];
        }
    }

    private static string Hex(TreeHash hash) => Convert.ToHexStringLower(hash.Bytes);

    /// <summary>RFC 6962, sections 2.1, 2.1.1 and 2.1.2, as they are written.</summary>
    private static class Definition
    {
        public static TreeHash Root(ReadOnlySpan<TreeHash> leaves)
        {
            if (leaves.Length == 1) return leaves[0];
            var k = Split(leaves.Length);
            return MerkleTree.Node(Root(leaves[..k]), Root(leaves[k..]));
        }

        public static List<TreeHash> Path(int index, ReadOnlySpan<TreeHash> leaves)
        {
            if (leaves.Length == 1) return [];
            var k = Split(leaves.Length);
            return index < k ? [.. Path(index, leaves[..k]), Root(leaves[k..])] : [.. Path(index - k, leaves[k..]), Root(leaves[..k])];
        }

        public static List<TreeHash> Proof(int old, ReadOnlySpan<TreeHash> leaves) => SubProof(old, leaves, true);

        private static List<TreeHash> SubProof(int old, ReadOnlySpan<TreeHash> leaves, bool isWhole)
        {
            if (old == leaves.Length) return isWhole ? [] : [Root(leaves)];
            var k = Split(leaves.Length);
            return old <= k
                ? [.. SubProof(old, leaves[..k], isWhole), Root(leaves[k..])]
                : [.. SubProof(old - k, leaves[k..], false), Root(leaves[..k])];
        }

        private static int Split(int size)
        {
            var k = 1;
            while (2 * k < size) k *= 2;
            return k;
        }
    }

    private sealed class ArrayNodes(TreeHash[] leaves) : ITreeNodes
    {
        public TreeHash Node(int height, long index) => Definition.Root(leaves.AsSpan((int)index << height, 1 << height));
    }
}
