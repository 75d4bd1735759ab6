namespace Gatehouse.Pipeline;

/// <summary>What the gateway needs to know of a prompt to check a request for it.</summary>
/// <param name="Required">Names of the arguments that must be there, as UTF-8.</param>
public sealed record PromptDefinition(IReadOnlyList<ReadOnlyMemory<byte>> Required);
