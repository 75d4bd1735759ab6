using Microsoft.Extensions.Logging;

namespace Gatehouse.Pipeline.Bounds;

/// <summary>
/// Work in the background of which one run is in progress at a time; work that comes meanwhile is one further run. A fault is reported, and the work
/// of a run that failed is kept for a later one. Safe for concurrent use.
/// </summary>
/// <typeparam name="TWork">The work of a run. Immutable.</typeparam>
internal sealed class SingleRun<TWork> : IAsyncDisposable
    where TWork : class
{
    private readonly string name;
    private readonly Func<TWork, TWork, TWork> join;
    private readonly Func<TWork, CancellationToken, Task> run;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource end = new();
    private TWork? due;
    private TWork? failed;
    private bool isRunning;
    private Task running = Task.CompletedTask;

    /// <summary>Has nothing to do yet.</summary>
    /// <param name="name">Description of the work, for the report of a fault.</param>
    /// <param name="join">Returns the work of both, the earlier one first. It has a bound of its own.</param>
    /// <param name="run">Does the work. What is repeated after a fault is all of it.</param>
    /// <param name="log">Receives the report of a fault.</param>
    public SingleRun(string name, Func<TWork, TWork, TWork> join, Func<TWork, CancellationToken, Task> run, ILogger log)
    {
        (this.name, this.join, this.run, this.log) = (name, join, run, log);
    }

    /// <summary>Begins a run with this work, or adds it to the next one. Does nothing after the end.</summary>
    public void Begin(TWork work)
    {
        lock (gate) BeginInGate(work);
    }

    /// <summary>
    /// Does the same with this work and that of runs that failed. A run does not repeat its own work immediately: a disk that is full stays full.
    /// </summary>
    public void BeginWithFailed(TWork work)
    {
        lock (gate)
        {
            if (failed is { } again) (due, failed) = (due is null ? again : join(again, due), null);
            BeginInGate(work);
        }
    }

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

    private void BeginInGate(TWork work)
    {
        if (end.IsCancellationRequested) return;
        due = due is null ? work : join(due, work);
        if (isRunning) return;
        isRunning = true;
        running = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        while (Take() is { } work)
        {
            try
            {
                await run(work, end.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The process ends. The next one finds what is left.
            }
            catch (Exception fault)
            {
                lock (gate) failed = failed is null ? work : join(failed, work);
                GuardedTimer.Report(log, name, fault);
            }
        }
    }

    private TWork? Take()
    {
        lock (gate)
        {
            var work = end.IsCancellationRequested ? null : due;
            due = null;
            isRunning = work is not null;
            return work;
        }
    }
}
