using Gatehouse.Identity.Partitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>The caller and time of an observation of definitions.</summary>
/// <param name="At">The time.</param>
/// <param name="Caller">The caller whose authorization decides what a server shows; null when all callers see the same.</param>
public readonly record struct DefinitionObservation(DateTimeOffset At, CallerPartition? Caller = null)
{
    /// <summary>The part of a shared bound that the caller gets, in percent.</summary>
    public int CallerShare { get; init; } = 100;
}
