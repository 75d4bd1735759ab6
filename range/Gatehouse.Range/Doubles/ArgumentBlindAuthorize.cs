using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An authorize stage that decides about the tool and forgets what it is called with.</summary>
internal sealed class ArgumentBlindAuthorize : IStage
{
    public string Name => "authorize";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        AnyDefinition.GiveTo(exchange);
        if (exchange.Message is not { Method: "tools/call" } message) return ValueTask.FromResult(StageOutcome.Continue);
        var request = PolicyTargets.Tool(exchange.Server.Name, message.Text(EnvelopeMember.ParamsName)) with { OpenArguments = true };
        var permitted = exchange.Snapshot.Policy.Decide(exchange.Subject!, request).IsPermitted;
        return ValueTask.FromResult(permitted ? StageOutcome.Continue : StageOutcome.Deny(Reasons.NotPermitted));
    }
}
