using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using Gatehouse.Containment;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Ipc;
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

namespace Gatehouse.Local;

/// <summary>
/// One wrapped server in the host: its client's connection, its process, and the pipeline between them. Lives as long as the
/// wrapper is connected.
/// </summary>
internal sealed class WrappedServer : ILineConnection
{
    // A person reads so many lines, and all of them with the command that they name.
    private const int MostNotices = 20;

    // A client's stream is opened again when it ended with a reload that did not remove its right.
    private static readonly TimeSpan ListenAgain = TimeSpan.FromSeconds(1);
    private static readonly UpstreamProfile AnyEra = new(
        [ProtocolRevision.V20260728.Text],
        [ProtocolRevision.V20251125.Text, ProtocolRevision.V20250618.Text, ProtocolRevision.V20250326.Text, ProtocolRevision.V20241105.Text]);

    private readonly LocalHost host;
    private readonly IpcConnection client;
    private readonly ClientHello hello;
    private readonly CommandLine command;
    private readonly ServerSettings server;
    private readonly GatewayPipeline pipeline;
    private readonly WrappedUpstream upstream;
    private readonly ConnectionHead head = new();
    private readonly ConversationSlots connection = new(); // a connection on stdio is its session, in either era
    private readonly ConcurrentDictionary<Task, bool> underWay = new();
    private readonly CancellationTokenSource gone = new();
    private readonly HashSet<string> toldOf = new(StringComparer.Ordinal);
    private readonly Lock attaching = new();
    private IpcConnection? childConnection;
    private ChildChannel? channel;
    private volatile bool isContained;
    private bool takesNoChild; // under the lock
    private volatile bool isHostEnding; // the process is the wrapper's, and continues with the next host
    private Task listening = Task.CompletedTask;
    private volatile SessionBinding? session;

    public WrappedServer(LocalHost host, IpcConnection client, ClientHello hello, CommandLine command, ServerSettings server, string ticket)
    {
        this.host = host;
        this.client = client;
        this.hello = hello;
        this.command = command;
        this.server = server;
        Ticket = ticket;
        var core = host.Core;
        // Ids above all that this process was given by earlier hosts, and below what a number of JavaScript holds exactly.
        var firstKey = (long)Math.Clamp(hello.Attempt, 0, 1 << 20) << 32;
        var notifications = new UpstreamNotifications();
        upstream = new WrappedUpstream(server, command.Digest, core.Services.Budget, firstKey, host.Time)
        {
            OnNotification = message => notifications.Raise(server, message),
            Parts = StdioComposition.Compose(host.Replacements),
        };
        pipeline = core.Pipelines.Compose(
            new AuthenticateLocalAccountStage(host.Person), CallerAuthentication.Person, _ => upstream, notifications, AnyEra);
        host.Replacements.RequireComposed();
    }

    /// <summary>Name of the server.</summary>
    public string Name => server.Name;

    /// <summary>The ticket by which the child's connection is recognized.</summary>
    public string Ticket { get; }

    /// <summary>Id of its session; null before one began.</summary>
    public string? SessionUid => session?.Uid;

    /// <summary>True while its process runs.</summary>
    public bool HasProcess => channel is { ExitCode: null };

    /// <summary>
    /// Ends the server because it or its session is contained: first its process, without a grace, then the connection. Its wrapper connects again,
    /// and is refused if the server is contained.
    /// </summary>
    public async Task ContainAsync()
    {
        isContained = true;
        await upstream.KillAsync().ConfigureAwait(false);
        try
        {
            await gone.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // It ended in the same moment.
        }
    }

    /// <summary>Takes the child's connection, and closes it at its own end.</summary>
    /// <returns>False when its end has begun: the connection stays the caller's.</returns>
    /// <exception cref="InvalidDataException">It has its process already.</exception>
    public async ValueTask<bool> TryAttachAsync(IpcConnection connection, ClientHello child)
    {
        var made = new ChildChannel(connection, child.ProcessId, () => isHostEnding && !isContained);
        if (!TryTake(connection))
        {
            if (isContained) await made.KillAsync().ConfigureAwait(false);
            return false;
        }

        Note("wrap.start", ("pid", child.ProcessId.ToString(CultureInfo.InvariantCulture)), ("fault", child.Fault.Length > 0 ? "not-started" : ""));
        if (child.Fault.Length > 0)
        {
            upstream.Fail(child.Fault);
            return true;
        }

        channel = made;
        if (await upstream.TryAttachAsync(made, session is not null).ConfigureAwait(false)) _ = EndWithChildAsync();
        // A containment may run between the attachment and this line. Whichever comes second ends the process.
        if (isContained) await made.KillAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>Sends the host's welcome, and serves until the wrapper, its client or its server ends.</summary>
    public async Task RunAsync(ServerHello welcome, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, gone.Token);
        await ResumeAsync().ConfigureAwait(false); // before the wrapper can give its child
        var clientEnded = await ReadAsync(welcome, ending.Token).ConfigureAwait(false);
        if (clientEnded) await SettleAsync().ConfigureAwait(false);
        else isHostEnding = stopping.IsCancellationRequested;
        await gone.CancelAsync().ConfigureAwait(false);
        lock (attaching) takesNoChild = true; // not before: what the client sent before its end still waits for a process
        await SayDoneAsync(clientEnded || channel?.ExitCode is not null).ConfigureAwait(false);
        if (!stopping.IsCancellationRequested) await EndSessionAsync().ConfigureAwait(false);
        if (isHostEnding) await upstream.LeaveAsync().ConfigureAwait(false);
        else await upstream.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll([listening, .. underWay.Keys]).ConfigureAwait(false);
        NoteEnd();
        await client.DisposeAsync().ConfigureAwait(false);
        if (childConnection is not null) await childConnection.DisposeAsync().ConfigureAwait(false);
        gone.Dispose();
    }

    /// <inheritdoc />
    public async ValueTask BeginSessionAsync(string handle, CancellationToken cancellation)
    {
        var settings = host.Core.Snapshots.Current.Settings.Sessions;
        var opening = await host.Core.Sessions.OpenAsync(handle, host.Person, server, settings, cancellation).ConfigureAwait(false);
        session = opening.Session;
        head.Session = handle;
        if (opening.IsContained || IsSessionContained()) await ContainAsync().ConfigureAwait(false);
        await client.Writer.WriteAsync(FrameKind.Session, System.Text.Encoding.ASCII.GetBytes(handle), cancellation).ConfigureAwait(false);
        listening = ListenAsync();
    }

    /// <summary>
    /// Sends a line to the person, once for each subject: a person whose tool is gone must learn why, and by which command it comes back. It waits
    /// for nothing.
    /// </summary>
    public void Tell(string subject, string line)
    {
        if (!hello.TakesNotices) return;
        lock (toldOf)
        {
            if (toldOf.Count >= MostNotices || !toldOf.Add(subject)) return;
        }

        _ = TellAsync(line);
    }

    private async Task TellAsync(string line)
    {
        try
        {
            await client.Writer.WriteAsync(FrameKind.Notice, System.Text.Encoding.UTF8.GetBytes(line), gone.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The wrapper is gone.
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> SayAsync(long answered, ReadOnlyMemory<byte> line, CancellationToken cancellation)
    {
        var write = client.Writer.WriteLineAsync(answered, line, CancellationToken.None).AsTask();
        try
        {
            await write.WaitAsync(cancellation).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!write.IsCompleted)
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    // A containment that came before the session was known here did not find this server. One that comes later does.
    private bool IsSessionContained() => session is { } known && host.Core.Services.Get<ContainmentState>().Current.Session(known.Uid) is not null;

    private bool TryTake(IpcConnection connection)
    {
        lock (attaching)
        {
            if (takesNoChild) return false;
            if (childConnection is not null) throw new InvalidDataException("the server has its process already");
            childConnection = connection;
            return true;
        }
    }

    // The sealed handle of a session that another host began: bound to person and name, and to this very command.
    private async ValueTask ResumeAsync()
    {
        if (hello.Session.Length == 0) return;
        var settings = host.Core.Snapshots.Current.Settings.Sessions;
        var opening = await host.Core.Sessions.OpenAsync(hello.Session, host.Person, server, settings, CancellationToken.None).ConfigureAwait(false);
        if (opening.IsContained)
        {
            head.Session = hello.Session; // each message gets that reason
            isContained = true; // the earlier host may have ended before it ended the process
            return;
        }

        if (opening.Session is not { } opened || opened.UpstreamId != command.Digest) return;
        session = opened;
        isContained |= IsSessionContained();
        head.Session = hello.Session;
        listening = ListenAsync();
    }

    // True when the client closed its end, false when the wrapper or the server is gone.
    private async Task<bool> ReadAsync(ServerHello welcome, CancellationToken cancellation)
    {
        try
        {
            await client.Writer.WriteAsync(FrameKind.Welcome, welcome.ToUtf8Json(), cancellation).ConfigureAwait(false);
            while (await client.Reader.ReadAsync(server.RequestBytes + FrameFormat.NumberBytes, cancellation).ConfigureAwait(false) is { } frame)
            {
                if (frame.Kind == FrameKind.ClientEnd) return true;
                await TakeAsync(frame, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException or ObjectDisposedException)
        {
            // The wrapper is gone, or is none.
        }

        return false;
    }

    private async ValueTask TakeAsync(Frame frame, CancellationToken cancellation)
    {
        if (frame.Kind is not (FrameKind.Line or FrameKind.LineTooLong) || frame.Payload.Length < FrameFormat.NumberBytes)
            throw new InvalidDataException("a frame that has no place here");
        var number = BinaryPrimitives.ReadInt64BigEndian(frame.Payload.Span);
        var bytes = frame.Kind == FrameKind.Line ? frame.Payload[FrameFormat.NumberBytes..].ToArray() : null;
        var line = new ClientLine(number, bytes, bytes is null ? default : LineHead.Of(bytes), host.Core.Services.Budget);
        var run = RunAsync(line);
        underWay[run] = true;
        _ = run.ContinueWith(ended => underWay.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        // In the order of the client's lines. An answer to a question of the server waits for nothing: what comes before it may
        // itself be waiting for that answer.
        if (line.Head.HasMethod) await Task.WhenAny(run, line.Passed).WaitAsync(cancellation).ConfigureAwait(false);
    }

    private async Task RunAsync(ClientLine line)
    {
        using (line)
        {
            var exchange = new Exchange(host.Core.Snapshots.Current, head, line, host.Time) { Server = server, Connection = connection };
            var reply = new LineReply(this, line);
            if (host.Core.IsDraining) await reply.RefuseAsync(exchange, new Refusal(Reasons.Draining), CancellationToken.None).ConfigureAwait(false);
            else await pipeline.RunAsync(exchange, reply, gone.Token).ConfigureAwait(false);
            if (!reply.IsAnswered && line.Head.IsRequest) await SettleAsync(line.Number).ConfigureAwait(false);
        }
    }

    private async ValueTask SettleAsync(long number)
    {
        try
        {
            await client.Writer.WriteAsync(FrameKind.Settled, number, default, gone.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The wrapper is gone, and no reader waits for the frame.
        }
    }

    // The connection is the session's own stream too: changes of lists and resources, and log lines, outside of requests (L09).
    private async Task ListenAsync()
    {
        while (!gone.IsCancellationRequested)
        {
            var exchange = new Exchange(host.Core.Snapshots.Current, head, null, host.Time)
            { Intent = ExchangeIntent.Listen, Server = server, Connection = connection };
            await pipeline.RunAsync(exchange, new LineReply(this, null), gone.Token).ConfigureAwait(false);
            if (exchange.Record.Refusal?.Reason == Reasons.SessionUnknown) return;
            await Task.Delay(ListenAgain, host.Time, gone.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What is under way when the client closes its end may still be answered, in the time that the process has for its own end.
    private async Task SettleAsync()
    {
        using var limit = new CancellationTokenSource(LocalHost.Grace(server), host.Time);
        await Task.WhenAll(underWay.Keys).WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // G16: requests that waited for the process are answered first, and then the wrapper may go.
    private async Task EndWithChildAsync()
    {
        await upstream.EndedAsync().ConfigureAwait(false);
        await SettleAsync().ConfigureAwait(false);
        try
        {
            await gone.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // It ended in the same moment.
        }
    }

    // If the end cannot be stored, the session still ends: its handle is discarded.
    private async ValueTask EndSessionAsync()
    {
        if (session is null) return;
        try
        {
            await host.Core.Sessions.EndAsync(session).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            host.Log.Write(OperatorEvents.WrappedSessionEndNotStored, LogValue.Configured(server.Name), LogValue.Cause(e));
        }
    }

    private async ValueTask SayDoneAsync(bool isDone)
    {
        if (!isDone) return;
        try
        {
            await client.Writer.WriteAsync(FrameKind.Done, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has gone without.
        }
    }

    private void NoteEnd() => Note(
        "wrap.end",
        ("code", channel?.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? ""),
        ("why", isHostEnding ? "host-ended" : ""),
        ("dropped", upstream.Dropped.ToString(CultureInfo.InvariantCulture)));

    private void Note(string act, params (string, string)[] facts) =>
        host.Core.Note(act, [("server", server.Name), ("command", command.Digest), .. facts]);
}
