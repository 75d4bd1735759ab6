using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Range.Doubles;

/// <summary>A catalogue that shows whatever a server lists, as often as it lists it, as many hosts do.</summary>
internal sealed class LastWinsCatalogue(IUpstream upstream) : ICatalogue
{
    public ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation) =>
        ValueTask.FromResult(new UpstreamProfile(["2026-07-28"], ["2025-11-25"]));

    public ValueTask<bool> IssuesSessionsAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation) =>
        ValueTask.FromResult(false);

    public void BeganSession(ServerSettings server)
    {
    }

    public async ValueTask<ServerList> ListAsync(Exchange exchange, ListKind kind, CancellationToken cancellation)
    {
        await using var reply = await upstream.SendAsync(ForwardedRequest.Of(exchange), cancellation).ConfigureAwait(false);
        var answer = (await reply.NextAsync(cancellation).ConfigureAwait(false))?.Message ?? throw new RefusalException(Reasons.UpstreamEnded);
        List<ListEntry> entries = [];
        // an own name for each, so that none is the other
        foreach (var range in JsonWalk.Elements(answer.Bytes.Span, answer.Range(ListKinds.Entries(kind))))
            entries.Add(new ListEntry($"entry {entries.Count}", range.Of(answer.Bytes.Span).ToArray(), new byte[32]));
        return new ServerList(kind, entries, new byte[32]);
    }

    public ValueTask<ServerList> RenewAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) =>
        ListAsync(exchange, kind, cancellation);

    public ServerList? Known(Exchange exchange, ListKind kind) => null;

    public void Changed(ServerSettings server, ListKind kind)
    {
    }
}
