using Gatehouse.Identity.Partitions;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>Definitions of one kind that are trusted because they were seen first.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Source">Where it came from, in one line.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Definitions">The definitions with their digests; none is an answer too.</param>
/// <param name="At">When.</param>
public sealed record FirstUseRecord(string Server, string Source, DefinitionKind Kind,
    IReadOnlyList<(ServerDefinition Definition, string Digest)> Definitions, DateTimeOffset At)
{
    /// <summary>The caller to whose authorization alone they belong; null for all callers.</summary>
    public CallerPartition? Caller { get; init; }

    /// <summary>True when they were added to a kind that was seen before, on a server whose lists grow.</summary>
    public bool IsGrowth { get; init; }
}
