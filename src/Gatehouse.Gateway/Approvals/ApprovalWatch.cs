using Gatehouse.Identity.Revocations;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Snapshots;
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
    private bool isDue;
    private bool isErased;
    private bool isRunning;
    private Task running = Task.CompletedTask;

    /// <summary>A configuration is in force, or an approval of a definition changed.</summary>
    public void OnReplaced(GatewaySnapshot snapshot) => Begin(() => replaced = snapshot);

    /// <summary>Revocations changed.</summary>
    public void OnRevoked(IRevocationList revocations) => Begin(() => revoked = revocations);

    /// <summary>The key of a person was destroyed.</summary>
    public void OnErased() => Begin(() => isErased = true);

    /// <summary>The time of a sweep has come.</summary>
    public void Sweep() => Begin(() => isDue = true);

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
                await work(end.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The process ends. The next one finds what is left.
            }
            catch (Exception fault)
            {
                GuardedTimer.Report(log, "questions to people", fault);
            }
        }
    }

    // Of two configurations only the newer one counts.
    private Func<CancellationToken, Task>? Take()
    {
        lock (gate)
        {
            var (snapshot, list, sweeps, looks) = (replaced, revoked, isDue, isErased || replaced is not null || revoked is not null);
            (replaced, revoked, isDue, isErased) = (null, null, false, false);
            if (!end.IsCancellationRequested && (sweeps || looks)) return cancellation => RunAsync(snapshot, list, sweeps, looks, cancellation);
            isRunning = false;
            return null;
        }
    }

    private async Task RunAsync(GatewaySnapshot? snapshot, IRevocationList? list, bool sweeps, bool looks, CancellationToken cancellation)
    {
        if (sweeps) await book.SweepAsync(cancellation).ConfigureAwait(false);
        if (!looks) return;
        await book.CloseAsync(
            async (row, facts, stop) =>
            {
                if (snapshot is not null && RulesInForce.WhyNot(snapshot, facts) is { } why) return why;
                if (list is null) return null;
                if (list.IsPartyRevoked(facts.Issuer, facts.Subject, facts.Client, row.At)) return "caller-revoked";
                var granters = await book.GrantersAsync(row, stop).ConfigureAwait(false);
                return granters.Any(by => by is null || list.IsPartyRevoked(by.Issuer, by.Subject, null, row.At)) ? "approver-revoked" : null;
            },
            cancellation).ConfigureAwait(false);
    }
}
