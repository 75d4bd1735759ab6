using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Doubles;

/// <summary>An authorize stage that permits everything, and fills in the template of a completion however long it becomes.</summary>
internal sealed class FillingAuthorize(Canary canary) : IStage
{
    public string Name => "authorize";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (exchange.Message is { } message) TemplateFilling.Note(canary, message.Bytes.Span);
        return ValueTask.FromResult(StageOutcome.Continue);
    }
}
