using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Protocol;

namespace Gatehouse.Bench.Micro;

/// <summary>The place of the inspection of texts, where its cost is measured by leaving it out. No gateway can be configured so.</summary>
internal sealed class NoTextRule : IResponseRule
{
    public string Name => "texts";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) => new(RuleVerdict.Pass);
}
