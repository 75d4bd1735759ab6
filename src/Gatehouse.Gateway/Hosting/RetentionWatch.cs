using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Destroys the keys of what the audit log says about persons when their time is over (DP-03), each hour and at the start. Each destruction is in
/// the log before it is done. Files of kept requests whose keys are destroyed and kept texts of configurations are deleted as well.
/// </summary>
/// <remarks>
/// Where keys cannot be destroyed, the log has the first failure with its cause, and the success after it with the number of failures.
/// </remarks>
internal sealed class RetentionWatch : IDisposable
{
    private const string Act = "audit.retention";

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    // Percent of the room of the list of destroyed keys, below which a line is written, each once.
    private static readonly int[] Marks = [20, 5];

    private readonly SubjectKeys keys;
    private readonly AuditIndex index;
    private readonly ControlJournal journal;
    private readonly ConfigurationErasure configurations;
    private readonly Func<RetentionSettings> settings;
    private readonly TimeProvider time;
    private readonly ILogger events;
    private readonly ITimer timer;
    private readonly JoinedRun destroying;
    private readonly RetentionAttempts attempts = new();
    private readonly ExpiredPayloads? payloads;
    private readonly RetentionClock? clock;
    private int marksPassed;
    private bool reportedClock;
    private bool reportedAhead;
    private bool reportedFull;
    private bool reportedTraces;

    /// <summary>Makes the watch. It begins immediately.</summary>
    /// <param name="keys">The keys of persons.</param>
    /// <param name="index">The index of the log.</param>
    /// <param name="journal">The journal of acts.</param>
    /// <param name="configurations">The kept texts of configurations.</param>
    /// <param name="settings">Returns the times of now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="events">The operator log.</param>
    /// <param name="payloads">The files of kept requests; null where they are not deleted.</param>
    /// <param name="clock">The judgement about the clock; null for one that is always believed.</param>
    public RetentionWatch(SubjectKeys keys, AuditIndex index, ControlJournal journal, ConfigurationErasure configurations,
        Func<RetentionSettings> settings, TimeProvider time, ILogger events, ExpiredPayloads? payloads = null,
        RetentionClock? clock = null)
    {
        (this.keys, this.index, this.journal, this.configurations) = (keys, index, journal, configurations);
        (this.settings, this.time, this.events, this.payloads, this.clock) = (settings, time, events, payloads, clock);
        destroying = new JoinedRun(DestroyOnceAsync);
        timer = GuardedTimer.StartTask(time, "retention of the audit log", DestroyAsync, TimeSpan.Zero, Every, events);
    }

    public void Dispose()
    {
        timer.Dispose();
        clock?.Stop();
    }

    /// <summary>Destroys what is too old now. Callers at the same time wait for one attempt.</summary>
    internal Task DestroyAsync() => destroying.RunAsync();

    private async Task<bool> DestroyOnceAsync()
    {
        LookAtRoom();
        LookAhead();
        var parts = new FirstFault();
        var isBelieved = false;
        parts.Run(() => isBelieved = IsClockBelieved());
        var isWhole = isBelieved && await DestroyKeysAsync().ConfigureAwait(false);

        // What earlier runs destroyed is deleted, also where the clock is not believed now.
        parts.Run(OverwriteKeys);
        await parts.RunAsync(DeleteIndexAsync).ConfigureAwait(false);
        await parts.RunAsync(DeletePayloadsAsync).ConfigureAwait(false);
        if (isBelieved) await parts.RunAsync(ForgetTextsAsync).ConfigureAwait(false);

        parts.Throw(); // the timer reports it
        return isWhole;
    }

    // Also at the start: a process that ended between a destruction and this left an index of what the keys opened.
    private async Task DeleteIndexAsync() => await index.DeleteOutdatedAsync().ConfigureAwait(false);

    // By what is destroyed, and not by what is destroyed now: a process that ended before this left files.
    private async Task DeletePayloadsAsync()
    {
        if (payloads is not null) await Task.Run(() => payloads.Delete(keys.DestroyedBefore(EntryClass.Payloads))).ConfigureAwait(false);
    }

    // Also of erasures, and of runs before: a program that reads the table keeps the old pages in the file.
    private void OverwriteKeys()
    {
        var isOverwritten = keys.TryOverwrite();
        if (!isOverwritten && !reportedTraces) events.Write(OperatorEvents.KeysNotOverwritten);
        reportedTraces = !isOverwritten;
    }

    // Nothing is destroyed by a clock that may be wrong.
    private bool IsClockBelieved()
    {
        var ahead = (TimeSpan?)null;
        var isBelieved = clock is null || clock.IsBelieved(HasAnythingEarlier, out ahead);
        if (!isBelieved && !reportedClock && DestroysAnything)
        {
            var days = ahead is { } span ? (long)span.TotalDays : LogValue.Code("unknown");
            events.Write(OperatorEvents.RetentionWaits, days, (long)RetentionClock.Wait.TotalHours);
        }

        reportedClock = !isBelieved && DestroysAnything;
        return isBelieved;
    }

    // A laptop that sleeps for days is no event where nothing is ever destroyed.
    private bool DestroysAnything => EntryClasses.All.Any(entryClass => LifeOf(entryClass) > TimeSpan.Zero);

    private bool HasAnythingEarlier() => configurations.HasEarlier
        || EntryClasses.All.Any(entryClass => keys.CountBefore(entryClass, SubjectKeys.MonthOf(time.GetUtcNow())) > 0);

    // A clock that was ahead destroyed keys of months that are still to come.
    private void LookAhead()
    {
        var month = EntryClasses.All.Max(keys.DestroyedBefore);
        if (month <= SubjectKeys.MonthOf(time.GetUtcNow()) || reportedAhead) return;
        reportedAhead = true;
        events.Write(OperatorEvents.KeysDestroyedAhead, LogValue.Code(Text(month)));
    }

    // False where an entry could not be written.
    private async Task<bool> DestroyKeysAsync()
    {
        foreach (var entryClass in EntryClasses.All)
        {
            if (LifeOf(entryClass) is not { Ticks: > 0 } life) continue;
            var month = SubjectKeys.MonthOf(time.GetUtcNow() - life);
            try
            {
                if (keys.CountBefore(entryClass, month) > 0)
                {
                    if (!await AnnounceAsync(entryClass, month).ConfigureAwait(false)) return false;
                    keys.DestroyBefore(entryClass, month);
                }

                await ReportSuccessAsync(entryClass, month).ConfigureAwait(false);
            }
            catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
            {
                await ReportFailureAsync(entryClass, month, e).ConfigureAwait(false); // the other classes and the texts do not wait for this one
            }
        }

        return true;
    }

    private async Task<bool> AnnounceAsync(EntryClass entryClass, int month)
    {
        if (attempts.IsAnnounced(entryClass, month)) return true;
        if (!await journal.NoteDurableAsync(Act, ("class", EntryClasses.Text(entryClass)), ("until", Text(month))).ConfigureAwait(false)) return false;
        attempts.Announced(entryClass, month);
        return true;
    }

    // An entry that cannot be written now is written at the next attempt, which fails for the same cause.
    private async Task ReportFailureAsync(EntryClass entryClass, int month, Exception fault)
    {
        var isNew = attempts.Failures(entryClass) == 0;
        if (attempts.Fail(entryClass) && await journal.NoteDurableAsync(Act, [("class", EntryClasses.Text(entryClass)), ("until", Text(month)),
            ("outcome", "failed"), ("fault", LogValue.Cause(fault).ToString()), .. Destroyed(entryClass)]).ConfigureAwait(false)) attempts.Reported(entryClass);
        if (isNew) events.Write(OperatorEvents.KeysNotDestroyed, LogValue.Code(EntryClasses.Text(entryClass)), LogValue.Cause(fault));
    }

    // The list of destroyed keys comes before the table: an attempt that fails at the table has destroyed keys, and their payloads are deleted. A
    // verifier excuses payloads by this month, and by no attempt that failed.
    private (string, string)[] Destroyed(EntryClass entryClass) =>
        keys.DestroyedBefore(entryClass) is > 0 and var month ? [("destroyed", Text(month))] : [];

    // Without a failure before it, the entry ahead of the destruction says all.
    private async Task ReportSuccessAsync(EntryClass entryClass, int month)
    {
        var failures = attempts.Failures(entryClass);
        if (failures > 0)
        {
            if (!await journal.NoteDurableAsync(Act, ("class", EntryClasses.Text(entryClass)), ("until", Text(month)), ("outcome", "done"),
                ("count", failures.ToString(CultureInfo.InvariantCulture))).ConfigureAwait(false)) return; // written at the next run
            events.Write(OperatorEvents.KeysDestroyed, LogValue.Code(EntryClasses.Text(entryClass)), LogValue.Count(failures, "attempt"));
        }

        attempts.Succeed(entryClass);
    }

    private async Task ForgetTextsAsync()
    {
        // A configuration may name administrators and callers: its texts last as long as the entries about who changed it.
        if (settings().Administration is not { Ticks: > 0 } texts) return;
        try
        {
            await configurations.ForgetBeforeAsync(time.GetUtcNow() - texts).ConfigureAwait(false);
        }
        catch (AuditUnavailableException)
        {
            // The log reports it. The texts are there in an hour, and so is the next attempt.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            events.Write(OperatorEvents.ConfigurationsNotDestroyed, LogValue.Cause(e));
        }
    }

    private void LookAtRoom()
    {
        var left = keys.DestroyedRoomPercent;
        var passed = Marks.Count(mark => left < mark);
        if (passed > marksPassed) events.Write(OperatorEvents.DestroyedKeysRoom, Marks[passed - 1]);
        marksPassed = passed;
        if (keys.IsFull && !reportedFull) events.Write(OperatorEvents.SubjectKeysFull);
        reportedFull = keys.IsFull;
    }

    private TimeSpan LifeOf(EntryClass entryClass) => entryClass switch
    {
        EntryClass.Calls => settings().Calls,
        EntryClass.SignIns => settings().SignIns,
        EntryClass.Administration => settings().Administration,
        _ => settings().Payloads,
    };

    private static string Text(int month) => string.Create(CultureInfo.InvariantCulture, $"{month / 12:D4}-{(month % 12) + 1:D2}");
}
