using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>A fetcher of a server's revisions and lists. Bounded in pages, entries, bytes and time.</summary>
internal sealed class CatalogueFetcher(
    ServerSettings server, SnapshotHolder snapshots, Func<ServerSettings, IUpstream> upstreams, TimeProvider time)
{
    private readonly SchemaCache schemas = new();

    private const ClientCapabilities Everything =
        ClientCapabilities.Sampling | ClientCapabilities.SamplingTools | ClientCapabilities.Elicitation | ClientCapabilities.UrlElicitation
            | ClientCapabilities.Roots;

    private const int MaxPages = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(5);

    private LimitSettings Limits => snapshots.Current.Settings.Limits;

    /// <summary>Returns the process whose lists belong only to the asker; null when the server has no such process.</summary>
    public object? OwnProcess(Exchange asker) => server.Stdio is null ? null : upstreams(server).OwnProcess(asker.Subject);

    /// <summary>
    /// Asks for the server's revisions (G19), for a caller where the server's credential is that of callers: <c>server/discover</c> first, then the
    /// legacy handshake on any answer that is not a modern one.
    /// </summary>
    public async ValueTask<UpstreamProfile> ProbeAsync(PolicySubject? on, CancellationToken cancellation)
    {
        var (discovered, declared) = await DiscoverAsync(on, cancellation).ConfigureAwait(false);
        var modern = discovered.Where(r => ProtocolRevision.TryParse(r, out var known) && known.IsModern).ToArray();
        var legacy = discovered.Where(r => ProtocolRevision.TryParse(r, out var known) && !known.IsModern).ToArray();
        if (modern.Length > 0) return new UpstreamProfile(modern, legacy) { Declared = declared };
        var (spoken, begins) = await HandshakeAsync(on, cancellation).ConfigureAwait(false);
        return new UpstreamProfile([], spoken is not null ? [spoken] : []) { IssuesSessions = begins };
    }

    /// <summary>
    /// Tells whether the server answers the handshake of the legacy era with a session id. False for a server that does not answer the handshake.
    /// </summary>
    public async ValueTask<bool> BeginsSessionsAsync(PolicySubject? on, CancellationToken cancellation) =>
        (await HandshakeAsync(on, cancellation).ConfigureAwait(false)).Begins;

    /// <summary>Fetches all pages of a list, in the asker's era and, if there is one, in its session.</summary>
    /// <exception cref="RefusalException">The list cannot be fetched, or is larger than the bound.</exception>
    public async ValueTask<ServerList> FetchAsync(CatalogueRequester asker, ListKind kind, CancellationToken cancellation)
    {
        using var limited = new TimeLimit(Patience, time, cancellation);
        try
        {
            return await FetchPagesAsync(asker, kind, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RefusalException(Reasons.UpstreamTimeout, ListKinds.Method(kind), e);
        }
    }

    private async ValueTask<ServerList> FetchPagesAsync(CatalogueRequester asker, ListKind kind, CancellationToken cancellation)
    {
        var builder = new ServerListBuilder(kind, server.Lists.MaxAge, schemas);
        var cursor = ReadOnlyMemory<byte>.Empty;
        for (var page = 0; page < MaxPages; page++)
        {
            var question = asker.IsModern
                ? GatewayRequests.Modern(Limits, server, ListKinds.Method(kind), cursor.Span, asker.Caller)
                : GatewayRequests.Legacy(Limits, server, asker, ListKinds.Method(kind), cursor.Span, time);
            var (answer, kindOfReply) = await SendAsync(question, cancellation).ConfigureAwait(false);
            if (page == 0 && answer is { Kind: MessageKind.Error } && answer.Raw(EnvelopeMember.ErrorCode).SequenceEqual("-32601"u8))
                return ServerList.Unsupported(kind, server.Lists.MaxAge);
            if (answer is { Kind: MessageKind.Error }) throw new RefusalException(ServerErrorText.Of(answer));
            if (answer is not { Kind: MessageKind.Result } || !answer.IsArray(ListKinds.Entries(kind)))
                throw new RefusalException(Reasons.UpstreamFault, ListKinds.Method(kind));
            var known = builder.Count;
            builder.Add(answer);
            builder.IsStreamed = kindOfReply == UpstreamReplyKind.Stream && server.Http is not null; // a process has no framing of its own
            if (!answer.IsString(EnvelopeMember.ResultNextCursor)) return builder.Build();
            var next = answer.Raw(EnvelopeMember.ResultNextCursor);
            if (page > 0 && builder.Count == known && next.SequenceEqual(cursor.Span))
            {
                // Servers of several SDKs end each page with the cursor "", and give the same page for it. The cursor is the server's to choose
                // (MCP 2025-11-25, pagination), so only a page without a new name shows that it leads nowhere.
                builder.EndsByRepeat = true;
                return builder.Build();
            }

            cursor = next.ToArray();
        }

        throw new RefusalException(Reasons.UpstreamTooLarge, "pages");
    }

    private async ValueTask<(IReadOnlyList<string> Revisions, ServerCapabilities? Declared)> DiscoverAsync(
        PolicySubject? on, CancellationToken cancellation)
    {
        try
        {
            var question = GatewayRequests.Modern(Limits, server, "server/discover", onBehalfOf: on);
            var answer = await AskAsync(question, ProbePatience, cancellation).ConfigureAwait(false);
            return answer switch
            {
                { Kind: MessageKind.Result } =>
                    (Revisions(answer, answer.Range(EnvelopeMember.ResultSupportedVersions)), ServerCapabilityReader.Read(answer)),
                { Kind: MessageKind.Error } => (RevisionsOfRefusal(answer), null),
                _ => ([], null),
            };
        }
        // Only an answer tells the era. Otherwise a slow, busy or briefly unreachable server would be taken for one of the legacy era, and every
        // modern caller would be refused until the profile expires.
        catch (RefusalException e) when (!IsNoAnswer(e.Refusal.Reason))
        {
            return ([], null);
        }
    }

    // A process of the legacy era may be silent to an unknown method (row G19); over HTTP there is an answer.
    private bool IsNoAnswer(Reason reason) =>
        (server.Http is not null && reason == Reasons.UpstreamTimeout) ||
        reason == Reasons.UpstreamUnreachable || reason == Reasons.DestinationRefused || reason == Reasons.UpstreamBusy
            || reason == Reasons.UpstreamResting || reason == Reasons.TooBusy || reason == Reasons.CredentialUnavailable
            || MissingList.IsOther(new(reason));

    private async ValueTask<(string? Spoken, bool Begins)> HandshakeAsync(PolicySubject? on, CancellationToken cancellation)
    {
        using var limited = new TimeLimit(Patience, time, cancellation);
        try
        {
            return await HandshakeWithinAsync(on, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RefusalException(Reasons.UpstreamTimeout, "initialize", e);
        }
    }

    private async ValueTask<(string? Spoken, bool Begins)> HandshakeWithinAsync(PolicySubject? on, CancellationToken cancellation)
    {
        var question = GatewayRequests.Initialize(Limits, server, onBehalfOf: on);
        var reply = await upstreams(server).SendAsync(question, cancellation).ConfigureAwait(false);
        await using (reply.ConfigureAwait(false))
        {
            var answer = await FinalAsync(reply, question.Message!.Id, cancellation).ConfigureAwait(false);
            var begins = answer is { Kind: MessageKind.Result } && !string.IsNullOrEmpty(reply.SessionId);
            await EndSessionAsync(reply.SessionId, on, cancellation).ConfigureAwait(false);
            return (answer is { Kind: MessageKind.Result } ? answer.Text(EnvelopeMember.ResultProtocolVersion) : null, begins);
        }
    }

    /// <summary>Asks a server of the modern era for all its definitions.</summary>
    /// <returns>The requester for further requests in that era, and the definitions, in bytes of their own.</returns>
    /// <exception cref="RefusalException">The server does not answer.</exception>
    public async ValueTask<(CatalogueRequester Asker, IReadOnlyList<ServerDefinition> Said)> DiscoverAllAsync(CancellationToken cancellation)
    {
        var question = GatewayRequests.Modern(Limits, server, "server/discover");
        return (CatalogueRequester.Modern, await SaidAsync(question, null, cancellation).ConfigureAwait(false));
    }

    /// <summary>
    /// Begins a session of the gateway itself, as a client with every capability, so that the server also shows what it shows only to such clients.
    /// </summary>
    /// <returns>The requester for further requests in the session, and the definitions, in bytes of their own.</returns>
    /// <exception cref="RefusalException">The server does not answer.</exception>
    public async ValueTask<(CatalogueRequester Asker, IReadOnlyList<ServerDefinition> Said)> BeginSessionAsync(CancellationToken cancellation)
    {
        var question = GatewayRequests.Initialize(Limits, server, Everything);
        var asker = new CatalogueRequester(null, null, null);
        var said = await SaidAsync(question, (reply, answer) => asker = Begin(reply, answer), cancellation).ConfigureAwait(false);
        try
        {
            var ready = await upstreams(server).SendAsync(GatewayRequests.Initialized(Limits, server, asker), cancellation).ConfigureAwait(false);
            await ready.DisposeAsync().ConfigureAwait(false);
            return (asker, said);
        }
        catch
        {
            await EndSessionAsync(asker, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends a session that this fetcher began.</summary>
    public ValueTask EndSessionAsync(CatalogueRequester asker, CancellationToken cancellation) =>
        EndSessionAsync(asker.Session?.Id, asker.Caller, cancellation);

    private static CatalogueRequester Begin(IUpstreamReply reply, ValidatedMessage answer)
    {
        if (!ProtocolRevision.TryParse(answer.Text(EnvelopeMember.ResultProtocolVersion), out var revision) || revision.IsModern)
            throw new RefusalException(Reasons.UpstreamFault, "initialize");
        if (reply.SessionId is not { Length: > 0 } id) return new CatalogueRequester(revision, null, null);
        reply.KeepSession();
        return new CatalogueRequester(revision, GatewayRequests.SessionOf(id, revision, Everything), null);
    }

    private async ValueTask<IReadOnlyList<ServerDefinition>> SaidAsync(UpstreamRequest question, Action<IUpstreamReply, ValidatedMessage>? take,
        CancellationToken cancellation)
    {
        var method = question.Message!.Method!;
        using var limited = new TimeLimit(Patience, time, cancellation);
        try
        {
            var reply = await upstreams(server).SendAsync(question, limited.Token).ConfigureAwait(false);
            await using (reply.ConfigureAwait(false))
            {
                if (await FinalAsync(reply, question.Message!.Id, limited.Token).ConfigureAwait(false) is not { Kind: MessageKind.Result } answer)
                    throw new RefusalException(Reasons.UpstreamFault, method);
                List<ServerDefinition> said = [];
                DefinitionReader.ReadServer(answer.Bytes.ToArray(), answer.Range(EnvelopeMember.Result), said);
                take?.Invoke(reply, answer);
                return said;
            }
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RefusalException(Reasons.UpstreamTimeout, method, e);
        }
    }

    private async ValueTask EndSessionAsync(string? id, PolicySubject? on, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(id)) return;
        try
        {
            var ended = await upstreams(server).SendAsync(GatewayRequests.EndSession(Limits, server, id, on), cancellation).ConfigureAwait(false);
            await ended.DisposeAsync().ConfigureAwait(false);
        }
        catch (RefusalException)
        {
            // If the server keeps the probe's session, the session expires there.
        }
    }

    private async ValueTask<ValidatedMessage?> AskAsync(UpstreamRequest question, TimeSpan patience, CancellationToken cancellation)
    {
        using var limited = new TimeLimit(patience, time, cancellation);
        try
        {
            return (await SendAsync(question, limited.Token).ConfigureAwait(false)).Answer;
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RefusalException(Reasons.UpstreamTimeout, question.Message?.Method, e);
        }
    }

    private async ValueTask<(ValidatedMessage? Answer, UpstreamReplyKind Kind)> SendAsync(UpstreamRequest question, CancellationToken cancellation)
    {
        var reply = await upstreams(server).SendAsync(question, cancellation).ConfigureAwait(false);
        await using (reply.ConfigureAwait(false))
            return (await FinalAsync(reply, question.Message!.Id, cancellation).ConfigureAwait(false), reply.Kind);
    }

    // F18: the answer is the message with our id, or an error that could not name an id. The gateway answers no questions.
    internal static async ValueTask<ValidatedMessage?> FinalAsync(IUpstreamReply reply, JsonRpcId asked, CancellationToken cancellation)
    {
        while (await reply.NextAsync(cancellation).ConfigureAwait(false) is { } item)
        {
            switch (item.Message)
            {
                case { Kind: MessageKind.Result } result when result.Id == asked:
                    return result;
                case { Kind: MessageKind.Error } error when error.Id == asked || error.Id.IsNull || error.Id.IsAbsent:
                    return error;
                case { Kind: MessageKind.Request } question:
                    await reply.RejectAsync(question.Id, byPolicy: false, cancellation).ConfigureAwait(false);
                    break;
            }
        }

        return null;
    }

    // T10: a server that refuses our revision names the revisions that it accepts.
    private static List<string> RevisionsOfRefusal(ValidatedMessage answer)
    {
        var bytes = answer.Bytes.Span;
        return answer.Raw(EnvelopeMember.ErrorCode).SequenceEqual("-32022"u8)
            && answer.IsObject(EnvelopeMember.ErrorData)
            && JsonWalk.TryFindMember(bytes, answer.Range(EnvelopeMember.ErrorData), "supported"u8, out var supported)
                ? Revisions(answer, supported)
                : [];
    }

    private static List<string> Revisions(ValidatedMessage answer, ByteRange list)
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
}
