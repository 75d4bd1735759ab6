using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.Bench.Micro;

/// <summary>A server that is known.</summary>
/// <param name="tool">Its tool; null for one that declares nothing.</param>
internal sealed class FixedCatalogue(ToolDefinition? tool = null) : ICatalogue
{
    private readonly ServerList list = new(
        ListKind.Tools, [new ListEntry("r200", "{\"name\":\"r200\"}"u8.ToArray(), new byte[32])
            { Tool = tool ?? new ToolDefinition("r200", [], null) }], new byte[32]);

    private static readonly UpstreamProfile Profile = new(["2026-07-28"], []);

    public ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation) =>
        ValueTask.FromResult(Profile);

    public ValueTask<bool> IssuesSessionsAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation) =>
        ValueTask.FromResult(false);

    public void BeganSession(ServerSettings server)
    {
    }

    public ValueTask<ServerList> ListAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) => ValueTask.FromResult(list);

    public ValueTask<ServerList> RenewAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) => ValueTask.FromResult(list);

    public ServerList? Known(Exchange exchange, ListKind kind) => list;

    public void Changed(ServerSettings server, ListKind kind)
    {
    }
}
