using Gatehouse.Audit;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Diagnostics;
using Gatehouse.Pipeline.Bounds;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Reports to the operator that the log cannot be written, that it can be written again, that checkpoints are late, and that its room comes to an
/// end (AU-06). It looks each second, so that a gateway without traffic reports it too. A state that flaps is reported at most once a minute.
/// </summary>
internal sealed class AuditWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMinutes(1);

    // Checkpoints come each second.
    private static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(5);

    // Percent of what the log can hold that is left.
    private static readonly int[] Marks = [25, 10, 5, 2];

    private readonly IAuditLog log;
    private readonly string directory;
    private readonly TimeProvider time;
    private readonly ILogger events;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private long? reportedAt;
    private long since;
    private long lostReported;
    private bool reportedUnavailable;
    private bool reportedSuccession;
    private TimeSpan? late; // as of the last look; null where it is not reported
    private int marksPassed;

    /// <param name="log">The log.</param>
    /// <param name="directory">Its folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="events">The operator log.</param>
    public AuditWatch(IAuditLog log, string directory, TimeProvider time, ILogger events)
    {
        this.log = log;
        this.directory = directory;
        this.time = time;
        this.events = events;
        timer = GuardedTimer.Start(time, "watch of the audit log", Look, TimeSpan.Zero, Every, events);
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        if (!gate.TryEnter()) return; // a disk that hangs holds one of these, not one each second
        try
        {
            LookAtAvailability();
            LookAtSuccession();
            LookAtCheckpoints();
            LookAtRoom();
        }
        finally
        {
            gate.Exit();
        }
    }

    private void LookAtAvailability()
    {
        var isAvailable = log.IsAvailable;
        var lost = log.Statistics.Lost;
        if (!isAvailable && !reportedUnavailable && MayReport())
        {
            (reportedUnavailable, since) = (true, time.GetTimestamp());
            events.Write(OperatorEvents.AuditUnavailable, LogValue.FileFault(log.WhyUnavailable ?? ""));
        }
        else if (isAvailable && reportedUnavailable)
        {
            reportedUnavailable = false;
            events.Write(OperatorEvents.AuditAvailable, (long)Math.Round(time.GetElapsedTime(since).TotalSeconds), lost - lostReported);
            lostReported = lost;
        }
        else if (isAvailable && lost > lostReported && MayReport())
        {
            events.Write(OperatorEvents.AuditEntriesLost, lost - lostReported);
            lostReported = lost;
        }
    }

    // A log whose files or key are not as they were left is for a person to look at, however well the next one works.
    private void LookAtSuccession()
    {
        if (reportedSuccession || log.Statistics.Succession is not { } succession) return;
        reportedSuccession = true;
        var (previous, newest) = LastTwo();
        var name = LogValue.Configured(succession.Previous ?? "with an unknown name");
        var size = succession.PreviousSize is { } known ? known : LogValue.Code("unknown");
        switch (succession.Reason)
        {
            case AuditLogSuccession.Lost:
                events.Write(OperatorEvents.AuditLogLost, name, size, LogValue.Configured(directory), LogValue.Configured(newest));
                break;
            case AuditLogSuccession.Replaced:
                events.Write(OperatorEvents.AuditLogReplaced, LogValue.Configured(previous), name, size, LogValue.Configured(newest));
                break;
            default:
                events.Write(OperatorEvents.AuditSucceeded, LogValue.Configured(previous), LogValue.Code(succession.Reason),
                    LogValue.FileFault(succession.Detail ?? "its key is missing or does not open"), LogValue.Configured(newest));
                break;
        }
    }

    // Paths, because the operator has to find the folder of each.
    private (string Previous, string Newest) LastTwo()
    {
        try
        {
            var logs = EvidenceLog.In(directory).Where(static log => log.IsFolder).TakeLast(2).Select(static log => log.Path).ToList();
            if (logs is [.. var before, var newest]) return (before is [var previous] ? previous : $"in {directory}", newest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The event is needed nevertheless: it names the folder of both.
        }

        return ($"in {directory}", $"in {directory}");
    }

    // A tree that cannot be written stops no call, so that only this shows it.
    private void LookAtCheckpoints()
    {
        var statistics = log.Statistics;
        var uncovered = statistics.Uncovered;
        if (uncovered >= LateAfter)
        {
            if (late is null)
                events.Write(OperatorEvents.TreeBehind, statistics.Size - statistics.PublishedSize, (long)uncovered.TotalSeconds,
                    LogValue.FileFault(statistics.TreeFault ?? "it is slow, and no write has failed"));
            late = uncovered;
        }
        else if (late is { } lasted)
        {
            events.Write(OperatorEvents.TreeReached, (long)lasted.TotalSeconds);
            late = null;
        }
    }

    private void LookAtRoom()
    {
        var statistics = log.Statistics;
        if (statistics.Bytes + statistics.RoomBytes is not (> 0 and var all)) return;
        var left = 100d * statistics.RoomBytes / all;
        var passed = Marks.Count(mark => left < mark);
        if (passed > marksPassed)
            events.Write(OperatorEvents.AuditRoom, Marks[passed - 1], statistics.RoomBytes);
        // A mark counts as passed until there is a quarter more room than it says: room that goes up and down around it is reported once.
        marksPassed = Math.Max(passed, Math.Min(marksPassed, Marks.Count(mark => left < mark * 1.25)));
    }

    private bool MayReport()
    {
        if (reportedAt is { } last && time.GetElapsedTime(last) < ReportEvery) return false;
        reportedAt = time.GetTimestamp();
        return true;
    }
}
