using Gatehouse.Audit.Verification;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Exercises;

/// <summary>The operator of a gateway deletes a whole log and begins another, as if the gateway were new.</summary>
public sealed class DroppedLog : OfflineExercise<Func<EvidenceCase, bool>>
{
    /// <inheritdoc />
    public override string Id => "dropped-log";

    /// <inheritdoc />
    public override string Title => "Log that was deleted whole";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AU-02"];

    /// <inheritdoc />
    public override string Protection => "command audit verify, comparison with checkpoints of logs that are not there";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A gateway had an audit log. The auditor kept a checkpoint of it. A gateway that loses its key begins a new log, so a second log is nothing "
            + "unusual. It names the one before it.",
        "Mallory runs the gateway. Mallory deletes the log with the evidence and begins another, with another key and a first entry that names none "
            + "before it. Every signature and every hash of it is right. The auditor gets its key.",
        "gatehouse audit verify finds no log to which the kept checkpoint belongs, and reports that. A log that names the one before it, with "
            + "that one beside it, is vouched for.",
        "With a check of the log that is there only, and of its own checkpoints, the other log passes again.");

    internal override Task<Func<EvidenceCase, bool>> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<EvidenceCase, bool>>(static given => given.Log.IsSignedAndWhole());

    internal override Task<Func<EvidenceCase, bool>> OpenGuardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<EvidenceCase, bool>>(static given => IsVouched(given.Log, new OutsideCheckpoint("kept", given.Kept!), Newest(given.Log)));

    internal override Task<Func<EvidenceCase, bool>> OpenReplacedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<EvidenceCase, bool>>(static given => IsVouched(given.Log, Newest(given.Log)));

    internal override Task<IReadOnlyList<Attempt>> ExploitAsync(Func<EvidenceCase, bool> subject, RangeFixture fixture)
    {
        using var log = new WrittenLog(fixture.AnotherFolder("log"), entries: 100);
        var kept = log.Checkpoint(80).ToBytes();
        using var other = log.Drop(30);
        var passed = subject(new EvidenceCase(other, null, kept));
        return Task.FromResult<IReadOnlyList<Attempt>>(
            [new Attempt("another log in its place", passed, passed ? "the auditor accepts the other log" : "the auditor misses the log of the checkpoint")]);
    }

    internal override Task<bool> UseHonestlyAsync(Func<EvidenceCase, bool> subject, RangeFixture fixture)
    {
        using var log = new WrittenLog(fixture.AnotherFolder("log"), entries: 100);
        var kept = log.Checkpoint(80).ToBytes();
        using var next = log.Succeed(30);
        return Task.FromResult(subject(new EvidenceCase(next, null, kept)));
    }

    // The auditor has a checkpoint of the log that is there, too.
    private static OutsideCheckpoint Newest(WrittenLog log) => new("newest", log.Checkpoint(20).ToBytes());

    private static bool IsVouched(WrittenLog log, params OutsideCheckpoint[] outside) =>
        AuditLogVerifier.Verify(log.Folder, new VerificationRequest { Keys = log.Keys, Outside = outside }).IsVouched;
}
