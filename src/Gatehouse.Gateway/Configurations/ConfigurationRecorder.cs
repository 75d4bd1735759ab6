using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Configuration.Snapshots;
using Gatehouse.Diagnostics;
using Gatehouse.Files;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// Records each configuration that is put in force, and each that is refused, as an entry of the audit log, and keeps its texts (CO-02). The entry is
/// evidence; the texts serve comparison and rollback, so a text that cannot be kept is reported and refuses nothing.
/// </summary>
internal sealed class ConfigurationRecorder(IAdministrationJournal journal, ConfigurationStore store, ILogger log)
{
    private readonly Lock gate = new();
    private readonly List<(string Act, IReadOnlyList<(string Name, string Value)> Facts)> unrecorded = [];
    private ConfigurationTexts? starting;
    private Task? started;
    private Task<bool> retrying = Task.FromResult(true);

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
    /// before it, in the log or in force.
    /// </summary>
    public Task RecordStartAsync()
    {
        lock (gate) return started ??= starting is { } texts ? RecordAsync(texts) : Task.CompletedTask;
    }

    private async Task RecordAsync(ConfigurationTexts texts)
    {
        var facts = Facts(texts, Previous(), 1, ConfigurationOrigin.Start, Keep(texts));
        await NoteOrKeepAsync(EntryActs.Applied, facts).ConfigureAwait(false);
        SetInForce(texts);
    }

    /// <summary>
    /// Writes the entries that could not be written before, in their order: that of the start, and those after an entry that is not true without
    /// them. Called from time to time. Callers at the same time wait for one attempt.
    /// </summary>
    /// <returns>False when one of them still is not in the log.</returns>
    public Task<bool> RetryAsync()
    {
        lock (gate) return retrying.IsCompleted ? retrying = WriteUnrecordedAsync() : retrying;
    }

    private async Task<bool> WriteUnrecordedAsync()
    {
        while (true)
        {
            (string Act, IReadOnlyList<(string Name, string Value)> Facts) next;
            lock (gate)
            {
                if (unrecorded.Count == 0) return true;
                if (!journal.IsAvailable) return false;
                next = unrecorded[0];
            }

            if (!await journal.NoteDurableAsync(next.Act, [.. next.Facts]).ConfigureAwait(false)) return false;
            lock (gate) unrecorded.RemoveAt(0);
        }
    }

    // Bounded: while one of them is not in the log, nothing changes, and no further one arises.
    private async Task<bool> NoteOrKeepAsync(string act, IReadOnlyList<(string Name, string Value)> facts)
    {
        if (await journal.NoteDurableAsync(act, [.. facts]).ConfigureAwait(false)) return true;
        lock (gate) unrecorded.Add((act, facts));
        return false;
    }

    /// <summary>
    /// Keeps the texts, and writes the entry ahead of the change. Returns false when this entry or an earlier one is not durable: then nothing may
    /// change.
    /// </summary>
    public async Task<bool> NoteAppliedAsync(
        ConfigurationTexts texts, long generation, ConfigurationOrigin origin, IEnumerable<(string Name, string Value)> further)
    {
        await RecordStartAsync().ConfigureAwait(false); // the entry of the start comes before those of later configurations
        if (!await RetryAsync().ConfigureAwait(false)) return false;
        var facts = Facts(texts, InForce?.Digest, generation, origin, Keep(texts)).Concat(further);
        return await journal.NoteDurableAsync(EntryActs.Applied, [.. facts]).ConfigureAwait(false);
    }

    /// <summary>Notes that a configuration is in force.</summary>
    public void SetInForce(ConfigurationTexts texts)
    {
        var left = InForce?.Digest;
        InForce = texts;
        try
        {
            store.SetInForce(texts.Digest, left);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(OperatorEvents.ConfigurationNotKept, LogValue.Cause(e));
        }
    }

    /// <summary>Records a configuration that was refused. Its texts are not kept: a text with a fault may hold a secret in clear.</summary>
    /// <param name="texts">Its texts; null where they could not be read.</param>
    /// <param name="faults">The number of faults.</param>
    /// <param name="generation">The generation that stays in force.</param>
    /// <param name="origin">Who wanted it, and in which way.</param>
    /// <param name="isUndone">
    /// True where its entry <see cref="EntryActs.Applied"/> is in the log and it did not come into force nevertheless. Then this entry is written later
    /// where it cannot be written now.
    /// </param>
    public async Task<bool> NoteRefusedAsync(
        ConfigurationTexts? texts, int faults, long generation, ConfigurationOrigin origin, bool isUndone = false)
    {
        await RecordStartAsync().ConfigureAwait(false);
        await RetryAsync().ConfigureAwait(false);
        (string Name, string Value)[] facts =
        [
            ("digest", texts?.Digest ?? ""), ("previous", InForce?.Digest ?? ""), ("generation", Text(generation)), ("faults", Text(faults)),
            .. isUndone ? [(EntryActs.UndoneFact, "yes")] : Array.Empty<(string, string)>(), .. origin.Facts(), .. PlaceOf(texts),
        ];
        return isUndone ? await NoteOrKeepAsync(EntryActs.Refused, facts).ConfigureAwait(false)
            : await journal.NoteDurableAsync(EntryActs.Refused, facts).ConfigureAwait(false);
    }

    /// <summary>Records that a configuration is in force, and that steps after that failed.</summary>
    /// <param name="texts">Its texts; null for one that was not read from a file.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="steps">The steps, in words of this program.</param>
    public Task<bool> NoteIncompleteAsync(ConfigurationTexts? texts, long generation, IEnumerable<string> steps) =>
        NoteOrKeepAsync(EntryActs.Incomplete, [("digest", texts?.Digest ?? ""), ("generation", Text(generation)), ("why", string.Join(' ', steps))]);

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
}
