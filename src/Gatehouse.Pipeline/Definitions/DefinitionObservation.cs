using Gatehouse.Identity.Partitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>The caller and time of an observation of definitions.</summary>
/// <param name="At">The time.</param>
/// <param name="Caller">The caller whose authorization decides what a server shows; null when all callers see the same.</param>
public readonly record struct DefinitionObservation(DateTimeOffset At, CallerPartition? Caller = null)
{
    /// <summary>The part of a shared bound that the caller gets, in percent.</summary>
    public int CallerShare { get; init; } = 100;

    /// <summary>Returns the observation of an exchange. In the modern era a list belongs to no caller's session, so it is the same for all.</summary>
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
