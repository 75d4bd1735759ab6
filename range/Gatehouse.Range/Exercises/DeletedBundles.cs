using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline.Records;
using Gatehouse.Range.Running;
using Gatehouse.Storage;

namespace Gatehouse.Range.Exercises;

/// <summary>A person who can write the folder of the logs deletes old entries, which may have been archived for all that the files show.</summary>
public sealed class DeletedBundles : OfflineExercise<Func<ArchivedCase, bool>>
{
    private const int Bundle = TilePath.FullWidth;

    /// <inheritdoc />
    public override string Id => "deleted-bundles";

    /// <inheritdoc />
    public override string Title => "Deleted entries passed off as archived";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AU-02"];

    /// <inheritdoc />
    public override string Protection => "command audit verify, absent bundles against the entries that the auditor names as archived";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "Old entries of a log are moved to an archive, so that the disk has room. Their hashes stay in the tree, and every proof stays valid.",
        "Mallory can write the folder of the logs, and has none of the keys. Mallory deletes the file with the evidence, or deletes it together with an "
            + "archival of older ones. Signature and root of the log stay right.",
        "gatehouse audit verify reports each absent bundle that the auditor did not name as archived. Entries that the auditor named are a fact of the report.",
        "With a check that takes every absent bundle for an archived one, the deleted entries are not missed.");

    internal override Task<Func<ArchivedCase, bool>> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<ArchivedCase, bool>>(static given => HasSignedRoot(given));

    internal override Task<Func<ArchivedCase, bool>> OpenGuardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<ArchivedCase, bool>>(static given => IsVouched(given, given.Archived));

    internal override Task<Func<ArchivedCase, bool>> OpenReplacedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<ArchivedCase, bool>>(static given => IsVouched(given, AbsentBundles(given)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Func<ArchivedCase, bool> subject, RangeFixture fixture)
    {
        var (first, second) = (await WriteAsync(fixture).ConfigureAwait(false), await WriteAsync(fixture).ConfigureAwait(false));
        Delete(first, 1);
        Delete(second, 1);
        Delete(second, 2);
        return
        [
            Attack(subject, first, "a deleted bundle"),
            Attack(subject, second with { Archived = [RangeOf(1)] }, "a deleted bundle behind an archived one"),
        ];
    }

    internal override async Task<bool> UseHonestlyAsync(Func<ArchivedCase, bool> subject, RangeFixture fixture)
    {
        var whole = await WriteAsync(fixture).ConfigureAwait(false);
        if (!subject(whole)) return false;
        Delete(whole, 1);
        return subject(whole with { Archived = [RangeOf(1)] });
    }

    private static Attempt Attack(Func<ArchivedCase, bool> subject, ArchivedCase given, string name)
    {
        var passed = subject(given);
        return new Attempt(name, passed, passed ? "the auditor accepts the log" : "the auditor misses the entries");
    }

    private static bool IsVouched(ArchivedCase given, IReadOnlyList<ArchivedRange> archived) =>
        AuditLogVerifier.Verify(given.Folder, new VerificationRequest
        {
            Keys = KeysOf(given),
            Outside = [new OutsideCheckpoint("kept", given.Kept.ToArray())],
            Archived = archived,
        }).IsVouched;

    // The signature of the checkpoint, and the root over the hashes of the tiles: what a check sees that reads no entry.
    private static bool HasSignedRoot(ArchivedCase given)
    {
        var note = SignedNote.Parse(File.ReadAllBytes(Path.Combine(given.Log, LogLayout.Checkpoint)));
        if (note?.Verified(KeysOf(given)) is not { Count: > 0 } || !Checkpoint.TryParse(note.Text, out var checkpoint)) return false;
        var leaves = new List<TreeHash>();
        for (var tile = 0; leaves.Count < checkpoint.Size; tile++)
        {
            var width = (int)Math.Min(Bundle, checkpoint.Size - leaves.Count);
            var bytes = File.ReadAllBytes(Path.Combine(given.Log, new TilePath(0, tile, width).ToString()));
            for (var at = 0; at < width; at++) leaves.Add(HashTile.At(bytes, at));
        }

        return MerkleTree.Root(leaves.ToArray()) == checkpoint.Root;
    }

    private static List<ArchivedRange> AbsentBundles(ArchivedCase given) =>
        [.. Enumerable.Range(1, 2).Where(bundle => !File.Exists(PathOf(given, bundle))).Select(RangeOf)];

    private static ArchivedRange RangeOf(int bundle) => new(ArchivedCase.Name, bundle * Bundle, ((bundle + 1) * Bundle) - 1);

    private static string PathOf(ArchivedCase given, int bundle) => Path.Combine(given.Log, new TilePath(null, bundle, Bundle).ToString());

    private static void Delete(ArchivedCase given, int bundle) => File.Delete(PathOf(given, bundle));

    private static IReadOnlyList<NoteKey> KeysOf(ArchivedCase given) =>
    [
        .. File.ReadLines(Path.Combine(given.Log, LogLayout.Keys))
            .Select(static line => NoteKey.TryParse(line, out var key, out _) ? key : null).OfType<NoteKey>(),
    ];

    // As a gateway writes it: three full bundles, and one that is begun.
    private static async Task<ArchivedCase> WriteAsync(RangeFixture fixture)
    {
        var folder = fixture.AnotherFolder("gateway");
        var given = new ArchivedCase(Path.Combine(folder, "audit"), default, []);
        var keys = new SealedLogKeys(KeyRing.CreateInMemory(TimeProvider.System), Path.Combine(folder, "keys"), "gateway.example");
        var log = GroupCommitLog.Open(new AuditLogOptions { Directory = given.Folder }, keys);
        await using (log.ConfigureAwait(false))
        {
            for (var i = 0; i < 3 * Bundle; i++)
            {
                log.TryAppend(new AuditEntry
                {
                    Kind = AuditEntryKind.Control,
                    ExchangeId = Ids.New(TimeProvider.System),
                    At = TimeProvider.System.GetUtcNow(),
                    Facts = [KeyValuePair.Create("act", "reload"), KeyValuePair.Create("generation", i.ToString(CultureInfo.InvariantCulture))],
                });
            }

            await log.PublishAsync().ConfigureAwait(false);
        }

        return given with { Kept = await File.ReadAllBytesAsync(Path.Combine(given.Log, LogLayout.Checkpoint)).ConfigureAwait(false) };
    }
}
