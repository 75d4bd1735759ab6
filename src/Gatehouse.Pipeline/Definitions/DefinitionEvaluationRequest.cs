using Gatehouse.Identity.Partitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>What a judge is asked about.</summary>
/// <param name="Server">The server whose definition it is.</param>
/// <param name="Definition">The definition in validated bytes; its texts can be listed (<see cref="ReadableTexts.CanList"/>).</param>
/// <param name="Digest">Its canonical digest, without regard to texts that may change.</param>
/// <param name="At">The time of the question.</param>
public readonly record struct DefinitionEvaluationRequest(ServerSettings Server, ServerDefinition Definition, string Digest, DateTimeOffset At)
{
    /// <summary>True when the server's list has another definition of the same name that is not the same one.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>The caller whose authorization decides what the server shows; null where all callers are shown the same.</summary>
    public CallerPartition? Caller { get; init; }
}
