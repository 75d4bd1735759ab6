using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Protocol;

namespace Gatehouse.Range.Doubles;

/// <summary>A rule, for messages in either direction, that lets each of them pass.</summary>
/// <param name="name">Slug of the rule in whose place it is.</param>
internal sealed class PassingRule(string name) : IRequestRule, IResponseRule
{
    public string Name => name;

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        ValueTask.FromResult(RuleVerdict.Pass);
}
