using Gatehouse.Gateway.Access;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The right of exchanges under way, by the newest snapshot (design rule 7). A stream whose server, issuer or scope is gone, or whose caller the new
/// policy does not know, is closed. A stream that stays decides each message by the rules under which it is relayed.
/// </summary>
internal sealed class StreamRights(SnapshotHolder snapshots, ICallerAuthentication callers, TimeProvider time) : IExchangeRights
{
    /// <inheritdoc />
    public bool MayStay(Exchange exchange) => callers.MayStay(snapshots.Current, exchange);

    /// <inheritdoc />
    public bool HasLostRight(Exchange exchange)
    {
        var snapshot = snapshots.Current;
        if (!callers.MayStay(snapshot, exchange) || HasLostAccess(snapshot, exchange)) return true;
        // An external decision under the previous configuration does not count, and there is no time to request another.
        return snapshot.DecidesAlone
            ? !snapshot.Policy.Decide(exchange.Subject!, Presence(exchange)).IsPermitted
            : exchange.Snapshot.Generation != snapshot.Generation;
    }

    /// <summary>Ends the streams that depend on a right that has ended: those of the person at the servers of the rule.</summary>
    /// <returns>The number of streams.</returns>
    public int EndOfAccess(ExchangeRegistry registry, AccessRight right)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var snapshot = snapshots.Current;
        var servers = snapshot.Policy.Rules.FirstOrDefault(rule => rule.Id == right.Rule)?.Servers;
        return registry.EndStreams(exchange => exchange.Subject is { } caller && caller.Issuer == right.Issuer && caller.Subject == right.Subject
            && (servers?.Contains(exchange.Server.Name) ?? true));
    }

    /// <summary>Ends the streams that have no right under a new snapshot.</summary>
    public async Task EndWithoutRightAsync(ExchangeRegistry registry, GatewaySnapshot snapshot)
    {
        if (snapshot.DecidesAlone)
        {
            registry.EndStreams(HasLostRight);
            return;
        }

        // In parallel: a slow decision point must not delay the reload once for each stream (AZ-06).
        var streams = registry.Streams();
        var stay = await Task.WhenAll(streams.Select(exchange => MayStayAsync(snapshot, exchange))).ConfigureAwait(false);
        var ending = streams.Where((_, at) => !stay[at]).ToHashSet();
        registry.EndStreams(ending.Contains);
    }

    // A stream that a right for a time admitted, and that enters after the right has ended.
    private static bool HasLostAccess(GatewaySnapshot snapshot, Exchange exchange) =>
        exchange.Decision?.RuleId is { } rule && !snapshot.Policy.HasAccess(exchange.Subject!, rule);

    private async Task<bool> MayStayAsync(GatewaySnapshot snapshot, Exchange exchange) =>
        callers.MayStay(snapshot, exchange) && !HasLostAccess(snapshot, exchange)
            && (await snapshot.Decisions.DecideAsync(exchange.Subject!, Presence(exchange), default).ConfigureAwait(false)).IsPermitted;

    private PolicyRequest Presence(Exchange exchange) =>
        PolicyTargets.Presence(exchange.Server.Name, "ping", time.GetUtcNow()) with { Revision = exchange.Revision?.Text };
}
