namespace Gatehouse.Pipeline.Schemas;

/// <summary>The facts about a prompt that the gateway needs to check a request for it.</summary>
/// <param name="Required">Names of the required arguments.</param>
public sealed record PromptDefinition(IReadOnlyList<string> Required);
