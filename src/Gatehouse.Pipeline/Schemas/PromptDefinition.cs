namespace Gatehouse.Pipeline.Schemas;

/// <summary>The facts about a prompt that the gateway needs to check a request for it.</summary>
/// <param name="Required">Names of the required arguments, as UTF-8.</param>
public sealed record PromptDefinition(IReadOnlyList<ReadOnlyMemory<byte>> Required);
