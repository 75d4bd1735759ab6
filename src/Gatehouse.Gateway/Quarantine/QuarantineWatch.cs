using Gatehouse.Audit.Privacy;
using Gatehouse.Pipeline.Bounds;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Quarantine;

/// <summary>
/// Expires withheld results, writes entries that are missing, and deletes the results of erased persons and those that revoked persons released. One
/// run at a time; what comes meanwhile is one further run. A fault is reported, and the next sweep does the work again; what is over counts nowhere
/// before that.
/// </summary>
internal sealed class QuarantineWatch(QuarantineBook book, QuarantineCases cases, ILogger log) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource end = new();
    private List<SubjectOwner> erased = [];
    private bool isDue;
    private bool areRevoked;
    private bool isRevokingLeft; // of a run that failed
    private bool isRunning;
    private Task running = Task.CompletedTask;

    /// <summary>The keys of a person were destroyed.</summary>
    public void OnErased(SubjectOwner person) => Begin(() => erased.Add(person));

    /// <summary>Revocations changed.</summary>
    public void OnRevoked() => Begin(() => areRevoked = true);

    /// <summary>The time of a sweep has come.</summary>
    public void Sweep() => Begin(() =>
    {
        isDue = true;
        areRevoked |= isRevokingLeft;
        isRevokingLeft = false;
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
        while (TryTake(out var persons, out var sweeps, out var revokes))
        {
            try
            {
                if (sweeps) await book.SweepAsync(end.Token).ConfigureAwait(false);
                if (revokes) await book.RevokeAsync(end.Token).ConfigureAwait(false);
                foreach (var person in persons) await book.EraseAsync(person, end.Token).ConfigureAwait(false);
                if (persons.Count > 0) cases.DeleteUnreadable();
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The process ends. The next one finds what is left.
            }
            catch (Exception fault)
            {
                GuardedTimer.Report(log, "withheld results", fault);
                lock (gate) isRevokingLeft |= revokes;
            }
        }
    }

    private bool TryTake(out List<SubjectOwner> persons, out bool sweeps, out bool revokes)
    {
        lock (gate)
        {
            (persons, sweeps, revokes) = (erased, isDue, areRevoked);
            (erased, isDue, areRevoked) = ([], false, false);
            if (!end.IsCancellationRequested && (sweeps || revokes || persons.Count > 0)) return true;
            isRunning = false;
            return false;
        }
    }
}
