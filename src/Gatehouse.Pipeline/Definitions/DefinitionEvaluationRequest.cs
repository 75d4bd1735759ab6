using Gatehouse.Identity.Partitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>The question to a definition policy.</summary>
/// <param name="Server">The server of the definition.</param>
/// <param name="Definition">The definition in validated bytes; its texts can be listed (<see cref="ReadableTexts.CanList"/>).</param>
/// <param name="Digest">Its canonical digest, without texts that may change.</param>
/// <param name="At">The time of the question.</param>
public readonly record struct DefinitionEvaluationRequest(ServerSettings Server, ServerDefinition Definition, string Digest, DateTimeOffset At)
{
    /// <summary>True when the server's list has a different definition of the same name.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>The caller whose authorization decides what the server shows; null when all callers see the same.</summary>
    public CallerPartition? Caller { get; init; }
}
