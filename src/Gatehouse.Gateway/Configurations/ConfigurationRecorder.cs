using System.Security.Cryptography;
using Gatehouse.Administration;
using Gatehouse.Configuration.Texts;
using Gatehouse.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// Records each configuration that is put in force, and each that is refused, as an entry of the audit log, and keeps its texts (CO-02). The entry is
/// evidence; the texts serve comparison and rollback, so a text that cannot be kept is reported and refuses nothing.
/// </summary>
/// <remarks>
/// Changes come one after the other (<see cref="SnapshotTurn"/>), each in this order: the entry of the start and all that wait are in the log, the
/// texts are kept, the record about the change is written (<see cref="PendingChangeRecord"/>), the entry is durable, the record is removed, the
/// configuration is in force. A change that ends before its last step is undone by an entry of its own.
/// </remarks>
internal sealed class ConfigurationRecorder
{
    private readonly IAdministrationJournal journal;
    private readonly ConfigurationStore store;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly PendingChangeRecord pending;
    private readonly WaitingEntries waiting;
    private readonly JoinedRun recording;
    private volatile ConfigurationTexts? starting;

    /// <summary>Makes a recorder. Nothing is read or written yet.</summary>
    /// <param name="journal">The journal of acts.</param>
    /// <param name="store">The kept texts.</param>
    /// <param name="time">The clock, for the time of an entry that is written later.</param>
    /// <param name="log">Receives what could not be kept.</param>
    public ConfigurationRecorder(IAdministrationJournal journal, ConfigurationStore store, TimeProvider time, ILogger log)
    {
        (this.journal, this.store, this.time, this.log) = (journal, store, time, log);
        pending = new PendingChangeRecord(store, log);
        waiting = new WaitingEntries(journal, pending);
        recording = new JoinedRun(RecordFirstAsync);
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
            store.Replacement.RequireWhole(texts.FilesDigest);
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
        if (pending.Read() is { } interrupted) await waiting.WriteOrKeepAsync(WaitingEntry.Undoing(interrupted)).ConfigureAwait(false);
        var facts = ConfigurationFacts.OfApplied(texts, Previous(), 1, ConfigurationOrigin.Start, Keep(texts));
        await waiting.WriteOrKeepAsync(Entry(EntryActs.Applied, facts) with { IsNeeded = true }).ConfigureAwait(false);
        KeepOrder(texts, texts.Digest);
        starting = null;
        return true;
    }

    /// <summary>
    /// Writes the entries that could not be written before, in their order: that of the start, and those after an entry that is not true without
    /// them. A record of an earlier process that could not be read is read again. Called from time to time. Callers at the same time wait for one
    /// attempt.
    /// </summary>
    /// <returns>False when one of them still is not in the log.</returns>
    public Task<bool> RetryAsync() => waiting.WriteAsync();

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
        var facts = ConfigurationFacts.OfApplied(texts, InForce?.Digest, generation, origin, Keep(texts))
            .Concat(further).Append((EntryActs.ChangeFact, name));
        var change = new PendingChange(
        [
            .. ConfigurationFacts.OfRefused(texts, InForce?.Digest, 1, generation - 1, origin, PendingChange.ProcessEnded),
            .. ConfigurationFacts.Undone(name), .. Recovered(),
        ]);
        pending.Begin(name, change);
        // One that began before this change would remove its record, and may have read that of an earlier process.
        if (!await RetryAsync().ConfigureAwait(false))
        {
            pending.End();
            return false;
        }

        pending.Write(change);
        return await journal.NoteDurableAsync(EntryActs.Applied, [.. facts]).ConfigureAwait(false);
    }

    // A change that neither came into force nor was refused: a fault came between.
    private void UndoUnreported()
    {
        if (pending.Record is not { } left) return;
        waiting.Keep(WaitingEntry.Undoing(left));
        pending.End();
    }

    /// <summary>
    /// Records that no end of the process undoes the change any more. Called directly before the configuration is in force: if its process ended
    /// after that, an entry that undoes it would be wrong.
    /// </summary>
    /// <exception cref="IOException">The record about the change cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public void BeforeForce() => pending.RemoveBeforeForce();

    /// <summary>Records that a configuration is in force. Nothing is written.</summary>
    /// <returns>The digest of the one that left; null for none.</returns>
    public string? PutInForce(ConfigurationTexts texts)
    {
        var left = InForce?.Digest;
        InForce = texts;
        pending.End();
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
        if (pending.IsUnderWay && !isUndone) (isUndone, fault) = (true, fault ?? PendingChange.NotConfirmed);
        var facts = ConfigurationFacts.OfRefused(texts, InForce?.Digest, faults, generation, origin, fault);
        if (!isUndone) return await waiting.WriteOrKeepAsync(Entry(EntryActs.Refused, facts)).ConfigureAwait(false);
        facts.AddRange(ConfigurationFacts.Undone(pending.Name));
        var entry = Entry(EntryActs.Refused, facts) with { EndsChange = true, IsNeeded = true };
        pending.Write(new PendingChange(entry.LaterFacts)); // also where it was removed directly before the fault
        pending.End();
        return await waiting.WriteOrKeepAsync(entry).ConfigureAwait(false);
    }

    /// <summary>Records that a configuration is in force, and that steps after that failed.</summary>
    /// <param name="texts">Its texts; null for one that was not read from a file.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="steps">The steps, in words of this program.</param>
    public Task<bool> RecordIncompleteAsync(ConfigurationTexts? texts, long generation, IEnumerable<string> steps) => waiting.WriteOrKeepAsync(
        Entry(EntryActs.Incomplete, ConfigurationFacts.OfIncomplete(texts, generation, steps)) with { IsNeeded = true });

    /// <inheritdoc cref="PendingChangeRecord.RemoveOfLastChange" />
    public void RemovePendingOfLastChange() => pending.RemoveOfLastChange();

    private WaitingEntry Entry(string act, IReadOnlyList<(string Name, string Value)> facts) => new(act, facts, [.. facts, .. Recovered()]);

    private IEnumerable<(string Name, string Value)> Recovered() => ConfigurationFacts.Recovered(time.GetUtcNow());

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
}
