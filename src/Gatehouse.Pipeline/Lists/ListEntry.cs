using Gatehouse.Pipeline.Schemas;
using Gatehouse.Pipeline.Uris;

namespace Gatehouse.Pipeline.Lists;

/// <summary>One entry of a server's list in its original bytes.</summary>
/// <param name="Name">Name of a tool or prompt, URI of a resource, or URI template.</param>
/// <param name="Json">The entry as the server wrote it.</param>
/// <param name="Digest">SHA-256 of <paramref name="Json"/>.</param>
public sealed record ListEntry(string Name, ReadOnlyMemory<byte> Json, ReadOnlyMemory<byte> Digest)
{
    /// <summary>True when the server's list has a different entry of this name: it is unknown which of them a call would reach.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>The definition that a call of the tool is checked against; null for other kinds.</summary>
    public ToolDefinition? Tool { get; init; }

    /// <summary>The definition that a request for the prompt is checked against; null for other kinds.</summary>
    public PromptDefinition? Prompt { get; init; }

    /// <summary>The URIs that a template can produce; null for other kinds.</summary>
    public UriTemplateShape? Shape { get; init; }
}
