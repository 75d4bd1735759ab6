using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Witness;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>The operator of a log shows one history to one auditor and another one to another.</summary>
public sealed class SplitView : OfflineExercise<Func<NoteKey, byte[], bool>>
{
    private const string Origin = "gateway.example/audit/1";

    /// <inheritdoc />
    public override string Id => "split-view";

    /// <inheritdoc />
    public override string Title => "Two histories of one log";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AU-02"];

    /// <inheritdoc />
    public override string Protection => "command witness, memory of the checkpoints that were cosigned";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "Auditors accept a log whose checkpoint a witness has cosigned. The witness checks the signature of the log.",
        "Mallory has the key of the log. Mallory makes two branches of it and asks the witness to cosign a checkpoint of each: of the same size, of "
            + "a later size, and as if it were the first one.",
        "gatehouse witness keeps the size and root that it cosigned last, and asks for a proof that the log only grew. It cosigns one branch and "
            + "refuses every checkpoint of the other.",
        "With a witness that forgets what it cosigned, both branches are cosigned again.");

    internal override Task<Func<NoteKey, byte[], bool>> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<NoteKey, byte[], bool>>(static (key, request) =>
            SignedNote.Parse(request.AsSpan(request.AsSpan().IndexOf("\n\n"u8) + 2))?.Verified([key]) is { Count: > 0 });

    internal override Task<Func<NoteKey, byte[], bool>> OpenGuardedAsync(RangeFixture fixture)
    {
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        return Task.FromResult<Func<NoteKey, byte[], bool>>((key, request) =>
        {
            if (!folders.TryGetValue(key.ToString(), out var folder)) folders.Add(key.ToString(), folder = fixture.AnotherFolder("witness"));
            return IsCosigned(folder, key, request);
        });
    }

    internal override Task<Func<NoteKey, byte[], bool>> OpenReplacedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<NoteKey, byte[], bool>>((key, request) => IsCosigned(fixture.AnotherFolder("witness"), key, request));

    internal override Task<IReadOnlyList<Attempt>> ExploitAsync(Func<NoteKey, byte[], bool> subject, RangeFixture fixture)
    {
        IReadOnlyList<Attempt> attempts =
        [
            Split("other root of the same size", 0, 20), Split("later size of the other branch", 0, 40), Split("shorter history", 0, 10),
        ];
        return Task.FromResult(attempts);

        Attempt Split(string name, int from, int to)
        {
            using var signer = NoteSigner.Ecdsa(Origin, ECDsa.Create(ECCurve.NamedCurves.nistP256));
            var first = subject(signer.Key, Request(signer, Leaves("one", 20), 0, 20));
            var second = subject(signer.Key, Request(signer, Leaves("other", to), from, to))
                || subject(signer.Key, Request(signer, Leaves("other", to), Math.Min(20, to), to));
            var both = first && second;
            return new Attempt(name, both, both ? "both histories are cosigned" : "one history is cosigned, the other one is not");
        }
    }

    internal override Task<bool> UseHonestlyAsync(Func<NoteKey, byte[], bool> subject, RangeFixture fixture)
    {
        using var signer = NoteSigner.Ecdsa(Origin, ECDsa.Create(ECCurve.NamedCurves.nistP256));
        return Task.FromResult(subject(signer.Key, Request(signer, Leaves("one", 20), 0, 20))
            && subject(signer.Key, Request(signer, Leaves("one", 40), 20, 40)));
    }

    // The witness as its command runs it: its state is in the folder.
    private static bool IsCosigned(string folder, NoteKey key, byte[] request)
    {
        var isNew = Directory.GetFileSystemEntries(folder).Length == 0;
        using var witness = isNew ? WitnessService.Create(folder, "witness.example/w1", "Example Org", TimeProvider.System)
            : WitnessService.Open(folder, TimeProvider.System);
        if (isNew) witness.AddFirst([key]);
        return witness.Add(request).Status == 200;
    }

    private static TreeHash[] Leaves(string word, int count) =>
        [.. Enumerable.Range(0, count).Select(i => MerkleTree.Leaf(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{word} {i}"))))];

    private static byte[] Request(NoteSigner signer, TreeHash[] leaves, int from, int to)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {from}\n");
        foreach (var hash in ConsistencyProof.Build(new Nodes(leaves), from, to)) text.Append(CultureInfo.InvariantCulture, $"{hash}\n");
        var note = SignedNote.Sign(new Checkpoint(Origin, to, MerkleTree.Root(leaves)).ToText(), [signer]);
        return Encoding.UTF8.GetBytes(text.Append('\n').Append(note).ToString());
    }

    private sealed class Nodes(TreeHash[] leaves) : ITreeNodes
    {
        public TreeHash Node(int height, long index) => MerkleTree.Root(leaves.AsSpan((int)(index << height), 1 << height));
    }
}
