using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Range.Doubles;

/// <summary>An authorize stage that judges what calls itself JSON, letter by letter, and lets the rest pass as none of its business.</summary>
internal sealed class TypeSensitiveAuthorize : IStage
{
    private readonly AuthorizeStage policy = new(new BlankCatalogue());

    public string Name => "authorize";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        AnyDefinition.GiveTo(exchange);
        return exchange.Head.Single(RequestHeader.ContentType) == "application/json"
            ? policy.RunAsync(exchange, cancellation) : ValueTask.FromResult(StageOutcome.Continue);
    }
}
