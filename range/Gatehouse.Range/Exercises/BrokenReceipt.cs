using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Proofs;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Exercises;

/// <summary>The operator of a gateway gives receipts and does not keep the entries.</summary>
public sealed class BrokenReceipt : OfflineExercise<Func<ReceiptCase, bool>>
{
    private const int Promised = 40;

    /// <inheritdoc />
    public override string Id => "broken-receipt";

    /// <inheritdoc />
    public override string Title => "Receipt that is not kept";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AU-02"];

    /// <inheritdoc />
    public override string Protection => "command audit prove --receipt, comparison of the promised entry with the log";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A caller has a signed receipt of its call. An auditor of the log has no other copy of it, and checks signatures and hashes.",
        "Mallory runs the gateway and has the key. Before anybody keeps a checkpoint, Mallory writes the promised entry again, drops it, cuts the "
            + "log before it, or ends the log and begins another one. Every signature and every hash is right.",
        "gatehouse audit prove --receipt compares the promised leaf hash with the tree. What it writes shows the broken promise to anybody who "
            + "has the key, by two signatures of the log.",
        "With a check of the signature of the receipt only, the new history passes again.");

    internal override Task<Func<ReceiptCase, bool>> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<ReceiptCase, bool>>(static given => given.Log.IsSignedAndWhole());

    internal override Task<Func<ReceiptCase, bool>> OpenGuardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<ReceiptCase, bool>>(given =>
        {
            var answer = ReceiptProof.Of(given.Log.Folder, given.Receipt, given.Now);
            if (answer.State != ReceiptState.Kept && answer.Evidence.Count == 0) return true; // nobody could be shown anything
            var file = Path.Combine(fixture.AnotherFolder("evidence"), "evidence.txt");
            File.WriteAllLines(file, answer.Evidence);
            var report = EvidenceCheck.Check(file, given.Log.Keys, [], [given.Witness]);
            return answer.State == ReceiptState.Kept
                ? report.IsVouched : !report.Receipts.Any(one => one is { State: ReceiptState.NotKept or ReceiptState.NotShown, IsProven: true });
        });

    internal override Task<Func<ReceiptCase, bool>> OpenReplacedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<ReceiptCase, bool>>(static given => given.Receipt.Note.Verified(given.Log.Keys) is { Count: > 0 });

    internal override Task<IReadOnlyList<Attempt>> ExploitAsync(Func<ReceiptCase, bool> subject, RangeFixture fixture)
    {
        IReadOnlyList<Attempt> attempts =
        [
            Break("entry written again", static (log, _) => Same(() => log.Replace(Promised))),
            Break("entry dropped", static (log, _) => Same(() => log.Remove(Promised))),
            Break("log cut before the entry, and the time is over", static (log, witness) => Same(() =>
            {
                log.Cut(Promised);
                var note = log.Checkpoint(Promised);
                var late = At + Receipt.Within + TimeSpan.FromHours(1);
                log.PutCosigned(note with { Signatures = [.. note.Signatures, witness.Sign(note.Text, late)] });
            })),
            Break("log ended before the entry", static (log, _) =>
            {
                log.Cut(Promised);
                return log.Succeed(20);
            }),
        ];
        return Task.FromResult(attempts);

        Attempt Break(string name, Func<WrittenLog, Cosigner, WrittenLog?> act)
        {
            using var witness = Witness();
            using var log = new WrittenLog(fixture.AnotherFolder("log"), entries: 100);
            var receipt = log.Promise(Promised, At);
            using var next = act(log, witness);
            log.Write();
            var passed = subject(new ReceiptCase(next ?? log, receipt, witness.Key, At + Receipt.Within + TimeSpan.FromHours(2)));
            return new Attempt(name, passed, passed ? "the broken promise is accepted" : "the broken promise is shown");
        }
    }

    // Nothing follows the log.
    private static WrittenLog? Same(Action act)
    {
        act();
        return null;
    }

    internal override Task<bool> UseHonestlyAsync(Func<ReceiptCase, bool> subject, RangeFixture fixture)
    {
        using var witness = Witness();
        using var log = new WrittenLog(fixture.AnotherFolder("log"), entries: 100);
        var receipt = log.Promise(Promised, At);
        log.Append(30);
        log.Write();
        return Task.FromResult(subject(new ReceiptCase(log, receipt, witness.Key, At)));
    }

    private static DateTimeOffset At { get; } = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    private static Cosigner Witness() => Cosigner.Ecdsa("witness.example/w1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
}
