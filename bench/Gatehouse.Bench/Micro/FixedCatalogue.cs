using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Listing;

namespace Gatehouse.Bench.Micro;

/// <summary>A server that is known.</summary>
internal sealed class FixedCatalogue : ICatalogue
{
    private static readonly ServerList List = new(
        ListKind.Tools, [new ListEntry("r200", "{\"name\":\"r200\"}"u8.ToArray(), new byte[32]) { Tool = new ToolDefinition("r200", [], null) }], new byte[32]);

    private static readonly UpstreamProfile Profile = new(["2026-07-28"], []);

    public ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, CancellationToken cancellation) => ValueTask.FromResult(Profile);

    public ValueTask<ServerList> ListAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) => ValueTask.FromResult(List);

    public ValueTask<ServerList> RenewAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) => ValueTask.FromResult(List);

    public ServerList? Known(Exchange exchange, ListKind kind) => List;

    public void Changed(ServerSettings server, ListKind kind)
    {
    }
}
