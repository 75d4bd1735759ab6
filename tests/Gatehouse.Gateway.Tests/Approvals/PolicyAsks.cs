using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Writing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>The decision of the gateway, and in addition the question that a rule of its policy asks about every call of a tool.</summary>
internal sealed class PolicyAsks(IStage real, string rule, ApprovalTerms terms) : IStage
{
    public string Name => real.Name;

    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        var outcome = await real.RunAsync(exchange, cancellation);
        var asks = exchange.Snapshot.Policy.Rules.FirstOrDefault(one => one.Id == rule);
        exchange.PolicyQuestions = asks is not null && exchange.Message?.Method == "tools/call"
            ? [new ApprovalQuestion(rule, "approval") { Terms = terms, RuleText = RuleText.Of(asks) }] : [];
        return outcome;
    }
}
