using Gatehouse.Identity.Partitions;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>Definitions of one kind that are trusted because they were seen first.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Source">The server's source, in one line.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Definitions">The definitions with their digests; an empty list is also an observation.</param>
/// <param name="At">Time of the observation.</param>
public sealed record FirstUseRecord(string Server, string Source, DefinitionKind Kind,
    IReadOnlyList<(ServerDefinition Definition, string Digest)> Definitions, DateTimeOffset At)
{
    /// <summary>The only caller that they are trusted for; null for all callers.</summary>
    public CallerPartition? Caller { get; init; }

    /// <summary>True when they were added to a kind that was seen before, on a server whose lists grow.</summary>
    public bool IsGrowth { get; init; }
}
