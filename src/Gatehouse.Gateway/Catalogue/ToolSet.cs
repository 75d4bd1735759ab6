using Gatehouse.Pipeline;

namespace Gatehouse.Gateway.Catalogue;

/// <summary>The tools of a server at one time.</summary>
/// <param name="ByName">Definitions by name.</param>
/// <param name="Life">How long they serve, from the server's <c>ttlMs</c> within our bounds.</param>
internal sealed record ToolSet(IReadOnlyDictionary<string, ToolDefinition> ByName, TimeSpan Life);
