using System.Globalization;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Catalogue;

/// <summary>Asks a server what it speaks and which tools it has. Bounded in pages, tools and time.</summary>
internal sealed class CatalogueFetcher(
    ServerSettings server, SnapshotHolder snapshots, Func<ServerSettings, IUpstream> upstreams, TimeProvider time)
{
    private const int MaxPages = 100;
    private const int MaxTools = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(1);

    /// <summary>G19: <c>server/discover</c> first, the old handshake on any answer that is not a modern one.</summary>
    public async ValueTask<UpstreamProfile> ProbeAsync(CancellationToken cancellation)
    {
        var discovered = await DiscoverAsync(cancellation).ConfigureAwait(false);
        var modern = discovered.Where(r => ProtocolRevision.TryParse(r, out var known) && known.IsModern).ToArray();
        var legacy = discovered.Where(r => ProtocolRevision.TryParse(r, out var known) && !known.IsModern).ToArray();
        if (modern.Length > 0) return new UpstreamProfile(modern, legacy);
        return new UpstreamProfile([], await HandshakeAsync(cancellation).ConfigureAwait(false) is { } spoken ? [spoken] : []);
    }

    /// <summary>All pages of <c>tools/list</c>.</summary>
    public async ValueTask<ToolSet> FetchToolsAsync(CancellationToken cancellation)
    {
        var tools = new Dictionary<string, ToolDefinition>(StringComparer.Ordinal);
        var life = LongestLife;
        var cursor = ReadOnlyMemory<byte>.Empty;
        for (var page = 0; page < MaxPages; page++)
        {
            var answer = await AskAsync(GatewayQuestion.Modern(snapshots.Current, server, "tools/list", cursor.Span, time), Patience, cancellation).ConfigureAwait(false);
            if (answer is not { Kind: MessageKind.Result } || !answer.IsArray(Slot.ResultTools))
                throw new RefusalException(Reasons.UpstreamFault, "tools/list");
            Read(answer, tools);
            life = Shorter(life, answer);
            if (!answer.IsString(Slot.ResultNextCursor) || tools.Count >= MaxTools) return new ToolSet(tools, life);
            cursor = answer.Raw(Slot.ResultNextCursor).ToArray();
        }

        return new ToolSet(tools, life);
    }

    private async ValueTask<IReadOnlyList<string>> DiscoverAsync(CancellationToken cancellation)
    {
        try
        {
            var question = GatewayQuestion.Modern(snapshots.Current, server, "server/discover", default, time);
            var answer = await AskAsync(question, ProbePatience, cancellation).ConfigureAwait(false);
            return answer switch
            {
                { Kind: MessageKind.Result } => Revisions(answer, answer.Range(Slot.ResultSupportedVersions)),
                { Kind: MessageKind.Error } => RevisionsOfRefusal(answer),
                _ => [],
            };
        }
        catch (RefusalException e) when (e.Refusal.Reason != Reasons.UpstreamUnreachable && e.Refusal.Reason != Reasons.DestinationRefused)
        {
            return [];
        }
    }

    private async ValueTask<string?> HandshakeAsync(CancellationToken cancellation)
    {
        var question = GatewayQuestion.Initialize(snapshots.Current, server, time);
        var reply = await upstreams(server).SendAsync(question, cancellation).ConfigureAwait(false);
        await using (reply.ConfigureAwait(false))
        {
            var answer = await FinalAsync(reply, cancellation).ConfigureAwait(false);
            await EndSessionAsync(reply, cancellation).ConfigureAwait(false);
            return answer is { Kind: MessageKind.Result } ? answer.Text(Slot.ResultProtocolVersion) : null;
        }
    }

    private async ValueTask EndSessionAsync(IUpstreamReply reply, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(reply.SessionId)) return;
        var now = time.GetUtcNow();
        var session = new SessionBinding("gateway", reply.SessionId, ProtocolRevision.V20251125, ClientCapabilities.None, now, now) { Live = new LiveSession() };
        var end = new Exchange(snapshots.Current, new VerbOnlyHead("DELETE"), null, time) { Server = server, Session = session };
        try
        {
            var ended = await upstreams(server).SendAsync(end, cancellation).ConfigureAwait(false);
            await ended.DisposeAsync().ConfigureAwait(false);
        }
        catch (RefusalException)
        {
            // A server that keeps the probe's session lets it expire.
        }
    }

    private async ValueTask<ProvenMessage?> AskAsync(Exchange question, TimeSpan patience, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = time.CreateTimer(_ => limited.Cancel(), null, patience, Timeout.InfiniteTimeSpan);
        try
        {
            var reply = await upstreams(server).SendAsync(question, limited.Token).ConfigureAwait(false);
            await using (reply.ConfigureAwait(false))
                return await FinalAsync(reply, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RefusalException(Reasons.UpstreamTimeout, question.Message?.Method, e);
        }
    }

    private static async ValueTask<ProvenMessage?> FinalAsync(IUpstreamReply reply, CancellationToken cancellation)
    {
        while (await reply.NextAsync(cancellation).ConfigureAwait(false) is { } item)
        {
            if (item.Message is { Kind: MessageKind.Result or MessageKind.Error } answer) return answer;
        }

        return null;
    }

    // T10: a server that does not take our revision names those it takes.
    private static List<string> RevisionsOfRefusal(ProvenMessage answer)
    {
        var bytes = answer.Bytes.Span;
        return answer.Raw(Slot.ErrorCode).SequenceEqual("-32022"u8)
            && answer.IsObject(Slot.ErrorData)
            && JsonWalk.TryFindMember(bytes, answer.Range(Slot.ErrorData), "supported"u8, out var supported)
                ? Revisions(answer, supported)
                : [];
    }

    private static List<string> Revisions(ProvenMessage answer, ByteRange list)
    {
        List<string> revisions = [];
        var bytes = answer.Bytes.Span;
        if (list.IsAbsent || bytes[list.Start] != (byte)'[') return revisions;
        foreach (var element in JsonWalk.Elements(bytes, list))
        {
            if (JsonWalk.String(bytes, element) is { } revision) revisions.Add(revision);
        }

        return revisions;
    }

    private static void Read(ProvenMessage answer, Dictionary<string, ToolDefinition> tools)
    {
        var bytes = answer.Bytes.Span;
        foreach (var tool in JsonWalk.Elements(bytes, answer.Range(Slot.ResultTools)))
        {
            if (bytes[tool.Start] != (byte)'{' || !JsonWalk.TryFindMember(bytes, tool, "name"u8, out var nameRange)) continue;
            if (JsonWalk.String(bytes, nameRange) is not { } name) continue;
            var schema = JsonWalk.TryFindMember(bytes, tool, "inputSchema"u8, out var range) ? range.Of(bytes).ToArray() : "{}"u8.ToArray();
            var valid = ToolParameterHeaders.TryRead(schema, out var headers, out var reason);
            tools[name] = new ToolDefinition(name, valid ? headers : [], reason);
        }
    }

    private static TimeSpan Shorter(TimeSpan life, ProvenMessage answer)
    {
        if (!answer.Has(Slot.ResultTtlMs)
            || !long.TryParse(answer.Raw(Slot.ResultTtlMs), NumberStyles.None, CultureInfo.InvariantCulture, out var ms))
        {
            return life;
        }

        var told = TimeSpan.FromMilliseconds(Math.Min(ms, (long)LongestLife.TotalMilliseconds));
        return told < ShortestLife ? ShortestLife : told < life ? told : life;
    }
}
