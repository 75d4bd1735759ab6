using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Gatehouse.Audit;
using Gatehouse.Identity.Partitions;
using Gatehouse.Isolation;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>
/// One running stdio server. Each line is one message: what else it prints is dropped and counted (G13). Ids and progress
/// tokens on its channel are ours, so that answers of one request never reach another (design rule 2).
/// </summary>
internal sealed class StdioChild : IAsyncDisposable
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(1);

    // Refusals of questions that are being written at once. A server that asks without end and does not read would else be owed more and more.
    private const int MostRejecting = 16;

    private const string Deaf = "the process does not read its input";

    private readonly IStdioChannel process;
    private readonly MessageLimits limits;
    private readonly StdioRouting routing;
    private readonly Action<IBufferWriter<byte>, ValidatedMessage> frame;
    // Never disposed of, which would leave those in it waiting for ever; without a wait handle it holds nothing of the system.
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ConcurrentDictionary<long, StdioReply> pending = new();
    private readonly Task reading;
    private readonly ReplayLog? replay;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock delivering = new();
    private readonly Lock ends = new();
    private readonly TimeSpan writeTimeout;
    private long lastKey;
    private long dropped;
    private int rejecting;
    private Task? ending;
    private volatile string? over; // why it takes no more messages

    public StdioChild(
        string id, IStdioChannel process, ServerSettings server, StdioRouting routing, ByteBudget budget, ReplayLog? replay,
        Action<IBufferWriter<byte>, ValidatedMessage> frame)
    {
        Id = id;
        Budget = budget;
        this.replay = replay;
        this.process = process;
        this.routing = routing;
        this.frame = frame;
        limits = ResponseLimits.For(server.ResponseBytes);
        writeTimeout = (server.Stdio ?? DefaultStdio).WriteTimeout;
        reading = Task.Run(ReadAsync);
    }

    /// <summary>Our id of the process; the upstream part of a session's handle.</summary>
    public string Id { get; }

    /// <summary>The budget of all messages held at once.</summary>
    public ByteBudget Budget { get; }

    /// <summary>Told of each notification.</summary>
    public Action<ValidatedMessage> Heard { get; init; } = static _ => { };

    /// <summary>
    /// True ends a request as soon as its client has taken it back, for clients that wait for no answer then (MCP, cancellation:
    /// a cancelled request gets none). Default false: over HTTP the request's own connection waits.
    /// </summary>
    public bool EndsCancelled { get; init; }

    /// <summary>Ids on the channel begin above it: a process that another host used before may still answer those.</summary>
    public long FirstKey { get => lastKey; init => lastKey = value; }

    /// <summary>The clock of its bounds.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>When a message was last sent to it, as a time stamp of the clock.</summary>
    public long LastUsed { get; set; }

    public int ProcessId => process.Id;

    /// <summary>Its exit code, once it is gone and where it is known.</summary>
    public int? ExitCode => process.ExitCode;

    /// <summary>Waits a moment for the exit of a process whose output has ended, so that its exit code is its own.</summary>
    public async Task AwaitExitAsync()
    {
        try
        {
            await process.Exited.WaitAsync(ExitPatience, Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It closed its output and lives on; it will be ended.
        }
    }

    /// <summary>True once its output has ended, or it was given up.</summary>
    public bool HasEnded => over is not null;

    /// <summary>Who had it started.</summary>
    public CallerPartition StartedBy { get; init; } = CallerPartition.Unknown;

    /// <summary>Whose requests were under way when it ended by itself, or was given up.</summary>
    public IReadOnlyCollection<CallerPartition> CallersAtEnd { get; private set; } = [];

    /// <summary>Lines that were no message, or answers and questions nobody waited for.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    public bool IsIdle => pending.IsEmpty;

    /// <summary>Questions of the process whose refusals are being written now.</summary>
    internal int Rejecting => Volatile.Read(ref rejecting);

    /// <summary>Completes when the process is gone.</summary>
    public Task Ended => reading;

    /// <summary>Sends the request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sessionId">What begins with the answer; null for nothing.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="written">Told when the process has the message, before its answer.</param>
    public async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, string? sessionId, CancellationToken cancellation,
        Action? written = null)
    {
        if (request.Message is not { } message) return Listen(request);
        if (message.Kind != MessageKind.Request)
        {
            await PassAsync(request, message, cancellation).ConfigureAwait(false);
            return new AcceptedReply();
        }

        var reply = Register(request, message.Method == "subscriptions/listen" ? UpstreamReplyKind.Stream : UpstreamReplyKind.Single, sessionId);
        try
        {
            await WriteAsync(StdioIds.ToChild(message, reply.Key, limits), cancellation).ConfigureAwait(false);
            written?.Invoke();
            await reply.SettleAsync(cancellation).ConfigureAwait(false);
            return reply;
        }
        catch
        {
            await reply.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask RejectAsync(JsonRpcId question, bool byPolicy, CancellationToken cancellation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ServerRequestRefusal.Write(buffer, question, byPolicy);
        return WriteAsync(Own(buffer), cancellation);
    }

    /// <summary>Takes a reply out; an unanswered request is cancelled (T28, G18, H33).</summary>
    public async ValueTask ReleaseAsync(StdioReply reply, bool cancel)
    {
        if (!pending.TryRemove(reply.Key, out _)) return;
        reply.Close();
        if (!cancel || reply.Request.Message is null || over is not null) return;
        var buffer = new ArrayBufferWriter<byte>();
        JsonRpcWriter.WriteNotification(buffer, "notifications/cancelled",
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"requestId\":{reply.Key}}}")));
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await WriteAsync(Own(buffer), patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RefusalException or OperationCanceledException or ObjectDisposedException)
        {
            // The process is gone or does not read; there is nothing left to cancel.
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (ends) return new ValueTask(ending ??= EndAsync());
    }

    private static StdioUpstreamSettings DefaultStdio { get; } = new() { Command = [] };

    private async Task EndAsync()
    {
        FailAll("process");
        await process.DisposeAsync().ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        stopping.Dispose();
    }

    private StdioReply Listen(UpstreamRequest request)
    {
        if (request.Resume is not { } resume) return Register(request, UpstreamReplyKind.Stream, null);
        if (replay is null || ReplayLog.StreamOf(resume.UpstreamEventId) is not { } stream)
            throw new RefusalException(Reasons.ResumeRefused, "nothing is kept");
        // One at a time with the reader: what is kept comes first, and nothing falls between it and what follows.
        lock (delivering)
        {
            var gap = replay.GapAfter(resume.UpstreamEventId, isUnderWay: resume.Stream.Length == 0 || pending.ContainsKey(stream));
            var reply = Register(request, UpstreamReplyKind.Stream, null, stream, gap);
            foreach (var item in replay.After(resume.UpstreamEventId)) reply.TryDeliver(item);
            return reply;
        }
    }

    private StdioReply Register(UpstreamRequest request, UpstreamReplyKind kind, string? sessionId, long? follows = null, StreamGap? gap = null)
    {
        var reply = new StdioReply(this, request, Interlocked.Increment(ref lastKey), kind) { SessionId = sessionId, Follows = follows, Gap = gap };
        pending[reply.Key] = reply;
        if (over is { } why) reply.Fail(new RefusalException(Reasons.UpstreamEnded, why));
        return reply;
    }

    // A client names its own ids; on the child's channel they are ours.
    private async ValueTask PassAsync(UpstreamRequest request, ValidatedMessage message, CancellationToken cancellation)
    {
        if (message.Method != "notifications/cancelled")
        {
            await WriteAsync(message, cancellation).ConfigureAwait(false);
            return;
        }

        if (Cancelled(request, message) is not { } target)
        {
            request.Record?.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, "client-notification", "cancels-no-request-of-the-caller"));
            return;
        }

        await WriteAsync(StdioIds.WithRequestId(message, target.Key, limits), cancellation).ConfigureAwait(false);
        if (EndsCancelled) target.Cancel();
    }

    private StdioReply? Cancelled(UpstreamRequest request, ValidatedMessage message)
    {
        if (!JsonRpcId.TryParse(message.Bytes.At(message.Range(EnvelopeMember.ParamsRequestId)), limits, out var id)) return null;
        return pending.Values.FirstOrDefault(r =>
            r.Request.Message is { Kind: MessageKind.Request } m && m.Id == id && routing.SameOwner(r.Request, request));
    }

    private async ValueTask WriteAsync(ValidatedMessage message, CancellationToken cancellation)
    {
        var line = new ArrayBufferWriter<byte>(message.Bytes.Length + 1);
        frame(line, message);
        await writing.WaitAsync(cancellation).ConfigureAwait(false);
        if (over is { } why)
        {
            writing.Release(); // whoever waits behind learns it too
            throw new RefusalException(Reasons.UpstreamEnded, why);
        }

        // A line is written whole or the process is at its end: the caller may leave, the write goes on without it.
        var write = WriteLineAsync(line.WrittenMemory);
        try
        {
            await write.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = SeeAsync(write); // what becomes of it is the process's end, not a fault that nobody saw
            throw;
        }
    }

    private static async Task SeeAsync(Task write) => await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task WriteLineAsync(ReadOnlyMemory<byte> line)
    {
        try
        {
            await BoundedWrite.ToAsync(process.Input, line, writeTimeout, Time).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            // Half a line may stand in the pipe, and what is written next would be read as its rest: the process is at its end, for
            // everybody who waits for it. Its end itself takes its grace, which nobody waits for.
            FailAll(Deaf);
            _ = Task.Run(async () => await DisposeAsync().ConfigureAwait(false), CancellationToken.None);
            throw new RefusalException(Reasons.UpstreamEnded, Deaf, e);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new RefusalException(Reasons.UpstreamEnded, "process", e);
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            var lines = new BoundedLineReader(process.Output, limits.MaxBytes);
            while (true)
            {
                var line = await lines.ReadAsync(stopping.Token).ConfigureAwait(false);
                if (line.Outcome == LineOutcome.End) break;
                if (line.Outcome == LineOutcome.TooLong || !Take(line.Line)) Interlocked.Increment(ref dropped);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The same as its end.
        }

        FailAll("process");
    }

    private bool Take(ReadOnlyMemory<byte> line)
    {
        // The reader's buffer is reused, and a message outlives it.
        if (!MessageValidator.TryValidate(line.ToArray(), limits, out var message, out _)) return false;
        if (message.Kind == MessageKind.Request && !routing.CanAsk(message, pending.Values))
        {
            if (Interlocked.Increment(ref rejecting) <= MostRejecting) _ = Task.Run(() => TryRejectAsync(message.Id));
            else Interlocked.Decrement(ref rejecting); // it gets no answer, and is counted as dropped
            return false;
        }

        if (message.Kind == MessageKind.Notification) Heard(message);
        var delivered = false;
        lock (delivering)
        {
            foreach (var (reply, translated) in routing.Route(message, pending, limits))
                delivered |= Deliver(reply, translated);
        }

        return delivered;
    }

    private bool Deliver(StdioReply reply, ValidatedMessage message)
    {
        var item = new UpstreamEvent(message, replay?.Add(reply.Follows ?? reply.Key, message));
        foreach (var follower in pending.Values)
        {
            if (follower.Follows == reply.Key) follower.TryDeliver(item);
        }

        return reply.TryDeliver(item);
    }

    private async Task TryRejectAsync(JsonRpcId id)
    {
        try
        {
            await RejectAsync(id, byPolicy: false, stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RefusalException or OperationCanceledException or ObjectDisposedException)
        {
            // Gone meanwhile.
        }
        finally
        {
            Interlocked.Decrement(ref rejecting);
        }
    }

    private void FailAll(string why)
    {
        lock (ends)
        {
            if (over is null)
            {
                CallersAtEnd = [.. pending.Values.Where(r => r.Request.Message is not null).Select(r => r.Request.Partition).OfType<CallerPartition>()
                    .Distinct()];
                over = why;
            }
        }

        foreach (var reply in pending.Values)
            reply.Fail(new RefusalException(Reasons.UpstreamEnded, over));
    }

    private ValidatedMessage Own(ArrayBufferWriter<byte> buffer) =>
        MessageValidator.TryValidate(buffer.WrittenMemory, limits, out var message, out var failure)
            ? message
            : throw new RefusalException(Reasons.InternalFault, failure.Fault.ToString());
}
