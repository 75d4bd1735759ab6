using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Exercises;

/// <summary>The operator of a gateway, who has the key of the log, writes its history again.</summary>
public sealed class RewrittenLog : OfflineExercise<Func<EvidenceCase, bool>>
{
    /// <inheritdoc />
    public override string Id => "rewritten-log";

    /// <inheritdoc />
    public override string Title => "Log written again by the holder of its key";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AU-02"];

    /// <inheritdoc />
    public override string Protection => "command audit verify, comparison with checkpoints of witnesses and outside places";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "An audit log is signed with a key of the gateway. An auditor checks the signature and every hash. Checkpoints of the log were cosigned by "
            + "a witness, or kept by the auditor.",
        "Mallory runs the gateway and has the key. Mallory changes an entry, drops one, or cuts the end, makes every hash again, and signs the new "
            + "root. Every signature and every hash is right.",
        "gatehouse audit verify compares the log with a checkpoint that the auditor kept, or that a witness of the auditor cosigned. It reports the "
            + "log as rewritten or rolled back.",
        "With a check that compares signatures and hashes only, the new history passes again.");

    internal override Task<Func<EvidenceCase, bool>> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<EvidenceCase, bool>>(static given => given.Log.IsSignedAndWhole());

    internal override Task<Func<EvidenceCase, bool>> OpenGuardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<EvidenceCase, bool>>(static given => AuditLogVerifier.Verify(given.Log.Folder, new VerificationRequest
        {
            Keys = [given.Log.Key],
            Cosigners = given.Witness is null ? [] : [new WitnessKey(given.Witness, "Example Org")],
            Outside = given.Kept is null ? [] : [new OutsideCheckpoint("kept", given.Kept)],
        }).IsVouched);

    internal override Task<Func<EvidenceCase, bool>> OpenReplacedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<EvidenceCase, bool>>(static given =>
            AuditLogVerifier.Verify(given.Log.Folder, new VerificationRequest { Keys = [given.Log.Key] }).Findings.Count == 0);

    internal override Task<IReadOnlyList<Attempt>> ExploitAsync(Func<EvidenceCase, bool> subject, RangeFixture fixture)
    {
        IReadOnlyList<Attempt> attempts =
        [
            Rewrite("changed entry, checkpoint kept by the auditor", isWitnessed: false, static log => log.Replace(40)),
            Rewrite("changed entry, checkpoint cosigned by a witness", isWitnessed: true, static log => log.Replace(40)),
            Rewrite("dropped entry", isWitnessed: true, static log => log.Remove(40)),
            Rewrite("cut end", isWitnessed: false, static log => log.Cut(60)),
        ];
        return Task.FromResult(attempts);

        Attempt Rewrite(string name, bool isWitnessed, Action<WrittenLog> act)
        {
            using var witness = Witness();
            using var log = new WrittenLog(fixture.AnotherFolder("log"), entries: 100);
            var given = Case(log, witness, isWitnessed);
            act(log);
            log.Write();
            var passed = subject(given);
            return new Attempt(name, passed, passed ? "the auditor accepts the new history" : "the auditor does not accept the new history");
        }
    }

    internal override Task<bool> UseHonestlyAsync(Func<EvidenceCase, bool> subject, RangeFixture fixture)
    {
        using var witness = Witness();
        using var log = new WrittenLog(fixture.AnotherFolder("log"), entries: 100);
        var (kept, witnessed) = (Case(log, witness, isWitnessed: false), Case(log, witness, isWitnessed: true));
        log.Append(30);
        log.Write();
        return Task.FromResult(subject(kept) && subject(witnessed));
    }

    // What the auditor has of the log at size 80, before it grows or is written again.
    private static EvidenceCase Case(WrittenLog log, Cosigner witness, bool isWitnessed)
    {
        var note = log.Checkpoint(80);
        if (!isWitnessed) return new EvidenceCase(log, null, note.ToBytes());
        log.PutCosigned(note with { Signatures = [.. note.Signatures, witness.Sign(note.Text, At)] });
        return new EvidenceCase(log, witness.Key, null);
    }

    private static DateTimeOffset At { get; } = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    private static Cosigner Witness() => Cosigner.Ecdsa("witness.example/w1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
}
