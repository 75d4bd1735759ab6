using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Gateway.Tests.Witnesses;

/// <summary>A log of a test with its key: entries are texts, and a branch has other ones from an index on.</summary>
internal sealed class LogModel : IDisposable, ITreeNodes
{
    private readonly NoteSigner signer;
    private readonly List<TreeHash> leaves = [];

    public LogModel(string origin, int entries, ECDsa? key = null)
    {
        signer = NoteSigner.Ecdsa(origin, key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Grow(entries, "entry");
    }

    private LogModel(NoteSigner signer, IEnumerable<TreeHash> leaves) => (this.signer, this.leaves) = (signer, [.. leaves]);

    public string Origin => signer.Key.Name;

    public NoteKey Key => signer.Key;

    public int Size => leaves.Count;

    /// <summary>The same log with the same key, with other entries from an index on.</summary>
    public LogModel Branch(int from, int entries)
    {
        var branch = new LogModel(signer, leaves.Take(from));
        branch.Grow(entries - from, "other");
        return branch;
    }

    public TreeHash Root(int size) => MerkleTree.Root(leaves.Take(size).ToArray());

    public TreeHash Node(int height, long index) =>
        MerkleTree.Root(leaves.Skip((int)(index << height)).Take(1 << height).ToArray());

    public string Note(int size) => SignedNote.Sign(new Checkpoint(Origin, size, Root(size)).ToText(), [signer]).ToString();

    public string Note(string text) => SignedNote.Sign(text, [signer]).ToString();

    public string Proof(int from, int to) => string.Concat(ConsistencyProof.Build(this, from, to).Select(hash => $"{hash}\n"));

    /// <summary>A request to cosign.</summary>
    public string Request(int from, int to) => string.Create(CultureInfo.InvariantCulture, $"old {from}\n{Proof(from, to)}\n{Note(to)}");

    public void Dispose() => signer.Dispose();

    private void Grow(int entries, string word)
    {
        for (var i = 0; i < entries; i++)
            leaves.Add(MerkleTree.Leaf(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{word} {leaves.Count}"))));
    }
}
