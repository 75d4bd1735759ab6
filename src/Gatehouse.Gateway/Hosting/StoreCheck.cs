using System.Globalization;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Stores;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The check at a start whether the store is the one that the gateway left, and the report where it is not (IR-01).</summary>
/// <param name="alarm">The alarm of the state folder.</param>
/// <param name="record">The record of the commits; null for a store that does not count them.</param>
/// <param name="compare">Compares the store with the record.</param>
/// <param name="journal">The entries of the gateway itself.</param>
/// <param name="log">The operator log.</param>
/// <param name="time">The clock.</param>
internal sealed class StoreCheck(
    StoreAlarm alarm, StoreCommitRecord? record, StoreComparison compare, ControlJournal journal, ILogger log, TimeProvider time)
{
    /// <summary>Compares the store with the record, reports an alarm that was not reported, and begins to follow the store.</summary>
    /// <param name="file">The file of the store.</param>
    /// <param name="hasLog">True where a gateway had written a log with the state folder before this process.</param>
    public async Task RunAsync(string file, bool hasLog)
    {
        var isLost = alarm.Current is { Kind: StoreAlarmKind.Lost, IsReported: false };
        var difference = isLost || record is null ? null : compare(record, hasLog);
        if (difference is not null) TryKeep(() => alarm.Raise(difference.Kind, time));
        if (alarm.Current is { IsReported: false } raised)
        {
            // The alarm counts as reported once its entry is on stable storage. Until then the record is that of the store before.
            if (!await ReportAsync(raised.Kind, difference, file).ConfigureAwait(false)) return;
            TryKeep(alarm.NoteReported);
        }

        record?.Follow();
    }

    private Task<bool> ReportAsync(StoreAlarmKind kind, StoreDifference? difference, string file)
    {
        if (kind == StoreAlarmKind.Lost)
        {
            log.Write(OperatorEvents.StoreMissing, LogValue.Configured(file));
            return journal.NoteDurableAsync("store.lost");
        }

        var commits = Number(difference?.Commits);
        var recorded = Number(difference?.Recorded);
        log.Write(OperatorEvents.StoreReplaced, LogValue.Configured(file), LogValue.Code(kind.Word()), LogValue.Code(commits),
            LogValue.Code(recorded));
        return journal.NoteDurableAsync("store.replaced", ("why", kind.Word()), ("commits", commits), ("recorded", recorded));
    }

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "none";

    // The logs have the alarm, and the status of this process. The next start finds it again, because the record is behind or the file is there.
    private static void TryKeep(Action keep)
    {
        try
        {
            keep();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // as above
        }
    }
}
