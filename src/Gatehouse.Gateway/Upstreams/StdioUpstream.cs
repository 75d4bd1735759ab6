using System.Buffers;
using System.Collections.Concurrent;
using Gatehouse.Gateway.Catalogue;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Gateway.Transport;
using Gatehouse.Isolation;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Upstreams;

/// <summary>
/// A server started as a local process: one for each session (legacy) or user (modern), one for all only where the
/// configuration declares it stateless. What is started stands in the configuration and nowhere else (EX-05, G11).
/// </summary>
public sealed class StdioUpstream : IUpstream
{
    private readonly ServerSettings server;
    private readonly StdioUpstreamSettings settings;
    private readonly SecretResolver secrets;
    private readonly TimeProvider time;
    private readonly RestartBackoff backoff;
    private readonly Action<string> diagnostics;
    private readonly string workingDirectory;
    private readonly Func<ReplayLog> replay;
    private readonly ConcurrentDictionary<string, StdioChild> children = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim starting = new(1, 1);
    private readonly ByteBudget budget;
    private long stderrLines;

    /// <summary>Creates the upstream; no process is started before it is needed.</summary>
    public StdioUpstream(
        ServerSettings server, SecretResolver secrets, ByteBudget budget, Func<SessionSettings> sessions, string emptyDirectory, TimeProvider time, Action<string> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(server);
        this.server = server;
        this.secrets = secrets;
        this.budget = budget;
        this.time = time;
        this.diagnostics = diagnostics;
        settings = server.Stdio ?? throw new ArgumentException("not a stdio server", nameof(server));
        workingDirectory = settings.WorkingDirectory ?? emptyDirectory;
        replay = () => new ReplayLog(sessions().ReplayEvents, sessions().ReplayBytes);
        backoff = new RestartBackoff(time);
    }

    /// <summary>For the range alone: how a message becomes a line. Nothing of the configuration reaches it.</summary>
    internal Action<IBufferWriter<byte>, ProvenMessage> FramingForRange { get; init; } = LineFraming.Write;

    /// <summary>Told of each notification, also of one that is for nobody.</summary>
    internal Action<ProvenMessage> Heard { get; init; } = static _ => { };

    /// <summary>Lines that the processes have written to stderr.</summary>
    public long StderrLines => Interlocked.Read(ref stderrLines);

    /// <summary>How the server is doing, for operators.</summary>
    public string State => backoff.MayStart(out var wait)
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Running} processes")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Running} processes, no start for {Math.Ceiling(wait.TotalSeconds)} s");

    /// <summary>Processes running now.</summary>
    public int Running => children.Count;

    /// <inheritdoc />
    public async ValueTask<IUpstreamReply> SendAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Message?.Method == "initialize") return await InitializeAsync(exchange, cancellation).ConfigureAwait(false);
        if (exchange.Head.Verb == "DELETE") return await EndSessionAsync(exchange).ConfigureAwait(false);
        var child = exchange.IsModern
            ? await FindOrStartAsync(ModernKey(exchange), exchange, cancellation).ConfigureAwait(false)
            : children.GetValueOrDefault(exchange.Session?.UpstreamId ?? "")
                ?? throw new RefusalException(Reasons.SessionUnknown, "the process of the session has ended");
        return await child.SendAsync(exchange, null, cancellation).ConfigureAwait(false);
    }

    /// <summary>Ends the process of a session.</summary>
    public async ValueTask EndAsync(string childId)
    {
        if (server.Stateless || !children.TryRemove(childId, out var child)) return;
        await child.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(children.Values.Select(c => c.DisposeAsync().AsTask())).ConfigureAwait(false);
        children.Clear();
        starting.Dispose();
    }

    private async ValueTask<IUpstreamReply> InitializeAsync(Exchange exchange, CancellationToken cancellation)
    {
        var key = server.Stateless ? "shared" : Ids.New(time);
        var child = await FindOrStartAsync(key, null, cancellation).ConfigureAwait(false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var limit = time.CreateTimer(_ => patience.Cancel(), null, settings.StartTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            return await child.SendAsync(exchange, child.Id, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or RefusalException)
        {
            backoff.Failed();
            await EndAsync(key).ConfigureAwait(false);
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw new RefusalException(Reasons.UpstreamTimeout, "no answer to initialize", e);
            throw;
        }
    }

    private async ValueTask<IUpstreamReply> EndSessionAsync(Exchange exchange)
    {
        if (exchange.Session?.UpstreamId is { } id) await EndAsync(id).ConfigureAwait(false);
        return new AcceptedReply(UpstreamReplyKind.Status, 200);
    }

    private string ModernKey(Exchange exchange)
    {
        if (server.Stateless) return "shared-modern";
        return exchange.Subject is { } subject
            ? $"user\n{subject.Issuer}\n{subject.Subject}\n{subject.ClientId}"
            : "gateway"; // the gateway's own questions, of the catalogue
    }

    private async ValueTask<StdioChild> FindOrStartAsync(string key, Exchange? modern, CancellationToken cancellation)
    {
        if (children.TryGetValue(key, out var running)) return running;
        await starting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (children.TryGetValue(key, out running)) return running;
            var child = Start(key, modern is not null);
            if (modern is not null && modern.Message?.Method != "server/discover") await OpenModernAsync(child, modern, cancellation).ConfigureAwait(false);
            return child;
        }
        finally
        {
            starting.Release();
        }
    }

    // Servers of both eras take the era of a channel from its first message. A process that is started in the middle of a
    // user's work would hear a call first and take it for the legacy era.
    private async ValueTask OpenModernAsync(StdioChild child, Exchange exchange, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var limit = time.CreateTimer(_ => limited.Cancel(), null, settings.StartTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            var question = GatewayQuestion.Modern(exchange.Snapshot, server, "server/discover", default, time);
            var reply = await child.SendAsync(question, null, limited.Token).ConfigureAwait(false);
            await reply.DisposeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It may answer the call itself, or that fails in its turn.
        }
    }

    private StdioChild Start(string key, bool modern)
    {
        if (children.Count >= settings.MaxProcesses) throw new RefusalException(Reasons.TooManySessions, "maxProcesses");
        if (!backoff.MayStart(out var wait)) throw new RefusalException(new Refusal(Reasons.UpstreamBackoff) { RetryAfter = wait });
        try
        {
            var process = LocalProcess.Start(NewOptions(), OnStderr, time);
            backoff.Started();
            var child = new StdioChild(
                key, new LocalChannel(process), server, new StdioRouting(modern, server.Stateless), budget, modern || server.Stateless ? null : replay(), FramingForRange) { Heard = Heard };
            children[key] = child;
            _ = ForgetWhenEndedAsync(key, child);
            return child;
        }
        catch (ProcessStartException e)
        {
            backoff.Failed();
            throw new RefusalException(Reasons.UpstreamUnreachable, e.Message, e);
        }
    }

    private async Task ForgetWhenEndedAsync(string key, StdioChild child)
    {
        await child.Ended.ConfigureAwait(false);
        if (children.TryRemove(KeyValuePair.Create(key, child))) backoff.Failed(); // it ended by itself
        await child.DisposeAsync().ConfigureAwait(false);
    }

    // G14: stderr is no sign of an error. What stands there may be content, so it is shown only where that was chosen.
    private void OnStderr(string line)
    {
        Interlocked.Increment(ref stderrLines);
        if (settings.ShowStderr) diagnostics($"server {server.Name}: {line}");
    }

    private LocalProcessOptions NewOptions()
    {
        var named = new Dictionary<string, string>(settings.Environment, StringComparer.Ordinal);
        foreach (var (name, reference) in settings.Secrets) named[name] = secrets.Resolve(reference).Reveal().ToString();
        return new LocalProcessOptions
        {
            Command = settings.Command,
            WorkingDirectory = workingDirectory,
            Environment = ProcessEnvironment.Minimum(named),
            ShutdownGrace = settings.ShutdownGrace,
        };
    }
}
