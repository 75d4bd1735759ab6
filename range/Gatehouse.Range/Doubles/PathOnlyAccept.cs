using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An accept stage that looks at the path and at nothing else.</summary>
internal sealed class PathOnlyAccept : IStage
{
    public string Name => "accept";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (exchange.Snapshot.Settings.Servers.FirstOrDefault(s => s.Path == exchange.Head.Path) is not { } server)
            return ValueTask.FromResult(StageOutcome.Deny(Reasons.UnknownPath));
        exchange.Server = server;
        return ValueTask.FromResult(StageOutcome.Continue);
    }
}
