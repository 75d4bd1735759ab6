using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>
/// The decisions about an exchange after its first one: its message was changed, or it waited while rights, rules or containments may have changed.
/// </summary>
internal sealed class LaterDecisions(PipelineParts parts, IExchangeRegistry registry, StageRunner stages)
{
    /// <summary>
    /// Runs authorize once more. It may have found another definition, of another tool or of the newest catalogue: the rules for the form of the
    /// message apply to that definition. To a message that a person released under an earlier configuration, the rules for its content apply as well.
    /// </summary>
    /// <returns>The reason why the exchange ends; null when it continues.</returns>
    public async ValueTask<Refusal?> AuthorizeAsync(ExchangeRun run, bool isReleased) =>
        await stages.RunAsync(run, parts.Authorize).ConfigureAwait(false)
            ?? await parts.InspectRequest.JudgeAgainAsync(run.Exchange, isReleased, run.Token).ConfigureAwait(false);

    /// <summary>
    /// Decides by the newest snapshot (design rule 7). The threat: a right that was withdrawn while the exchange was held is used (CWE-367).
    /// </summary>
    /// <returns>The reason why the exchange ends; null when it continues.</returns>
    public async ValueTask<Refusal?> ByNewestAsync(ExchangeRun run, bool isReleased)
    {
        var (exchange, newest) = (run.Exchange, parts.Snapshots.Current);
        var isChanged = newest.Generation != exchange.Snapshot.Generation;
        if (!exchange.TryAdopt(newest) || !registry.MayContinue(exchange)) return new Refusal(Reasons.RightWithdrawn, "while it was held");
        return await AuthorizeAsync(run, isReleased && isChanged).ConfigureAwait(false);
    }

    /// <summary>
    /// Decides by the containments of now (IR-01). An exchange keeps the snapshot that it began with, and the rules of a containment forbid more than
    /// its names say, so that a request is also decided by the newest snapshot. The register is asked last.
    /// </summary>
    /// <returns>The reason why the exchange ends; null when it continues.</returns>
    public ValueTask<Refusal?> OnContainment(ExchangeRun run)
    {
        var exchange = run.Exchange;
        return parts.Containments.IsAny && exchange.Message is { Kind: MessageKind.Request }
            && parts.Snapshots.Current.Generation != exchange.Snapshot.Generation
            ? ByNewestAndContainmentAsync(run) : new(Find(exchange));
    }

    private async ValueTask<Refusal?> ByNewestAndContainmentAsync(ExchangeRun run) =>
        await ByNewestAsync(run, isReleased: false).ConfigureAwait(false) ?? Find(run.Exchange);

    private Refusal? Find(Exchange exchange) =>
        parts.Containments.Find(exchange) is { } containment ? new Refusal(Reasons.Contained, containment) : null;
}
