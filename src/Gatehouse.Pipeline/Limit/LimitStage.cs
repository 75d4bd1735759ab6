using Gatehouse.Audit;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Limit;

/// <summary>
/// Has the caller asked for too much? Comes after the decision, so that nobody is charged for what is refused or for what
/// somebody else says in her name, and before what costs most (EX-03, H18).
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
    /// All but a client's answer, of which there is one for each question of a server, and the end of a session: to refuse
    /// either would keep something open.
    /// </summary>
    public static bool Counts(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return exchange.Message is { } message
            ? message.Kind is MessageKind.Request or MessageKind.Notification
            : exchange.Intent != ExchangeIntent.EndSession;
    }
}
