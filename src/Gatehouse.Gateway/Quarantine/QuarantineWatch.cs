using Gatehouse.Audit.Privacy;
using Gatehouse.Pipeline.Bounds;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Quarantine;

/// <summary>
/// Expires withheld results, writes entries that are missing, and deletes the results of erased persons and those that revoked persons released. One
/// run at a time. What a run did not complete is done by the next sweep; what is over counts nowhere before that.
/// </summary>
internal sealed class QuarantineWatch : IAsyncDisposable
{
    private readonly QuarantineBook book;
    private readonly QuarantineCases cases;
    private readonly SingleRun<Work> runs;

    /// <summary>Watches the results of a book.</summary>
    /// <param name="book">The results.</param>
    /// <param name="cases">The false alarms, which are deleted with their person.</param>
    /// <param name="log">Receives the report of a run that failed.</param>
    public QuarantineWatch(QuarantineBook book, QuarantineCases cases, ILogger log)
    {
        (this.book, this.cases) = (book, cases);
        runs = new SingleRun<Work>("withheld results", Work.Join, RunAsync, log);
    }

    /// <summary>The keys of a person were destroyed.</summary>
    public void OnErased(SubjectOwner person) => runs.Begin(new Work([person], false, false));

    /// <summary>Revocations changed.</summary>
    public void OnRevoked() => runs.Begin(new Work([], true, false));

    /// <summary>The time of a sweep has come.</summary>
    public void Sweep() => runs.BeginWithFailed(new Work([], false, true));

    /// <inheritdoc cref="SingleRun{TWork}.SettledAsync"/>
    public Task SettledAsync() => runs.SettledAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => runs.DisposeAsync();

    private async Task RunAsync(Work work, CancellationToken cancellation)
    {
        var faults = new FirstFault();
        if (work.Sweeps) await faults.RunAsync(() => book.SweepAsync(cancellation)).ConfigureAwait(false);
        if (work.Revokes) await faults.RunAsync(() => book.RevokeAsync(cancellation)).ConfigureAwait(false);
        await faults.ForEachAsync(work.Erased, person => book.EraseAsync(person, cancellation)).ConfigureAwait(false);
        if (work.Erased.Count > 0) faults.Run(cases.DeleteUnreadable);
        faults.Throw();
    }

    // The work of one run.
    private sealed record Work(IReadOnlyList<SubjectOwner> Erased, bool Revokes, bool Sweeps)
    {
        public static Work Join(Work one, Work other) =>
            new([.. one.Erased.Union(other.Erased)], one.Revokes || other.Revokes, one.Sweeps || other.Sweeps);
    }
}
