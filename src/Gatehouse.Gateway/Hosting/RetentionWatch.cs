using System.Globalization;
using System.Runtime.ExceptionServices;
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
/// the log before it is done. Files of kept requests whose keys are destroyed, and kept texts of configurations, are deleted as well.
/// </summary>
internal sealed class RetentionWatch : IDisposable
{
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
    private readonly ExpiredPayloads? payloads;
    private int marksPassed;

    /// <summary>Makes the watch. It begins immediately.</summary>
    /// <param name="keys">The keys of persons.</param>
    /// <param name="index">The index of the log.</param>
    /// <param name="journal">The journal of acts.</param>
    /// <param name="configurations">The kept texts of configurations.</param>
    /// <param name="settings">Returns the times of now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="events">The operator log.</param>
    /// <param name="payloads">The files of kept requests; null where they are not deleted.</param>
    public RetentionWatch(SubjectKeys keys, AuditIndex index, ControlJournal journal, ConfigurationErasure configurations,
        Func<RetentionSettings> settings, TimeProvider time, ILogger events, ExpiredPayloads? payloads = null)
    {
        (this.keys, this.index, this.journal, this.configurations) = (keys, index, journal, configurations);
        (this.settings, this.time, this.events, this.payloads) = (settings, time, events, payloads);
        timer = GuardedTimer.StartTask(time, "retention of the audit log", DestroyAsync, TimeSpan.Zero, Every, events);
    }

    public void Dispose() => timer.Dispose();

    /// <summary>Destroys what is too old now.</summary>
    internal async Task DestroyAsync()
    {
        LookAtRoom();
        var fault = await DestroyKeysAsync().ConfigureAwait(false);
        try
        {
            // Also at the start: a process that ended between a destruction and this left an index of what the keys opened.
            await index.DeleteOutdatedAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or IOException)
        {
            fault ??= e;
        }

        try
        {
            // By what is destroyed, and not by what is destroyed now: a process that ended before this left files, and so did earlier builds.
            if (payloads is not null) await Task.Run(() => payloads.Delete(keys.DestroyedBefore(EntryClass.Payloads))).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault ??= e;
        }

        await ForgetTextsAsync().ConfigureAwait(false);
        if (fault is not null) ExceptionDispatchInfo.Throw(fault); // the timer reports it
    }

    private async Task<Exception?> DestroyKeysAsync()
    {
        Exception? fault = null;
        foreach (var entryClass in EntryClasses.All)
        {
            if (LifeOf(entryClass) is not { Ticks: > 0 } life) continue;
            var month = SubjectKeys.MonthOf(time.GetUtcNow() - life);
            try
            {
                if (keys.CountBefore(entryClass, month) == 0) continue;
                if (!await journal.NoteDurableAsync("audit.retention",
                    ("class", EntryClasses.Text(entryClass)), ("until", Text(month))).ConfigureAwait(false)) return fault;
                keys.DestroyBefore(entryClass, month);
            }
            catch (Exception e) when (e is StoreException or IOException)
            {
                fault ??= e; // the other classes, the index and the texts do not wait for this one
            }
        }

        return fault;
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
