using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An authorize stage that asks whether the tool is permitted anywhere.</summary>
internal sealed class AnyServerAuthorize : IStage
{
    public string Name => "authorize";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        AnyDefinition.GiveTo(exchange);
        if (exchange.Message is not { Method: "tools/call" } message) return ValueTask.FromResult(StageOutcome.Continue);
        var name = message.Text(EnvelopeMember.ParamsName);
        var permitted = exchange.Snapshot.Settings.Servers.Any(
            server => exchange.Snapshot.Policy.Decide(exchange.Subject!, PolicyTargets.Tool(server.Name, name)).IsPermitted);
        return ValueTask.FromResult(permitted ? StageOutcome.Continue : StageOutcome.Deny(Reasons.NotPermitted));
    }
}
