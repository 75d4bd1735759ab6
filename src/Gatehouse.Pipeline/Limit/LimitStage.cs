using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Limit;

/// <summary>
/// The stage that enforces the limits. It comes after the decision, so that no caller is charged for a refused request or for one that another party
/// sends under the caller's name, and before the most expensive work (EX-03, H18).
/// </summary>
public sealed class LimitStage(IQuotas quotas) : IStage
{
    /// <inheritdoc />
    public string Name => "limit";

    /// <inheritdoc />
    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (!Counts(exchange)) return StageOutcome.Continue;
        if (await quotas.ChargeAsync(exchange).ConfigureAwait(false) is { } refusal)
        {
            exchange.Record.Add(new AuditPart(AuditPartKind.Limit, AuditOutcome.Deny, refusal.Reason.Slug, refusal.Detail));
            return StageOutcome.Deny(refusal);
        }

        exchange.IsCharged = true;
        return StageOutcome.Continue;
    }

    /// <summary>
    /// Tells whether the exchange counts. Two kinds do not: a client's answer, of which there is one for each question of a server, and the end of a
    /// session. To refuse either would keep something open.
    /// </summary>
    public static bool Counts(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return exchange.Message is { } message
            ? message.Kind is MessageKind.Request or MessageKind.Notification
            : exchange.Intent != ExchangeIntent.EndSession;
    }
}
