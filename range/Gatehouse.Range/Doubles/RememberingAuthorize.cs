using System.Collections.Concurrent;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Range.Doubles;

/// <summary>An authorize stage that asks once for each caller and thing, and remembers what it was told.</summary>
internal sealed class RememberingAuthorize(IStage policy) : IStage
{
    private readonly ConcurrentDictionary<(string Person, string? Method, string? Name), StageOutcome> remembered = new();

    public string Name => "authorize";

    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        var what = (exchange.Caller.Subject, exchange.Record.Method, exchange.Record.Name);
        AnyDefinition.GiveTo(exchange);
        if (remembered.TryGetValue(what, out var known)) return known;
        return remembered[what] = await policy.RunAsync(exchange, cancellation).ConfigureAwait(false);
    }
}
