using Gatehouse.Gateway.Secrets;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy.Decisions;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Upstreams;
using Gatehouse.Upstreams.Catalogue;

namespace Gatehouse.Gateway.Definitions;

/// <summary>
/// Requests all definitions of one server, over the same transports and with the same credential, bounds and reading as the gateway. A second request
/// a moment later finds texts that change by themselves. A local server is started for it.
/// </summary>
public sealed class ServerObserver : IAsyncDisposable
{
    // A text with a clock in it changes every second.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1100);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServerSettings server;
    private readonly TimeProvider time;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-");
    private readonly UpstreamSet upstreams;
    private readonly SnapshotHolder snapshots;
    private readonly CatalogueFetcher fetcher;

    private ServerObserver(ServerSettings server, SecretResolver secrets, TimeProvider time, Action<string> serverOutput)
    {
        this.server = server;
        this.time = time;
        var nowhere = new Uri("http://127.0.0.1:1");
        var settings = new GatewaySettings
        { PublicUrl = nowhere, Listen = new ListenSettings { Url = nowhere }, Servers = [server], StateDirectory = folder.FullName };
        snapshots = new SnapshotHolder(new GatewaySnapshot(1, settings, new PolicyDecisionPoint([])));
        upstreams = new UpstreamSet(
            new OutboundHandlers(new SystemNameResolver()), secrets, new ByteBudget(settings.Limits.BufferedBytes), () => settings.Sessions,
            folder.FullName, time, serverOutput);
        fetcher = new CatalogueFetcher(server, snapshots, upstreams.Get, time);
    }

    /// <summary>Prepares the observation. Nothing is started or sent.</summary>
    /// <param name="server">The server.</param>
    /// <param name="configuration">The configuration of the server, with its store and vaults; null where there is none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="serverOutput">Receives the lines that the server writes to stderr, where its configuration shows them.</param>
    /// <exception cref="InvalidDataException">A secret is missing.</exception>
    public static async Task<ServerObserver> PrepareAsync(
        ServerSettings server, GatewaySettings? configuration, TimeProvider time, Action<string> serverOutput)
    {
        ArgumentNullException.ThrowIfNull(server);
        var secrets = await OnceRead.SecretsAsync(SecretUses.Of(server), configuration, time).ConfigureAwait(false);
        return new ServerObserver(server, secrets, time, serverOutput);
    }

    /// <summary>Requests the definitions.</summary>
    /// <exception cref="IOException">The server cannot be reached or started, or does not answer as MCP requires. The message names the
    /// cause.</exception>
    public async Task<ObservedServer> ObserveAsync(CancellationToken cancellation)
    {
        using var limit = new TimeLimit(Patience, time, cancellation);
        try
        {
            return await AskTwiceAsync(limit.Token).ConfigureAwait(false);
        }
        catch (RefusalException e)
        {
            var slug = e.Refusal.Reason.Slug;
            throw new IOException(e.Refusal.DetailAndWords is { Length: > 0 } detail ? $"{slug}: {detail}" : slug, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException("it did not answer in time", e);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await upstreams.DisposeAsync().ConfigureAwait(false);
        folder.Delete(recursive: true);
    }

    private async Task<ObservedServer> AskTwiceAsync(CancellationToken cancellation)
    {
        var definitions = new List<ServerDefinition>();
        var asker = await BeginAsync(definitions, cancellation).ConfigureAwait(false);
        var unpinnable = await ListAsync(asker, definitions, cancellation).ConfigureAwait(false);
        await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
        var again = new List<ServerDefinition>();
        await ListAsync(asker, again, cancellation).ConfigureAwait(false);
        return new ObservedServer(server.Name, ServerIdentities.Of(server), definitions)
        { Unpinnable = unpinnable, Changing = Changing(definitions, again) };
    }

    // The modern way first. Any answer that does not belong to it means the old handshake (G19).
    private async Task<CatalogueRequester> BeginAsync(List<ServerDefinition> definitions, CancellationToken cancellation)
    {
        var discovery = GatewayRequests.Modern(Limits, server, "server/discover");
        if (await TryAskAsync(discovery, cancellation).ConfigureAwait(false) is { Kind: MessageKind.Result } found
            && found.IsArray(EnvelopeMember.ResultSupportedVersions)
            && System.Text.Encoding.UTF8.GetString(found.Raw(EnvelopeMember.ResultSupportedVersions))
            .Contains("2026-07-28", StringComparison.Ordinal))
        {
            DefinitionReader.ReadServer(found.Bytes, found.Range(EnvelopeMember.Result), definitions);
            return CatalogueRequester.Modern;
        }

        var question = GatewayRequests.Initialize(Limits, server);
        CatalogueRequester asker;
        var reply = await upstreams.Get(server).SendAsync(question, cancellation).ConfigureAwait(false);
        await using (reply.ConfigureAwait(false))
        {
            if (await CatalogueFetcher.FinalAsync(reply, question.Message!.Id, cancellation).ConfigureAwait(false) is not
                { Kind: MessageKind.Result } answer)
                throw new IOException("it answers neither server/discover nor initialize");
            if (!ProtocolRevision.TryParse(answer.Text(EnvelopeMember.ResultProtocolVersion), out var revision) || revision.IsModern)
                throw new IOException("it answers initialize with an unknown revision");
            DefinitionReader.ReadServer(answer.Bytes.ToArray(), answer.Range(EnvelopeMember.Result), definitions);
            reply.KeepSession();
            asker = new CatalogueRequester(revision, reply.SessionId is { Length: > 0 } id
                ? GatewayRequests.SessionOf(id, revision, ClientCapabilities.None) : null, null);
        }

        await NotifyAsync(asker, cancellation).ConfigureAwait(false);
        return asker;
    }

    private async Task NotifyAsync(CatalogueRequester asker, CancellationToken cancellation)
    {
        var ready = GatewayRequests.Initialized(Limits, server, asker);
        var reply = await upstreams.Get(server).SendAsync(ready, cancellation).ConfigureAwait(false);
        await reply.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<List<(DefinitionKind, string)>> ListAsync(CatalogueRequester asker, List<ServerDefinition> definitions,
        CancellationToken cancellation)
    {
        List<(DefinitionKind, string)> unpinnable = [];
        foreach (var kind in ListKinds.All)
        {
            var list = await fetcher.FetchAsync(asker, kind, cancellation).ConfigureAwait(false);
            foreach (var entry in list.Entries)
            {
                var definition = new ServerDefinition(ListKinds.Definition(kind), entry.Name, entry.Json, new ByteRange(0, entry.Json.Length));
                if (entry.IsRepeated || !ReadableTexts.CanList(definition)) unpinnable.Add((definition.Kind, definition.Name));
                else definitions.Add(definition);
            }
        }

        return unpinnable;
    }

    private LimitSettings Limits => snapshots.Current.Settings.Limits;

    private static List<ChangingText> Changing(List<ServerDefinition> first, List<ServerDefinition> second)
    {
        var later = second.ToDictionary(one => (one.Kind, one.Name));
        return
        [
            .. first.Where(one => later.ContainsKey((one.Kind, one.Name)))
                .SelectMany(one => VolatileParts.Between(one, later[(one.Kind, one.Name)])
                .Select(pointer => new ChangingText(one.Kind, one.Name, pointer))),
        ];
    }

    private async Task<ValidatedMessage?> TryAskAsync(UpstreamRequest question, CancellationToken cancellation)
    {
        try
        {
            using var limit = new TimeLimit(TimeSpan.FromSeconds(5), time, cancellation);
            var reply = await upstreams.Get(server).SendAsync(question, limit.Token).ConfigureAwait(false);
            await using (reply.ConfigureAwait(false))
            {
                // Bytes of its own: the reader's are used again.
                var answer = await CatalogueFetcher.FinalAsync(reply, question.Message!.Id, limit.Token).ConfigureAwait(false);
                return answer is not null
                    && MessageValidator.TryValidate(answer.Bytes.ToArray(), ResponseLimits.For(server.ResponseBytes), out var kept, out _)
                    ? kept : null;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (RefusalException e) when (e.Refusal.Reason != Reasons.UpstreamUnreachable && e.Refusal.Reason != Reasons.DestinationRefused)
        {
            return null;
        }
    }
}
