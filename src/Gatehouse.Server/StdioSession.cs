using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Tokens;
using Gatehouse.Ipc;
using Gatehouse.Local;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Upstreams;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Server;

/// <summary>The one connection of a server on stdio: the client's lines, the pipeline, and the SDK's server behind it.</summary>
internal sealed class StdioSession : ILineConnection, IAsyncDisposable
{
    private const string ServerId = "in-process";

    private static readonly TimeSpan ListenAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly UpstreamProfile AnyEra = new(
        [ProtocolRevision.V20260728.Text],
        [ProtocolRevision.V20251125.Text, ProtocolRevision.V20250618.Text, ProtocolRevision.V20250326.Text, ProtocolRevision.V20241105.Text]);

    private readonly GatewayCore core;
    private readonly ServerSettings server;
    private readonly InProcessChannel channel;
    private readonly Stream output;
    private readonly PipeReader input;
    private readonly VerifiedToken person = LocalAccount.Of(PeerAccount.OwnName(), OperatingSystem.IsWindows() ? null : PeerAccount.OwnUserId());
    private readonly GatewayPipeline pipeline;
    private readonly WrappedUpstream upstream;
    private readonly ConnectionHead head = new();
    private readonly ConversationSlots connection = new();
    private readonly ConcurrentDictionary<Task, bool> underWay = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly CancellationTokenSource gone = new();
    private Task listening = Task.CompletedTask;
    private Task reading = Task.CompletedTask;
    private SessionBinding? session;
    private long lines;

    public StdioSession(GatewayCore core, ServerSettings server, InProcessChannel channel, Stream input, Stream output)
    {
        this.core = core;
        this.server = server;
        this.channel = channel;
        this.output = output;
        this.input = PipeReader.Create(input);
        var notifications = new UpstreamNotifications();
        upstream = new WrappedUpstream(server, ServerId, core.Services.Budget, 0, core.Services.Options.Time)
        { OnNotification = message => notifications.Raise(server, message) };
        pipeline = core.Pipelines.Compose(
            new AuthenticateLocalAccountStage(person), CallerAuthentication.Person, _ => upstream, notifications, AnyEra);
    }

    /// <summary>Returns issuer, subject and client of the caller of a call, and the id of its exchange.</summary>
    public ((string Issuer, string Subject, string? Client) Caller, string? Exchange) PartyOf(RequestContext<CallToolRequestParams> call) =>
        ((person.Issuer, person.Subject, person.ClientId), call.JsonRpcRequest.Id.Id is long key ? upstream.ExchangeOf(key) : null);

    /// <summary>Begins to read the client's lines.</summary>
    public void Start() => reading = Task.Run(RunAsync);

    /// <inheritdoc />
    public async ValueTask BeginSessionAsync(string handle, CancellationToken cancellation)
    {
        var settings = core.Snapshots.Current.Settings.Sessions;
        session = (await core.Sessions.OpenAsync(handle, person, server, settings, cancellation).ConfigureAwait(false)).Session;
        head.Session = handle;
        listening = ListenAsync();
    }

    /// <inheritdoc />
    public async ValueTask<bool> SayAsync(long answered, ReadOnlyMemory<byte> line, CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await output.WriteAsync(line, CancellationToken.None).ConfigureAwait(false); // a part of a line is never left behind
            await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync().ConfigureAwait(false);
        input.CancelPendingRead();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await upstream.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll([listening, .. underWay.Keys]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        gone.Dispose();
        writing.Dispose();
    }

    private async Task RunAsync()
    {
        await upstream.TryAttachAsync(channel, inSession: false).ConfigureAwait(false);
        try
        {
            await ReadAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone.
        }

        // What is under way when the client closes its end may still be answered.
        await Task.WhenAll(underWay.Keys).WaitAsync(Grace, core.Services.Options.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndSessionAsync().ConfigureAwait(false);
        await upstream.DisposeAsync().ConfigureAwait(false); // closes the input of the SDK's server, which ends the program
    }

    // A line ends with LF. One that is longer than a message may be is read to its end, and refused without its bytes.
    private async Task ReadAsync()
    {
        var isTooLong = false;
        while (!gone.IsCancellationRequested)
        {
            var result = await input.ReadAsync(gone.Token).ConfigureAwait(false);
            var buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end);
                await TakeAsync(isTooLong || line.Length > server.RequestBytes ? null : line.ToArray()).ConfigureAwait(false);
                isTooLong = false;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            isTooLong |= buffer.Length > server.RequestBytes;
            input.AdvanceTo(isTooLong ? buffer.End : buffer.Start, buffer.End);
            if (!result.IsCompleted) continue;
            if (!isTooLong && buffer.Length > 0) await TakeAsync(buffer.ToArray()).ConfigureAwait(false);
            return;
        }
    }

    private async ValueTask TakeAsync(byte[]? bytes)
    {
        var line = new ClientLine(++lines, bytes, bytes is null ? default : LineHead.Of(bytes), core.Services.Budget);
        var run = RunAsync(line);
        underWay[run] = true;
        _ = run.ContinueWith(ended => underWay.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        // In the order of the client's lines. An answer to a question of the server waits for nothing.
        if (line.Head.HasMethod) await Task.WhenAny(run, line.Passed).WaitAsync(gone.Token).ConfigureAwait(false);
    }

    private async Task RunAsync(ClientLine line)
    {
        using (line)
        {
            var exchange = new Exchange(core.Snapshots.Current, head, line, core.Services.Options.Time) { Server = server, Connection = connection };
            var reply = new LineReply(this, line);
            if (core.IsDraining) await reply.RefuseAsync(exchange, new Refusal(Reasons.Draining), CancellationToken.None).ConfigureAwait(false);
            else await pipeline.RunAsync(exchange, reply, gone.Token).ConfigureAwait(false);
        }
    }

    // The connection is the session's own stream too: changes of lists and resources, and log lines, outside of requests.
    private async Task ListenAsync()
    {
        while (!gone.IsCancellationRequested)
        {
            var exchange = new Exchange(core.Snapshots.Current, head, null, core.Services.Options.Time)
            { Intent = ExchangeIntent.Listen, Server = server, Connection = connection };
            await pipeline.RunAsync(exchange, new LineReply(this, null), gone.Token).ConfigureAwait(false);
            if (exchange.Record.Refusal?.Reason == Reasons.SessionUnknown) return;
            await Task.Delay(ListenAgain, core.Services.Options.Time, gone.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask EndSessionAsync()
    {
        if (session is null) return;
        try
        {
            await core.Sessions.EndAsync(session).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // Its handle is lost with the connection: nothing can use it.
        }
    }
}
