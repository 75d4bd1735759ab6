using System.Diagnostics;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>Runs one stage for an exchange, measures it, notes it in the record, and holds the exchange where the verdict may take long.</summary>
internal sealed class StageRunner(PipelineParts parts)
{
    /// <summary>Runs a stage. Most stages complete synchronously and need no state machine.</summary>
    /// <returns>The reason why the exchange ends; null when it continues.</returns>
    public ValueTask<Refusal?> RunAsync(ExchangeRun run, IStage stage)
    {
        var started = Stopwatch.GetTimestamp();
        var judging = stage.RunAsync(run.Exchange, run.Token);
        return judging.IsCompletedSuccessfully ? new(Note(run, stage, started, judging.Result)) : WaitAsync(run, stage, started, judging);
    }

    private async ValueTask<Refusal?> WaitAsync(ExchangeRun run, IStage stage, long started, ValueTask<StageOutcome> judging)
    {
        var outcome = judging.IsCompleted || !MayHold(stage)
            ? await judging.ConfigureAwait(false)
            : await run.HoldAsync(judging.AsTask(), isApproval: ReferenceEquals(stage, parts.Approve)).ConfigureAwait(false);
        return Note(run, stage, started, outcome);
    }

    private Refusal? Note(ExchangeRun run, IStage stage, long started, in StageOutcome outcome)
    {
        parts.Measures.Record(stage.Name, started);
        run.Exchange.Record.Check(stage.Name, outcome.Refusal is null);
        return outcome.Refusal;
    }

    // A rule or an approval may take as long as a person does. Every other stage waits only for machines, each with its own limit.
    private bool MayHold(IStage stage) => ReferenceEquals(stage, parts.InspectRequest) || ReferenceEquals(stage, parts.Approve);
}
