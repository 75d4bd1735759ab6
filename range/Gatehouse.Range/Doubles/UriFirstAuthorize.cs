using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An authorize stage that takes a reference for a resource as soon as it has a URI, whatever its type says.</summary>
internal sealed class UriFirstAuthorize(string permitted) : IStage
{
    public string Name => "authorize";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation) => ValueTask.FromResult(
        exchange.Message is not { Method: "completion/complete" } message
            || message.Text(EnvelopeMember.ParamsRefUri)?.StartsWith(permitted, StringComparison.Ordinal) == true
            ? StageOutcome.Continue
            : StageOutcome.Deny(Reasons.NotPermitted));
}
