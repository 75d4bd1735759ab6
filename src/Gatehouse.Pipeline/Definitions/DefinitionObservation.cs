using Gatehouse.Identity.Partitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>Who sees definitions, and when.</summary>
/// <param name="At">When.</param>
/// <param name="Caller">The caller whose authorization decides what a server shows; null where all callers are shown the same.</param>
public readonly record struct DefinitionObservation(DateTimeOffset At, CallerPartition? Caller = null)
{
    /// <summary>The part of a common bound that the caller gets, in percent.</summary>
    public int CallerShare { get; init; } = 100;

    /// <summary>The sight of an exchange. In the modern era a list belongs to no caller's session, so it is the same for all.</summary>
    public static DefinitionObservation Of(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var isOwn = exchange.Server.Lists.ByCaller && !exchange.IsModern && exchange.Subject is not null;
        return new DefinitionObservation(exchange.Record.Now, isOwn ? CallerPartition.Of(exchange.Subject!.Issuer, exchange.Subject.Subject) : null)
        {
            CallerShare = exchange.Snapshot.Settings.Limits.CallerShare,
        };
    }
}
