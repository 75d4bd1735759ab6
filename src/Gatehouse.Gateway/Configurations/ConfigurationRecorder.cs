using System.Globalization;
using System.Security.Cryptography;
using Gatehouse.Administration;
using Gatehouse.Configuration.Texts;
using Gatehouse.Diagnostics;
using Gatehouse.Files;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// Records each configuration that is put in force, and each that is refused, as an entry of the audit log, and keeps its texts (CO-02). The entry is
/// evidence; the texts serve comparison and rollback, so a text that cannot be kept is reported and refuses nothing.
/// </summary>
/// <remarks>Changes come one after the other (<see cref="SnapshotTurn"/>). No lock is held while the log or a file is written.</remarks>
internal sealed class ConfigurationRecorder
{
    /// <summary>The most entries that wait for the log. The log counts refusals beyond them as lost, and no change is made meanwhile.</summary>
    public const int MostUnrecorded = 64;

    private readonly IAdministrationJournal journal;
    private readonly ConfigurationStore store;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private readonly List<WaitingEntry> unrecorded = [];
    private readonly JoinedRun<bool> recording;
    private readonly JoinedRun<bool> retrying;
    private volatile ConfigurationTexts? starting;
    private volatile ChangeUnderWay? underWay; // from its record until it is in force or refused
    private volatile PendingChangeState pendingState;

    /// <summary>Makes a recorder. Nothing is read or written yet.</summary>
    /// <param name="journal">The journal of acts.</param>
    /// <param name="store">The kept texts.</param>
    /// <param name="time">The clock, for the time of an entry that is written later.</param>
    /// <param name="log">Receives what could not be kept.</param>
    public ConfigurationRecorder(IAdministrationJournal journal, ConfigurationStore store, TimeProvider time, ILogger log)
    {
        (this.journal, this.store, this.time, this.log) = (journal, store, time, log);
        (recording, retrying) = (new JoinedRun<bool>(RecordFirstAsync), new JoinedRun<bool>(WriteUnrecordedAsync));
    }

    /// <summary>The configuration in force; null for one that was not read from a file.</summary>
    public ConfigurationTexts? InForce { get; private set; }

    /// <summary>The kept texts.</summary>
    public ConfigurationStore Store => store;

    /// <summary>
    /// Takes the configuration with which the process starts. Nothing is recorded: the start may still fail, and a configuration that did not come
    /// into force is no target of a rollback. What cannot be read in the folder of the texts is reported and stops no start.
    /// </summary>
    /// <exception cref="InvalidDataException">The files are a mixture of two configurations.</exception>
    public void Begin(ConfigurationTexts? texts)
    {
        if (texts is null) return;
        try
        {
            store.RequireWhole(texts.FilesDigest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(OperatorEvents.ConfigurationsUnreadable, LogValue.Cause(e));
        }

        (starting, InForce) = (texts, texts);
    }

    /// <summary>
    /// Records the configuration of <see cref="Begin"/>: all that can refuse the start has succeeded, and no request was accepted yet. An entry that
    /// cannot be written now is written when the log can be. Each caller waits for the one entry of the start, so no later configuration comes
    /// before it, in the log or in force. Before it comes the entry of a change that did not come into force because an earlier process ended.
    /// </summary>
    public Task RecordStartAsync() => recording.RunAsync();

    private async Task<bool> RecordFirstAsync()
    {
        if (starting is not { } texts) return true;
        await UndoInterruptedAsync().ConfigureAwait(false);
        var facts = Facts(texts, Previous(), 1, ConfigurationOrigin.Start, Keep(texts));
        await RecordOrKeepAsync(Entry(EntryActs.Applied, facts) with { IsNeeded = true }).ConfigureAwait(false);
        KeepOrder(texts, texts.Digest);
        starting = null;
        return true;
    }

    private async Task UndoInterruptedAsync()
    {
        if (ReadPending() is { } before) await RecordOrKeepAsync(UndoingEntry(before)).ConfigureAwait(false);
    }

    private static WaitingEntry UndoingEntry(PendingChange before) =>
        new(EntryActs.Refused, before.Facts, before.Facts) { EndsChange = true, IsNeeded = true };

    // A record that cannot be read now may be readable later. It is not taken for a damaged one, and stays until it was read.
    private PendingChange? ReadPending()
    {
        try
        {
            var change = store.ReadChange();
            pendingState = PendingChangeState.None;
            return change;
        }
        catch (InvalidDataException e)
        {
            log.Write(OperatorEvents.ConfigurationsUnreadable, LogValue.Cause(e));
            pendingState = PendingChangeState.None;
            return PendingChange.Damaged;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (pendingState != PendingChangeState.Unread) log.Write(OperatorEvents.ConfigurationsUnreadable, LogValue.Cause(e));
            pendingState = PendingChangeState.Unread;
            return null;
        }
    }

    /// <summary>
    /// Writes the entries that could not be written before, in their order: that of the start, and those after an entry that is not true without
    /// them. A record of an earlier process that could not be read is read again. Called from time to time. Callers at the same time wait for one
    /// attempt.
    /// </summary>
    /// <returns>False when one of them still is not in the log.</returns>
    public Task<bool> RetryAsync() => retrying.RunAsync();

    private async Task<bool> WriteUnrecordedAsync()
    {
        if (pendingState == PendingChangeState.Unread && underWay is null && ReadPending() is { } before)
        {
            lock (gate) unrecorded.Add(UndoingEntry(before));
        }

        while (true)
        {
            WaitingEntry next;
            lock (gate)
            {
                if (unrecorded.Count == 0) break;
                if (!journal.IsAvailable) return false;
                next = unrecorded[0];
            }

            if (!await journal.NoteDurableAsync(next.Act, [.. next.LaterFacts]).ConfigureAwait(false)) return false;
            lock (gate) unrecorded.RemoveAt(0);
            if (next.EndsChange && underWay is null) RemovePending();
        }

        if (pendingState == PendingChangeState.Left && underWay is null) RemovePending();
        return true;
    }

    // An entry that waits is behind those that wait already. By whatever fault it is not written, it waits.
    private async Task<bool> RecordOrKeepAsync(WaitingEntry entry)
    {
        try
        {
            if (await RetryAsync().ConfigureAwait(false) && await journal.NoteDurableAsync(entry.Act, [.. entry.Facts]).ConfigureAwait(false))
            {
                if (entry.EndsChange) RemovePending();
                return true;
            }
        }
        catch
        {
            TryKeep(entry);
            throw;
        }

        return !TryKeep(entry) && await journal.NoteDurableAsync(entry.Act, [.. entry.Facts]).ConfigureAwait(false);
    }

    // Bounded: while an entry that is needed is not in the log, nothing changes, and no further one arises but refusals.
    private bool TryKeep(WaitingEntry entry)
    {
        lock (gate)
        {
            if (!entry.IsNeeded && unrecorded.Count >= MostUnrecorded) return false;
            unrecorded.Add(entry);
            return true;
        }
    }

    /// <summary>
    /// Keeps the texts and a record about the change, and writes the entry ahead of the change. Returns false when this entry or an earlier one is
    /// not durable: then nothing may change. An entry that is not durable may be in the log nevertheless, and a later process finds it there. So
    /// the record stays until <see cref="RecordRefusedAsync"/> has undone the change.
    /// </summary>
    public async Task<bool> RecordAppliedAsync(
        ConfigurationTexts texts, long generation, ConfigurationOrigin origin, IEnumerable<(string Name, string Value)> further)
    {
        await RecordStartAsync().ConfigureAwait(false); // the entry of the start comes before those of later configurations
        UndoUnreported();
        if (!await RetryAsync().ConfigureAwait(false)) return false;
        var name = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var facts = Facts(texts, InForce?.Digest, generation, origin, Keep(texts)).Concat(further).Append((EntryActs.ChangeFact, name));
        var change = new PendingChange(
            [.. RefusedFacts(texts, 1, generation - 1, origin, PendingChange.ProcessEnded), .. Undone(name), .. Recovered()]);
        underWay = new ChangeUnderWay(name, change);
        // One that began before this change would remove its record, and may have read that of an earlier process.
        if (!await RetryAsync().ConfigureAwait(false))
        {
            underWay = null;
            return false;
        }

        WritePending(change);
        return await journal.NoteDurableAsync(EntryActs.Applied, [.. facts]).ConfigureAwait(false);
    }

    // A change that neither came into force nor was refused: a fault came between.
    private void UndoUnreported()
    {
        if (underWay is not { } left) return;
        lock (gate) unrecorded.Add(UndoingEntry(left.Record));
        underWay = null;
    }

    /// <summary>
    /// Records that no end of the process undoes the change any more. Called directly before the configuration is in force: if its process ended
    /// after that, an entry that undoes it would be wrong. Where the record of this change could not be written, another one may be there. It names
    /// another change, so it refuses nothing if it cannot be removed.
    /// </summary>
    /// <exception cref="IOException">The record about the change cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void BeforeForce()
    {
        if (underWay is null) return;
        if (pendingState != PendingChangeState.OfChange)
        {
            RemovePending();
            return;
        }

        store.EndChange();
        pendingState = PendingChangeState.None;
    }

    /// <summary>Records that a configuration is in force. Nothing is written.</summary>
    /// <returns>The digest of the one that left; null for none.</returns>
    public string? PutInForce(ConfigurationTexts texts)
    {
        var left = InForce?.Digest;
        (InForce, underWay) = (texts, null);
        return left;
    }

    /// <summary>Writes to the folder of the texts which configuration is in force.</summary>
    /// <param name="texts">The configuration in force.</param>
    /// <param name="left">The digest of the one that left; null for none.</param>
    public void KeepOrder(ConfigurationTexts texts, string? left)
    {
        try
        {
            store.SetInForce(texts.Digest, left);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(OperatorEvents.ConfigurationNotKept, LogValue.Cause(e));
        }
    }

    /// <summary>
    /// Records a configuration that was refused. Its texts are not kept: a text with a fault may hold a secret in clear. If the log cannot be
    /// written, the entry is written later.
    /// </summary>
    /// <param name="texts">Its texts; null where they could not be read.</param>
    /// <param name="faults">The number of faults.</param>
    /// <param name="generation">The generation that stays in force.</param>
    /// <param name="origin">Who wanted it, and in which way.</param>
    /// <param name="isUndone">
    /// True where its entry <see cref="EntryActs.Applied"/> is in the log and it did not come into force nevertheless. Then nothing changes before
    /// this entry is in the log, and a start of another process writes it too. The same holds where that entry was not durable: it may be there.
    /// </param>
    /// <param name="fault">The type of a fault that is not one of the configuration; null for none.</param>
    /// <returns>False when the entry is not in the log yet.</returns>
    public async Task<bool> RecordRefusedAsync(
        ConfigurationTexts? texts, int faults, long generation, ConfigurationOrigin origin, bool isUndone = false, string? fault = null)
    {
        await RecordStartAsync().ConfigureAwait(false);
        if (underWay is not null && !isUndone) (isUndone, fault) = (true, fault ?? PendingChange.NotConfirmed);
        IEnumerable<(string Name, string Value)> facts = RefusedFacts(texts, faults, generation, origin, fault);
        if (!isUndone) return await RecordOrKeepAsync(Entry(EntryActs.Refused, [.. facts])).ConfigureAwait(false);
        var entry = Entry(EntryActs.Refused, [.. facts, .. Undone(underWay?.Name)]) with { EndsChange = true, IsNeeded = true };
        WritePending(new PendingChange(entry.LaterFacts)); // also where it was removed directly before the fault
        underWay = null;
        return await RecordOrKeepAsync(entry).ConfigureAwait(false);
    }

    /// <summary>Records that a configuration is in force, and that steps after that failed.</summary>
    /// <param name="texts">Its texts; null for one that was not read from a file.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="steps">The steps, in words of this program.</param>
    public Task<bool> RecordIncompleteAsync(ConfigurationTexts? texts, long generation, IEnumerable<string> steps) => RecordOrKeepAsync(
        Entry(EntryActs.Incomplete, [("digest", texts?.Digest ?? ""), ("generation", Text(generation)), ("why", string.Join(' ', steps))])
            with
        { IsNeeded = true });

    // Without the record, the entry of a change is believed if the process ends within it. Evidence of that is no reason to refuse a change, which
    // may take a right away.
    private void WritePending(PendingChange change)
    {
        if (pendingState == PendingChangeState.Unread) return; // reported when it could not be read; it is the only trace of another change
        try
        {
            store.BeginChange(change);
            pendingState = PendingChangeState.OfChange;
        }
        catch (NotOnDiskException e)
        {
            pendingState = PendingChangeState.OfChange; // it is there, so it has to go before the configuration is in force
            log.Write(OperatorEvents.ConfigurationNotKept, LogValue.Cause(e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(OperatorEvents.ConfigurationNotKept, LogValue.Cause(e));
        }
    }

    private void RemovePending()
    {
        if (pendingState == PendingChangeState.Unread) return;
        try
        {
            store.EndChange();
            pendingState = PendingChangeState.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (pendingState != PendingChangeState.Left) log.Write(OperatorEvents.ConfigurationNotKept, LogValue.Cause(e));
            pendingState = PendingChangeState.Left;
        }
    }

    /// <summary>
    /// Removes the record about the last change, if one is there. Called in the turn of the changes, when no entry waits for the log: the entry of
    /// that record is written.
    /// </summary>
    /// <exception cref="IOException">The record cannot be removed, or is of an earlier process and cannot be read now.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void RemovePendingOfLastChange()
    {
        if (pendingState == PendingChangeState.Unread) throw new IOException($"the record 'pending' in {store.Path} cannot be read");
        store.EndChange();
        pendingState = PendingChangeState.None;
    }

    private List<(string Name, string Value)> RefusedFacts(
        ConfigurationTexts? texts, int faults, long generation, ConfigurationOrigin origin, string? fault) =>
    [
        ("digest", texts?.Digest ?? ""), ("previous", InForce?.Digest ?? ""), ("generation", Text(generation)), ("faults", Text(faults)),
        .. fault is null ? Array.Empty<(string, string)>() : [(EntryActs.FaultFact, fault)], .. origin.Facts(), .. PlaceOf(texts),
    ];

    private WaitingEntry Entry(string act, IReadOnlyList<(string Name, string Value)> facts) => new(act, facts, [.. facts, .. Recovered()]);

    private IEnumerable<(string Name, string Value)> Recovered()
    {
        yield return (EntryActs.AttemptedFact, time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        yield return (EntryActs.RecoveredFact, "yes");
    }

    private static IEnumerable<(string Name, string Value)> Undone(string? change)
    {
        yield return (EntryActs.UndoneFact, "yes");
        if (change is not null) yield return (EntryActs.ChangeFact, change);
    }

    private static List<(string Name, string Value)> Facts(
        ConfigurationTexts texts, string? previous, long generation, ConfigurationOrigin origin, bool isKept) =>
    [
        ("digest", texts.Digest), ("previous", previous ?? ""), ("generation", Text(generation)), ("files", Text(texts.Files.Count)),
        ("kept", isKept ? "yes" : "no"), .. origin.Facts(), .. PlaceOf(texts),
    ];

    // The owner is the one of the file now. A file that was exchanged since it was read has another, and its next reading another digest.
    private static IEnumerable<(string Name, string Value)> PlaceOf(ConfigurationTexts? texts)
    {
        if (texts?.Main is not { } main) yield break;
        yield return ("path", main.Path);
        if (PosixFile.UserOf(main.Path) is { } owner) yield return ("owner", Text(owner));
    }

    private string? Previous()
    {
        try
        {
            return store.Order().InForce;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(OperatorEvents.ConfigurationsUnreadable, LogValue.Cause(e));
            return null;
        }
    }

    private bool Keep(ConfigurationTexts texts)
    {
        try
        {
            store.Keep(texts);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(OperatorEvents.ConfigurationNotKept, LogValue.Cause(e));
            return false;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The record about a change, as far as this process knows.</summary>
    private enum PendingChangeState
    {
        /// <summary>There is none, or one whose entry is being written.</summary>
        None,

        /// <summary>It is about the change under way, or about the last one.</summary>
        OfChange,

        /// <summary>It could not be removed, and is about no change under way.</summary>
        Left,

        /// <summary>It is of an earlier process and could not be read. No other one takes its place.</summary>
        Unread,
    }

    /// <summary>A change under way.</summary>
    /// <param name="Name">Its name, which its entries have.</param>
    /// <param name="Record">The record about it.</param>
    private sealed record ChangeUnderWay(string Name, PendingChange Record);

    /// <summary>An entry that waits for the log.</summary>
    /// <param name="Act">Its act.</param>
    /// <param name="Facts">Its facts if it is written immediately.</param>
    /// <param name="LaterFacts">
    /// Its facts if it is written later. The entry has the time and the generation of that moment, and these have those of the attempt.
    /// </param>
    private sealed record WaitingEntry(
        string Act, IReadOnlyList<(string Name, string Value)> Facts, IReadOnlyList<(string Name, string Value)> LaterFacts)
    {
        /// <summary>True where the record about a change goes when the entry is in the log.</summary>
        public bool EndsChange { get; init; }

        /// <summary>True for an entry without which an earlier one is not true.</summary>
        public bool IsNeeded { get; init; }
    }
}
