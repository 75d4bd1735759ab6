using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.Bench.Micro;

/// <summary>A catalogue that knows one list.</summary>
internal sealed class OneList(ServerList list) : ICatalogue
{
    public ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation) =>
        ValueTask.FromResult(new UpstreamProfile(["2026-07-28"], []));

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
