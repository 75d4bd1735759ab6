using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Witnesses;

/// <summary>The sender to one place: when it is due, what the place has, and the pause after a fault. One request is under way at a time.</summary>
/// <param name="place">The place.</param>
/// <param name="directory">The folder of the logs.</param>
/// <param name="time">The clock.</param>
/// <param name="events">Events for the operator.</param>
/// <param name="written">Returns the name of the folder that the writer has open; null where it has none open.</param>
internal sealed class PlaceSender(OutsidePlace place, string directory, TimeProvider time, ILogger events, Func<string?> written)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly HashSet<string> ended = new(StringComparer.Ordinal); // older logs of which nothing is left to send
    private readonly HashSet<string> refused = new(StringComparer.Ordinal); // those among them that the place did not take
    private readonly Lock gate = new();
    private PlaceState state = new(place.Name, place.Operator);
    private string? newestLog; // the log whose size "newest" is
    private long? newest; // the size of the newest log that the place named or took; null until it was looked up
    private bool hasNewest; // the place took the checkpoint of that size
    private bool hasOlder = true;
    private DateTimeOffset next = DateTimeOffset.MinValue;
    private TimeSpan pause = FirstPause;
    private DateTimeOffset reportedSince;
    private bool isReported;
    private bool isTried;
    private DateTimeOffset? firstFaultAt; // of a place that has failed from the beginning
    private bool isRefusalReported;
    private int busy;

    /// <summary>Identity of the place: a reload keeps the sender of one that did not change.</summary>
    public string Identity => place.Identity;

    /// <summary>The state, for status.</summary>
    public PlaceState State
    {
        get
        {
            lock (gate) return state;
        }
    }

    /// <summary>Sends where it is due. It never throws a fault of the place.</summary>
    /// <param name="published">The size of the newest checkpoint of the log.</param>
    /// <param name="every">The least time between two checkpoints.</param>
    /// <param name="patience">The time for which the place may lack a newer checkpoint, in addition to the interval.</param>
    /// <param name="cancellation">Ends the request.</param>
    public async Task StepAsync(long published, TimeSpan every, TimeSpan patience, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref busy, 1) != 0) return;
        try
        {
            var now = time.GetUtcNow();
            Look(published, every + patience, now);
            if (now < next || (newest == published && hasNewest && !hasOlder) || published == 0) return;
            var fault = await TryAsync(cancellation).ConfigureAwait(false);
            if (cancellation.IsCancellationRequested) return;
            next = time.GetUtcNow() + (fault is null ? every : pause);
            pause = fault is null ? FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            Look(published, every + patience, time.GetUtcNow());
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
    }

    /// <summary>
    /// Sends the last checkpoint of a log that is closed, whatever the interval and the pause. It never throws a fault of the place.
    /// </summary>
    /// <param name="published">The size of the newest checkpoint of the log. A place that lacks it is reported.</param>
    /// <param name="cancellation">Ends the request.</param>
    public async Task SendLastAsync(long published, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref busy, 1) != 0) return;
        try
        {
            var failed = await TryAsync(cancellation).ConfigureAwait(false);
            if ((failed ?? (State.Size < published ? SendOutcome.NotSent : null)) is { } fault)
            {
                events.Write(OperatorEvents.LastCheckpointNotSent, LogValue.Id(place.Name), LogValue.Code(fault),
                    LogValue.Code(SendOutcome.RemedyOf(fault)));
            }
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
    }

    private async Task<string?> TryAsync(CancellationToken cancellation)
    {
        string? fault;
        try
        {
            fault = await SendAllAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            fault = SendOutcome.WordOf(e);
        }

        lock (gate) state = state with { Fault = fault };
        if (!cancellation.IsCancellationRequested) ReportFirst(fault);
        return fault;
    }

    // Older logs first: a log that follows another one is accepted only behind the last checkpoint of that one.
    private async Task<string?> SendAllAsync(CancellationToken cancellation)
    {
        var logs = UpToNewest();
        string? fault = null;
        if (logs is [.., var last] && last.Name != newestLog) (newestLog, newest, hasNewest) = (last.Name, null, false);
        for (var at = 0; at < logs.Count; at++)
        {
            var isNewest = at == logs.Count - 1;
            if (!isNewest && ended.Contains(logs[at].Name)) continue;
            using var log = logs[at].Open();
            if (log.Checkpoint is not { Size: > 0 } checkpoint || log.Note is null) continue;
            var isNamed = isNewest && newest is not null;
            var known = isNamed ? newest!.Value : place.KnownSize(log);
            // A place that named this size and then failed took nothing: it is asked again.
            var outcome = known == checkpoint.Size && (!isNamed || hasNewest) ? new SendOutcome(known, null)
                : await place.SendAsync(log, known, cancellation).ConfigureAwait(false);
            if (!isNewest && (outcome.Fault is null || outcome.IsFinal)) ended.Add(logs[at].Name);
            if (!isNewest && outcome.Fault is not null && outcome.IsFinal) refused.Add(logs[at].Name);
            if (isNewest) Take(outcome);
            fault = isNewest || !outcome.IsFinal ? outcome.Fault ?? fault : fault;
            ReportRefusal(outcome);
        }

        hasOlder = logs.Count > 0 && logs.SkipLast(1).Any(log => !ended.Contains(log.Name));
        return fault;
    }

    // The newest log is the one that the writer has open; before it has one open, the last one with entries under a checkpoint. The threat: whoever
    // can make a folder with a higher number has the newest log taken for an older one, of which nothing is sent any more (CWE-778).
    private List<EvidenceLog> UpToNewest()
    {
        var logs = EvidenceLog.In(directory).Where(static log => log.IsFolder).ToList();
        var last = written() is { } name ? logs.FindIndex(log => log.Name == name) : -1;
        if (last >= 0) return logs[..(last + 1)];
        logs.RemoveAll(static log => !log.IsRead);
        return logs[..(logs.FindLastIndex(HasCheckpoint) + 1)];
    }

    private static bool HasCheckpoint(EvidenceLog log)
    {
        using var snapshot = log.Open();
        return snapshot.Checkpoint is { Size: > 0 } && snapshot.Note is not null;
    }

    private void Take(SendOutcome outcome)
    {
        (newest, hasNewest) = (outcome.Size, outcome.Fault is null);
        if (outcome.Fault is not null)
        {
            // The place may take the older ones by now: its operator adds a log after the first request for it. The newest needs them there.
            ended.ExceptWith(refused);
            refused.Clear();
            return;
        }

        isRefusalReported = false;
        lock (gate) state = state with { Size = outcome.Size, At = time.GetUtcNow(), LacksSince = null };
    }

    // A place with an error in the configuration fails from the beginning. Its interval is often hours, and the report of a place that is behind
    // comes only after it.
    private void ReportFirst(string? fault)
    {
        if (fault is null && firstFaultAt is { } since)
        {
            if (!isReported) events.Write(OperatorEvents.CheckpointsReached, LogValue.Id(place.Name), (long)(time.GetUtcNow() - since).TotalSeconds);
            firstFaultAt = null;
        }

        if (!isTried && fault is not null)
        {
            firstFaultAt = time.GetUtcNow();
            events.Write(OperatorEvents.CheckpointPlaceFails, LogValue.Id(place.Name), LogValue.Configured(place.Target), LogValue.Code(fault),
                LogValue.Code(SendOutcome.RemedyOf(fault)));
        }

        isTried = true;
    }

    private void ReportRefusal(SendOutcome outcome)
    {
        if (isRefusalReported || outcome.Fault is not (SendOutcome.Inconsistent or SendOutcome.SawMore)) return;
        isRefusalReported = true;
        events.Write(OperatorEvents.WitnessRefused, LogValue.Id(place.Name), LogValue.Code(outcome.Fault));
    }

    private void Look(long published, TimeSpan patience, DateTimeOffset now)
    {
        PlaceState seen;
        lock (gate)
        {
            var isOlder = published > 0 && state.Size != published;
            state = state with
            {
                Published = published,
                LacksSince = isOlder ? state.LacksSince ?? now : null,
                Next = next == DateTimeOffset.MinValue ? null : next,
            };
            seen = state;
        }

        var lacking = seen.LacksSince is { } since ? now - since : TimeSpan.Zero;
        if (!isReported && lacking > patience)
        {
            isReported = true;
            reportedSince = seen.LacksSince!.Value;
            events.Write(OperatorEvents.CheckpointsBehind, LogValue.Id(place.Name), (long)lacking.TotalSeconds, LogValue.Code(seen.Fault ?? "slow"),
                published, seen.Size);
        }
        else if (isReported && lacking <= patience)
        {
            isReported = false;
            events.Write(OperatorEvents.CheckpointsReached, LogValue.Id(place.Name), (long)(now - reportedSince).TotalSeconds);
        }
    }
}
