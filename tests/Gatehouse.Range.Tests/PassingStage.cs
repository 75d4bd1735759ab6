using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Tests;

/// <summary>A stage that lets everything pass.</summary>
internal sealed class PassingStage(string name) : IInspectRequestStage, IApproveStage
{
    public string Name => name;

    public IReadOnlyList<IRequestRule> Rules => [];

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation) => ValueTask.FromResult(StageOutcome.Continue);

    public ValueTask<Refusal?> JudgeAgainAsync(Exchange exchange, bool isReleased, CancellationToken cancellation) => default;

    public ValueTask<Refusal?> CommitAsync(Exchange exchange, CancellationToken cancellation) => default;
}
