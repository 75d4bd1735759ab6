using Gatehouse.Pipeline.Configuration;

namespace Gatehouse.Pipeline;

/// <summary>
/// What is known of each server: revisions and tool definitions, fetched with the gateway's own credential, aged and
/// bounded (design rule 10).
/// </summary>
public interface ICatalogue
{
    /// <summary>The revisions of the server.</summary>
    /// <exception cref="RefusalException">The server cannot be reached.</exception>
    ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, CancellationToken cancellation);

    /// <summary>The definition of a tool of a modern server; null when the server has no such tool.</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.DefinitionMissing"/>: a check that needs a definition and has none refuses.</exception>
    ValueTask<ToolDefinition?> FindToolAsync(ServerSettings server, string name, CancellationToken cancellation);

    /// <summary>The server said that its tools changed: what is known of them is stale.</summary>
    void ToolsChanged(ServerSettings server);
}
