using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;

namespace Gatehouse.Range;

/// <summary>A catalogue for twins that check no definition: every server speaks everything and has every tool.</summary>
internal sealed class BlankCatalogue : ICatalogue
{
    public ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, CancellationToken cancellation) =>
        ValueTask.FromResult(new UpstreamProfile(["2026-07-28"], ["2025-11-25"]));

    public ValueTask<ToolDefinition?> FindToolAsync(ServerSettings server, string name, CancellationToken cancellation) =>
        ValueTask.FromResult<ToolDefinition?>(new ToolDefinition(name, [], null));

    public void ToolsChanged(ServerSettings server)
    {
    }
}
