using Gatehouse.Outbound;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>
/// A server that is started as a local process: one for each session (legacy) or user (modern), and one for all only if the configuration declares it
/// stateless. Only the configuration decides which program is started (EX-05, G11).
/// </summary>
public sealed class StdioUpstream : IUpstream
{
    private readonly ServerSettings server;
    private readonly StdioUpstreamSettings settings;
    private readonly TimeProvider time;
    private readonly StdioProcesses processes;

    /// <summary>Creates the upstream. No process is started before it is needed.</summary>
    public StdioUpstream(
        ServerSettings server, SecretResolver secrets, ByteBudget budget, Func<SessionSettings> sessions, string emptyDirectory, TimeProvider time,
        Action<string> serverOutput)
    {
        ArgumentNullException.ThrowIfNull(server);
        this.server = server;
        this.time = time;
        settings = server.Stdio ?? throw new ArgumentException("not a stdio server", nameof(server));
        processes = new StdioProcesses(server, settings, secrets, budget, sessions, emptyDirectory, time, serverOutput)
        {
            Parts = () => Parts,
            OnNotification = message => OnNotification(message),
            OnChange = change => OnChange(change),
            OpenModernAsync = OpenModernAsync,
        };
    }

    /// <summary>The parts of the channel to a process.</summary>
    internal StdioParts Parts { get; init; } = StdioParts.Default;

    /// <summary>Receives each notification, also one that has no recipient.</summary>
    internal Action<ValidatedMessage> OnNotification { get; init; } = static _ => { };

    /// <summary>Receives each start and each end of a process.</summary>
    internal Action<LocalServerChange> OnChange { get; init; } = static _ => { };

    /// <summary>Number of lines that the processes have written to stderr.</summary>
    public long StderrLines => processes.StderrLines;

    /// <summary>State of the server, for operators.</summary>
    public string State => processes.State;

    /// <summary>Number of processes that run now.</summary>
    public int Running => processes.Running;

    /// <inheritdoc />
    public async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Intent == ExchangeIntent.EndSession) return await EndSessionAsync(request).ConfigureAwait(false);
        processes.RequireUse(request);
        if (request.Message?.Method == "initialize") return await InitializeAsync(request, cancellation).ConfigureAwait(false);
        var child = request.IsModern
            ? await processes.FindOrStart(ModernKey(request), request).WaitAsync(cancellation).ConfigureAwait(false)
            : processes.Find(request.Session?.Id ?? "")
                ?? throw new RefusalException(Reasons.SessionUnknown, "the process of the session has ended");
        child.LastUsed = time.GetTimestamp();
        try
        {
            request.SendingBy(this);
            return await child.SendAsync(request, null, cancellation).ConfigureAwait(false);
        }
        catch (RefusalException e) when (child.HasEnded && request.Message?.Method == "server/discover")
        {
            throw await NotReadyAsync(child, e).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public object? OwnProcess(PolicySubject? caller) => server.Stateless ? null : processes.Find(UserKey(caller));

    /// <summary>Ends the process of a session.</summary>
    public async ValueTask EndAsync(string childId)
    {
        if (!server.Stateless && processes.Find(childId) is { } child) await processes.EndAsync(child).ConfigureAwait(false);
    }

    /// <inheritdoc cref="StdioProcesses.KillAsync(Func{PolicySubject, string, bool})"/>
    internal Task<int> KillAsync(Func<PolicySubject?, string, bool> which) => processes.KillAsync(which);

    /// <inheritdoc cref="StdioProcesses.Count"/>
    internal int Count(Func<PolicySubject?, string, bool> which) => processes.Count(which);

    /// <inheritdoc cref="StdioProcesses.CloseAsync"/>
    internal Task<int> CloseAsync() => processes.CloseAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => processes.DisposeAsync();

    private async ValueTask<IUpstreamReply> InitializeAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        var key = server.Stateless ? "shared" : Ids.New(time);
        using var place = processes.TakeStart(request);
        var child = await StartForAsync(key, request, cancellation).ConfigureAwait(false);
        using var patience = new TimeLimit(settings.StartTimeout, time, cancellation);
        try
        {
            request.SendingBy(this);
            var reply = await child.SendAsync(request, child.Id, patience.Token).ConfigureAwait(false);
            return server.Stateless ? reply : new BeginningReply(reply, () => processes.EndAsync(child));
        }
        catch (Exception e) when (e is OperationCanceledException or RefusalException)
        {
            if (child.HasEnded) throw await NotReadyAsync(child, e).ConfigureAwait(false);
            // If a shared process is slow, only this caller learns it; a caller's own process is ended. A caller who left, or a refusal by the
            // gateway itself, is no failure of the server.
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested) processes.Failed(request, "no answer to initialize");
            await EndAsync(key).ConfigureAwait(false);
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw new RefusalException(Reasons.UpstreamTimeout, "no answer to initialize", e);
            throw;
        }
    }

    // The start continues without a caller who leaves. The resulting process then belongs to no caller, since no other caller knows its key.
    private async ValueTask<StdioChild> StartForAsync(string key, UpstreamRequest request, CancellationToken cancellation)
    {
        var start = processes.FindOrStart(key, request);
        try
        {
            return await start.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!server.Stateless)
        {
            _ = EndStartedAsync(start);
            throw;
        }
    }

    private async Task EndStartedAsync(Task<StdioChild> start)
    {
        await ((Task)start).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (start.IsCompletedSuccessfully) await processes.EndAsync(await start.ConfigureAwait(false)).ConfigureAwait(false);
    }

    // It ended before it took part in anything: nothing was carried out, and the caller may learn that.
    private static async ValueTask<RefusalException> NotReadyAsync(StdioChild child, Exception e)
    {
        await child.AwaitExitAsync().ConfigureAwait(false);
        return new RefusalException(Reasons.UpstreamNotReady, child.HowEnded, e);
    }

    private async ValueTask<IUpstreamReply> EndSessionAsync(UpstreamRequest request)
    {
        if (request.Session?.Id is { } id) await EndAsync(id).ConfigureAwait(false);
        return new AcceptedReply(UpstreamReplyKind.SessionEnded);
    }

    // A request of the gateway for a caller goes to the caller's process, if it runs: its lists may differ from those of other processes.
    private string ModernKey(UpstreamRequest request)
    {
        if (server.Stateless) return "shared-modern";
        if (request.Caller is not null) return UserKey(request.Caller);
        return UserKey(request.OnBehalfOf) is var own && processes.Find(own) is not null ? own : StdioProcesses.OfTheGateway;
    }

    private static string UserKey(PolicySubject? caller) =>
        caller is { } subject ? $"user\n{subject.Issuer}\n{subject.Subject}\n{subject.ClientId}" : "";

    // A server of both eras takes the era of a channel from its first message. A process that is started in the middle of a user's work would first
    // receive a call and take it for the legacy era.
    private async ValueTask OpenModernAsync(StdioChild child, UpstreamRequest request)
    {
        using var limited = new CancellationTokenSource(settings.StartTimeout, time);
        try
        {
            var question = GatewayRequests.Modern(request.Limits, server, "server/discover", onBehalfOf: request.Caller ?? request.OnBehalfOf);
            var reply = await child.SendAsync(question, null, limited.Token).ConfigureAwait(false);
            await reply.DisposeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It may still answer the call, or the call itself fails.
        }
        catch (RefusalException e)
        {
            if (child.HasEnded) throw await NotReadyAsync(child, e).ConfigureAwait(false);
            // Otherwise the next call would find it running and be its first message.
            await processes.EndAsync(child).ConfigureAwait(false);
            throw;
        }
    }
}
