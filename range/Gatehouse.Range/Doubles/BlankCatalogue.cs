using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.Range.Doubles;

/// <summary>A catalogue for twins that check no definition: every server speaks everything and has every tool.</summary>
internal sealed class BlankCatalogue : ICatalogue
{
    public ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation) =>
        ValueTask.FromResult(new UpstreamProfile(["2026-07-28"], ["2025-11-25"]));

    public ValueTask<bool> IssuesSessionsAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation) =>
        ValueTask.FromResult(false);

    public void BeganSession(ServerSettings server)
    {
    }

    public ValueTask<ServerList> ListAsync(Exchange exchange, ListKind kind, CancellationToken cancellation)
    {
        var name = exchange.Message?.Text(Protocol.EnvelopeMember.ParamsName) ?? "";
        return ValueTask.FromResult(
            new ServerList(kind, [new ListEntry(name, "{}"u8.ToArray(), new byte[32]) { Tool = new ToolDefinition(name, [], null) }], new byte[32]));
    }

    public ValueTask<ServerList> RenewAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) =>
        ListAsync(exchange, kind, cancellation);

    public ServerList? Known(Exchange exchange, ListKind kind) => null;

    public void Changed(ServerSettings server, ListKind kind)
    {
    }
}
