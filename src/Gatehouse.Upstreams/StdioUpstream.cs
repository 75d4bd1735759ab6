using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Gatehouse.Identity.Partitions;
using Gatehouse.Isolation;
using Gatehouse.Outbound;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Upstreams;

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
    private readonly RestartPauses pauses;
    private readonly PartitionedBudget starting = new();
    private readonly PartitionedBudget held = new();
    private readonly Action<string> serverOutput;
    private readonly string workingDirectory;
    private readonly Func<ReplayLog> replay;
    private readonly ConcurrentDictionary<string, StdioChild> children = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task<StdioChild>> starts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<StdioChild, TaskCompletionSource> places = new(); // of those that are about to be gone as well
    private readonly ByteBudget budget;
    private long stderrLines;
    private volatile string? lastEnd; // how a process failed last
    private volatile bool isClosed;
    private volatile int callerShare = 100; // as the configuration said when somebody last called

    /// <summary>Creates the upstream; no process is started before it is needed.</summary>
    public StdioUpstream(
        ServerSettings server, SecretResolver secrets, ByteBudget budget, Func<SessionSettings> sessions, string emptyDirectory, TimeProvider time,
        Action<string> serverOutput)
    {
        ArgumentNullException.ThrowIfNull(server);
        this.server = server;
        this.secrets = secrets;
        this.budget = budget;
        this.time = time;
        this.serverOutput = serverOutput;
        settings = server.Stdio ?? throw new ArgumentException("not a stdio server", nameof(server));
        workingDirectory = settings.WorkingDirectory ?? emptyDirectory;
        replay = () => new ReplayLog(sessions().ReplayEvents, sessions().ReplayBytes);
        pauses = new RestartPauses(time);
    }

    /// <summary>How a message becomes a line.</summary>
    internal Action<IBufferWriter<byte>, ValidatedMessage> Framing { get; init; } = LineFraming.Write;

    /// <summary>Told of each notification, also of one that is for nobody.</summary>
    internal Action<ValidatedMessage> Heard { get; init; } = static _ => { };

    /// <summary>Lines that the processes have written to stderr.</summary>
    public long StderrLines => Interlocked.Read(ref stderrLines);

    /// <summary>How the server is doing, for operators.</summary>
    public string State
    {
        get
        {
            var failed = pauses.Recent;
            var running = string.Create(CultureInfo.InvariantCulture, $"{Running} processes");
            if (failed == 0 || lastEnd is not { } last) return running;
            var hidden = settings.ShowStderr || StderrLines == 0
                ? "" : string.Create(CultureInfo.InvariantCulture, $"; {StderrLines} lines on stderr, to be seen with showStderr");
            return string.Create(CultureInfo.InvariantCulture,
                $"{running}, failing: {failed} ended in the last minute, the last with {last}{hidden}");
        }
    }

    /// <summary>Processes running now.</summary>
    public int Running => children.Count;

    /// <inheritdoc />
    public async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Intent == ExchangeIntent.EndSession) return await EndSessionAsync(request).ConfigureAwait(false);
        callerShare = request.Limits.CallerShare;
        // of one process for all, a caller is kept from it while others use it
        if (server.Stateless && !pauses.MayUse(Party(request), out var pause)) throw Pausing(pause);
        if (request.Message?.Method == "initialize") return await InitializeAsync(request, cancellation).ConfigureAwait(false);
        var child = request.IsModern
            ? await FindOrStart(ModernKey(request), request).WaitAsync(cancellation).ConfigureAwait(false)
            : children.GetValueOrDefault(request.Session?.Id ?? "")
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
    public object? OwnProcess(PolicySubject? caller) => server.Stateless ? null : children.GetValueOrDefault(UserKey(caller));

    /// <summary>Ends the process of a session.</summary>
    public async ValueTask EndAsync(string childId)
    {
        if (!server.Stateless && children.TryGetValue(childId, out var child)) await EndAsync(child).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        isClosed = true;
        await EndAllAsync().ConfigureAwait(false); // those that starts ask for their era among them
        await Task.WhenAll(starts.Values.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndAllAsync().ConfigureAwait(false);
    }

    private Task EndAllAsync() => Task.WhenAll(children.Values.Select(EndAsync));

    private async ValueTask<IUpstreamReply> InitializeAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        var key = server.Stateless ? "shared" : Ids.New(time);
        using var place = TakeStart(request);
        var child = await StartForAsync(key, request, cancellation).ConfigureAwait(false);
        using var patience = new TimeLimit(settings.StartTimeout, time, cancellation);
        try
        {
            request.SendingBy(this);
            var reply = await child.SendAsync(request, child.Id, patience.Token).ConfigureAwait(false);
            return server.Stateless ? reply : new BeginningReply(reply, () => EndAsync(child));
        }
        catch (Exception e) when (e is OperationCanceledException or RefusalException)
        {
            if (child.HasEnded) throw await NotReadyAsync(child, e).ConfigureAwait(false);
            // Of one process for all, the caller alone learns that it is slow; one's own is ended.
            // A caller who left, and what the gateway itself refused, are no failure of the server.
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                lastEnd = "no answer to initialize";
                pauses.Failed([Party(request)], callerShare);
            }

            await EndAsync(key).ConfigureAwait(false);
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw new RefusalException(Reasons.UpstreamTimeout, "no answer to initialize", e);
            throw;
        }
    }

    // The start goes on without a caller who leaves, and what it brings is nobody's: its key is known to no one else.
    private async ValueTask<StdioChild> StartForAsync(string key, UpstreamRequest request, CancellationToken cancellation)
    {
        var start = FindOrStart(key, request);
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
        if (start.IsCompletedSuccessfully) await EndAsync(await start.ConfigureAwait(false)).ConfigureAwait(false);
    }

    // It ended before it took part in anything: nothing was carried out, and the caller may be told so.
    private static async ValueTask<RefusalException> NotReadyAsync(StdioChild child, Exception e)
    {
        await child.AwaitExitAsync().ConfigureAwait(false);
        return new RefusalException(Reasons.UpstreamNotReady, How(child), e);
    }

    private static string How(StdioChild child) =>
        child.ExitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}") : "its output closed";

    private async ValueTask<IUpstreamReply> EndSessionAsync(UpstreamRequest request)
    {
        if (request.Session?.Id is { } id) await EndAsync(id).ConfigureAwait(false);
        return new AcceptedReply(UpstreamReplyKind.SessionEnded);
    }

    // What the gateway asks for a caller's sake goes to the caller's process, where it runs: a process may have what others have not.
    private string ModernKey(UpstreamRequest request)
    {
        if (server.Stateless) return "shared-modern";
        if (request.Caller is not null) return UserKey(request.Caller);
        return UserKey(request.OnBehalfOf) is var own && children.ContainsKey(own) ? own : "gateway";
    }

    private static string UserKey(PolicySubject? caller) =>
        caller is { } subject ? $"user\n{subject.Issuer}\n{subject.Subject}\n{subject.ClientId}" : "";

    private static CallerPartition Party(UpstreamRequest request) => request.Partition ?? CallerPartition.Unknown; // the gateway itself

    // One start for each key, under way beside those of others: whoever is slow to start keeps nobody else waiting.
    private Task<StdioChild> FindOrStart(string key, UpstreamRequest request)
    {
        if (children.TryGetValue(key, out var running) && !starts.ContainsKey(key)) return Task.FromResult(running);
        var mine = new TaskCompletionSource<StdioChild>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = starts.GetOrAdd(key, mine.Task);
        // It goes on without the caller who happened to be the first and may leave; its own patience bounds it.
        if (ReferenceEquals(start, mine.Task)) _ = StartAsync(key, request, mine);
        return start;
    }

    private async Task StartAsync(string key, UpstreamRequest request, TaskCompletionSource<StdioChild> started)
    {
        try
        {
            if (!children.TryGetValue(key, out var child))
            {
                using var place = request.IsModern ? TakeStart(request) : null;
                RequireNoPause(request);
                await AdmitAsync(request).ConfigureAwait(false);
                child = Start(key, request);
                if (isClosed) await EndAsync(child).ConfigureAwait(false); // nobody would end it later
                if (request.IsModern && request.Message?.Method != "server/discover") await OpenModernAsync(child, request).ConfigureAwait(false);
            }

            starts.TryRemove(key, out _);
            started.SetResult(child);
        }
        catch (Exception e)
        {
            starts.TryRemove(key, out _);
            started.SetException(e);
            _ = started.Task.Exception; // seen, also when everybody has left
        }
    }

    private void RequireNoPause(UpstreamRequest request)
    {
        if (!pauses.MayStart(Party(request), request.Limits.CallerShare, out var wait)) throw Pausing(wait);
    }

    private RefusalException Pausing(TimeSpan wait) =>
        new(new Refusal(Reasons.UpstreamBackoff, lastEnd is { } last ? VisibleText.Escape(last) : null) { RetryAfter = wait });

    // Starts cost most of all that a server does, and one that hangs lasts for the whole patience: one caller gets a part of them.
    private StartPlace TakeStart(UpstreamRequest request)
    {
        var party = Party(request);
        var part = PartitionedBudget.PartOf(settings.MaxProcesses, request.Limits.CallerShare);
        if (starting.TryTake(party, 1, settings.MaxProcesses, part) != PartitionedVerdict.Taken)
            throw new RefusalException(Reasons.TooBusy, "starts under way");
        return new StartPlace(starting, party);
    }

    // Servers of both eras take the era of a channel from its first message. A process that is started in the middle of a
    // user's work would hear a call first and take it for the legacy era.
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
            // It may answer the call itself, or that fails in its turn.
        }
        catch (RefusalException e)
        {
            if (child.HasEnded) throw await NotReadyAsync(child, e).ConfigureAwait(false);
            // The next call would find it running and be the first that it hears.
            await EndAsync(child).ConfigureAwait(false);
            throw;
        }
    }

    // The threat: one caller begins session after session and nobody else gets a process (CWE-770). At a bound the caller's own process
    // that was idle longest makes room; its session ends with it. One that is about to be gone is waited for, once.
    private async ValueTask AdmitAsync(UpstreamRequest request)
    {
        var owner = Holder(Party(request));
        if (TryTakePlace(owner, request) == PartitionedVerdict.Taken) return;
        if (TakeOver(owner) is { } longest)
        {
            await longest.DisposeAsync().ConfigureAwait(false);
            return;
        }

        if (Leaving(owner) is { } leaving) await Task.WhenAny(leaving, Task.Delay(settings.StartTimeout, time)).ConfigureAwait(false);
        var verdict = TryTakePlace(owner, request);
        if (verdict == PartitionedVerdict.Taken) return;
        throw verdict == PartitionedVerdict.PartSpent && !owner.IsAnonymous
            ? new RefusalException(Reasons.OwnSessionsBusy, "maxProcesses, limits.callerShare")
            : new RefusalException(Reasons.TooManySessions, "maxProcesses");
    }

    private PartitionedVerdict TryTakePlace(CallerPartition owner, UpstreamRequest request)
    {
        var each = owner.IsAnonymous ? settings.MaxProcesses : PartitionedBudget.PartOf(settings.MaxProcesses, request.Limits.CallerShare);
        return held.TryTake(owner, 1, settings.MaxProcesses, each);
    }

    // Its place goes to the one that is to be started, and to nobody in between. One that ended by itself is blamed on somebody first.
    private StdioChild? TakeOver(CallerPartition owner)
    {
        if (owner.IsAnonymous) return null;
        var longest = children.Values.Where(child => child.StartedBy == owner && child is { IsIdle: true, HasEnded: false }
            && !starts.ContainsKey(child.Id)).MinBy(child => child.LastUsed);
        if (longest is null || !children.TryRemove(KeyValuePair.Create(longest.Id, longest))) return null;
        if (places.TryRemove(longest, out var place)) place.SetResult();
        return longest;
    }

    private Task? Leaving(CallerPartition owner)
    {
        var running = children.Values;
        var leaving = places.Where(pair => pair.Key.HasEnded || !running.Contains(pair.Key)).ToList();
        return (leaving.Find(pair => Holder(pair.Key.StartedBy) == owner).Value ?? leaving.Find(_ => true).Value)?.Task;
    }

    // One process for all is nobody's.
    private CallerPartition Holder(CallerPartition party) => server.Stateless ? CallerPartition.Unknown : party;

    private StdioChild Start(string key, UpstreamRequest request)
    {
        var party = Party(request);
        try
        {
            var modern = request.IsModern;
            var process = LocalProcess.Start(NewOptions(), OnStderr, time);
            pauses.Started(party);
            var child = new StdioChild(
                key, new LocalChannel(process), server, new StdioRouting(modern, server.Stateless), budget, modern || server.Stateless
                    ? null : replay(), Framing)
            {
                Heard = Heard,
                Time = time,
                StartedBy = party,
                LastUsed = time.GetTimestamp(),
            };
            places[child] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            children[key] = child;
            _ = ForgetWhenEndedAsync(child);
            return child;
        }
        catch (Exception e)
        {
            held.Return(Holder(party), 1);
            if (e is not ProcessStartException) throw;
            lastEnd = e.Message;
            pauses.Failed([party], callerShare);
            throw new RefusalException(Reasons.UpstreamUnreachable, VisibleText.Escape(e.Message), e);
        }
    }

    private async Task EndAsync(StdioChild child)
    {
        if (children.TryRemove(KeyValuePair.Create(child.Id, child))) await FreeAsync(child).ConfigureAwait(false);
        else await child.DisposeAsync().ConfigureAwait(false);
    }

    // The threat: a process that takes the whole grace to end is begun and ended over and over, and more run than may (EX-03, CWE-770).
    // A place is free when its process is gone, not when that is asked to end.
    private async Task FreeAsync(StdioChild child)
    {
        try
        {
            await child.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            held.Return(Holder(child.StartedBy), 1);
            if (places.TryRemove(child, out var place)) place.SetResult();
        }
    }

    private async Task ForgetWhenEndedAsync(StdioChild child)
    {
        await child.Ended.ConfigureAwait(false);
        if (!children.TryRemove(KeyValuePair.Create(child.Id, child))) return; // whoever took it out ends it
        Blame(child);
        await child.AwaitExitAsync().ConfigureAwait(false);
        lastEnd = How(child);
        await FreeAsync(child).ConfigureAwait(false);
    }

    // Whose calls were under way pays for its end; where there were none, who had it started.
    private void Blame(StdioChild child) => pauses.Failed(child.CallersAtEnd.Count > 0 ? child.CallersAtEnd : [child.StartedBy], callerShare);

    // G14: stderr is no sign of an error. What stands there may be content, so it is shown only where that was chosen.
    private void OnStderr(string line)
    {
        Interlocked.Increment(ref stderrLines);
        if (settings.ShowStderr) serverOutput($"server {server.Name}: {VisibleText.Escape(line)}");
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

    private sealed class StartPlace(PartitionedBudget starting, CallerPartition party) : IDisposable
    {
        public void Dispose() => starting.Return(party, 1);
    }
}
