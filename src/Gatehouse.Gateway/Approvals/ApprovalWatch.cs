using Gatehouse.Audit.Privacy;
using Gatehouse.Identity.Revocations;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Closes questions, and grants that were not used, when what they depend on changes: the configuration, the right of a caller or an approver, the
/// key of a person. It also expires what is over. One run at a time; changes that come meanwhile are one further run.
/// </summary>
/// <remarks>
/// No call depends on a run: before a grant is used, the newest configuration decides the call again, and the digest is compared. A run makes the
/// list of questions true, and releases the calls that wait in vain.
/// </remarks>
internal sealed class ApprovalWatch : IAsyncDisposable
{
    private readonly ApprovalBook book;
    private readonly RememberedAnswers remembered;
    private readonly Func<GatewaySnapshot> current;
    private readonly SingleRun<Work> runs;

    /// <summary>Watches the questions of a book.</summary>
    /// <param name="book">The questions.</param>
    /// <param name="remembered">The answers that hold for later calls.</param>
    /// <param name="current">Returns the configuration in force.</param>
    /// <param name="log">Receives the report of a run that failed.</param>
    public ApprovalWatch(ApprovalBook book, RememberedAnswers remembered, Func<GatewaySnapshot> current, ILogger log)
    {
        this.book = book;
        this.remembered = remembered;
        this.current = current;
        runs = new SingleRun<Work>("questions to people", Work.Join, RunAsync, log);
    }

    /// <summary>A configuration is in force, or an approval of a definition changed.</summary>
    public void OnReplaced(GatewaySnapshot snapshot)
    {
        // Threat: of two configurations only the newer one is looked at. A right does not outlive the text of its rule.
        book.Access.EndOutdated(snapshot);
        runs.Begin(Work.None with { Snapshot = snapshot });
    }

    /// <summary>Revocations changed.</summary>
    public void OnRevoked(IRevocationList revocations) => runs.Begin(Work.None with { Revoked = revocations });

    /// <summary>The keys of a person were destroyed.</summary>
    public void OnErased(SubjectOwner person) => runs.Begin(Work.None with { Erased = [person] });

    // Threat: a revocation is looked at in one run only, and a full disk ends it. The next sweep tries again.
    /// <summary>The time of a sweep has come.</summary>
    public void Sweep() => runs.BeginWithFailed(Work.None with { Sweeps = true });

    /// <inheritdoc cref="SingleRun{TWork}.SettledAsync"/>
    public Task SettledAsync() => runs.SettledAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => runs.DisposeAsync();

    // A person who is erased, or an approver who is revoked, does not wait for a sweep that fails.
    private async Task RunAsync(Work work, CancellationToken cancellation)
    {
        var faults = new FirstFault();
        if (work.Sweeps)
        {
            await faults.RunAsync(() => book.Outbox.SweepAsync(cancellation)).ConfigureAwait(false);
            await faults.RunAsync(() => book.Access.ResumeAsync(cancellation)).ConfigureAwait(false);
        }

        await faults.ForEachAsync(work.Erased, person => book.Closing.EraseAsync(person, cancellation)).ConfigureAwait(false);
        await faults.ForEachAsync(work.Erased, person => remembered.EraseAsync(person, cancellation)).ConfigureAwait(false);
        if (work.Sweeps) await faults.RunAsync(() => remembered.RecoverAsync(cancellation)).ConfigureAwait(false);
        await faults.RunAsync(() => remembered.ForgetVoidAsync(current(), cancellation)).ConfigureAwait(false);
        if (work.Looks)
        {
            await faults.RunAsync(() => book.Closing.CloseAsync((row, facts, stop) => WhyAsync(work, row, facts, stop), cancellation))
                .ConfigureAwait(false);
        }

        faults.Throw();
    }

    // Returns why a question counts no more; null where it does.
    private async ValueTask<string?> WhyAsync(Work work, ApprovalRow row, ApprovalFacts facts, CancellationToken cancellation)
    {
        if (work.Snapshot is { } snapshot && RulesInForce.WhyNot(snapshot, facts) is { } why) return why;
        if (!book.Access.HasRight(facts)) return "access-ended";
        if (work.Revoked is { } list && list.IsPartyRevoked(facts.Issuer, facts.Subject, facts.Client, row.At)) return "caller-revoked";
        if (work.Revoked is null && work.Erased.Count == 0) return null;
        var grants = await book.Reader.GrantsAsync(row, cancellation).ConfigureAwait(false);
        if (grants.Any(static one => one.By is null)) return "erased";
        return work.Revoked is { } all && grants.Any(one => all.IsPartyRevoked(one.By!.Issuer, one.By.Subject, one.By.Client, one.At))
            ? "approver-revoked" : null;
    }

    // The work of one run.
    private sealed record Work(GatewaySnapshot? Snapshot, IRevocationList? Revoked, IReadOnlyList<SubjectOwner> Erased, bool Sweeps)
    {
        public static Work None { get; } = new(null, null, [], false);

        public bool Looks => Snapshot is not null || Revoked is not null || Erased.Count > 0;

        // Of two configurations only the newer one counts.
        public static Work Join(Work one, Work other) => new(
            other.Snapshot ?? one.Snapshot, other.Revoked ?? one.Revoked, [.. one.Erased.Union(other.Erased)], one.Sweeps || other.Sweeps);
    }
}
