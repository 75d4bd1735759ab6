using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;

namespace Gatehouse.Bench.Micro;

/// <summary>A server that is known.</summary>
internal sealed class FixedCatalogue : ICatalogue
{
    private static readonly UpstreamProfile Profile = new(["2026-07-28"], []);

    public ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, CancellationToken cancellation) => ValueTask.FromResult(Profile);

    public ValueTask<ToolDefinition?> FindToolAsync(ServerSettings server, string name, CancellationToken cancellation) =>
        ValueTask.FromResult<ToolDefinition?>(new ToolDefinition(name, [], null));

    public void ToolsChanged(ServerSettings server)
    {
    }
}
