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
internal sealed class ApprovalWatch(ApprovalBook book, ILogger log) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource end = new();
    private GatewaySnapshot? replaced;
    private IRevocationList? revoked;
    private List<SubjectOwner> erased = [];
    private Work? failed; // what a run did not complete
    private bool isDue;
    private bool isRunning;
    private Task running = Task.CompletedTask;

    /// <summary>A configuration is in force, or an approval of a definition changed.</summary>
    public void OnReplaced(GatewaySnapshot snapshot) => Begin(() => replaced = snapshot);

    /// <summary>Revocations changed.</summary>
    public void OnRevoked(IRevocationList revocations) => Begin(() => revoked = revocations);

    /// <summary>The keys of a person were destroyed.</summary>
    public void OnErased(SubjectOwner person) => Begin(() => erased.Add(person));

    /// <summary>The time of a sweep has come.</summary>
    public void Sweep() => Begin(() =>
    {
        isDue = true;
        if (failed is not { } again) return;
        (replaced, revoked) = (replaced ?? again.Snapshot, revoked ?? again.Revoked);
        erased = [.. again.Erased, .. erased];
        failed = null;
    });

    /// <summary>Waits until nothing is left to do. For tests and for an orderly end.</summary>
    public async Task SettledAsync()
    {
        while (true)
        {
            Task current;
            lock (gate)
            {
                if (!isRunning) return;
                current = running;
            }

            await current.ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync().ConfigureAwait(false);
        await SettledAsync().ConfigureAwait(false);
        end.Dispose();
    }

    private void Begin(Action add)
    {
        lock (gate)
        {
            if (end.IsCancellationRequested) return;
            add();
            if (isRunning) return;
            isRunning = true;
            running = Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        while (Take() is { } work)
        {
            try
            {
                await RunAsync(work, end.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The process ends. The next one finds what is left.
            }
            catch (Exception fault)
            {
                GuardedTimer.Report(log, "questions to people", fault);
                PutBack(work);
            }
        }
    }

    // Of two configurations only the newer one counts.
    private Work? Take()
    {
        lock (gate)
        {
            var work = new Work(replaced, revoked, erased, isDue);
            (replaced, revoked, erased, isDue) = (null, null, [], false);
            if (!end.IsCancellationRequested && work.IsAny) return work;
            isRunning = false;
            return null;
        }
    }

    // Threat: a revocation is looked at in one run only, and a full disk ends it. The next sweep tries again, and not this run: a disk stays full.
    private void PutBack(Work work)
    {
        lock (gate)
        {
            failed = new Work(work.Snapshot ?? failed?.Snapshot, work.Revoked ?? failed?.Revoked, [.. failed?.Erased ?? [], .. work.Erased], false);
        }
    }

    private async Task RunAsync(Work work, CancellationToken cancellation)
    {
        if (work.Sweeps)
        {
            await book.SweepAsync(cancellation).ConfigureAwait(false);
            await book.ResumeAccessAsync(cancellation).ConfigureAwait(false);
        }

        foreach (var person in work.Erased) await book.EraseAsync(person, cancellation).ConfigureAwait(false);
        if (work.Looks)
            await book.CloseAsync((row, facts, stop) => WhyAsync(work, row, facts, stop), cancellation).ConfigureAwait(false);
    }

    // Why a question counts no more; null where it does.
    private async ValueTask<string?> WhyAsync(Work work, ApprovalRow row, ApprovalFacts facts, CancellationToken cancellation)
    {
        if (work.Snapshot is { } snapshot && RulesInForce.WhyNot(snapshot, facts) is { } why) return why;
        if (work.Revoked is { } list && list.IsPartyRevoked(facts.Issuer, facts.Subject, facts.Client, row.At)) return "caller-revoked";
        if (work.Revoked is null && work.Erased.Count == 0) return null;
        var granters = await book.GrantersAsync(row, cancellation).ConfigureAwait(false);
        if (granters.Any(static by => by is null)) return "erased";
        return work.Revoked is { } all && granters.Any(by => all.IsPartyRevoked(by!.Issuer, by.Subject, by.Client, row.At)) ? "approver-revoked" : null;
    }

    // What is to be done in one run.
    private sealed record Work(GatewaySnapshot? Snapshot, IRevocationList? Revoked, IReadOnlyList<SubjectOwner> Erased, bool Sweeps)
    {
        public bool Looks => Snapshot is not null || Revoked is not null || Erased.Count > 0;

        public bool IsAny => Sweeps || Looks;
    }
}
