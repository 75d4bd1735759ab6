using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Configuration.Snapshots;
using Gatehouse.Diagnostics;
using Gatehouse.Isolation.Files;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// Records each configuration that is put in force, and each that is refused, as an entry of the audit log, and keeps its texts (CO-02). The entry is
/// evidence; the texts serve comparison and rollback, so a text that cannot be kept is reported and refuses nothing.
/// </summary>
internal sealed class ConfigurationRecorder(IAdministrationJournal journal, ConfigurationStore store, ILogger log)
{
    private readonly Lock gate = new();
    private IReadOnlyList<(string Name, string Value)>? unrecorded;
    private ConfigurationSnapshot? starting;
    private Task? started;

    /// <summary>The configuration in force; null for one that was not read from a file.</summary>
    public ConfigurationSnapshot? InForce { get; private set; }

    /// <summary>The kept texts.</summary>
    public ConfigurationStore Store => store;

    /// <summary>
    /// Takes the configuration with which the process starts. Nothing is recorded: the start may still fail, and a configuration that did not come
    /// into force is no target of a rollback. What cannot be read in the folder of the texts is reported and stops no start.
    /// </summary>
    /// <exception cref="InvalidDataException">The files are a mixture of two configurations.</exception>
    public void Begin(ConfigurationSnapshot? snapshot)
    {
        if (snapshot is null) return;
        try
        {
            store.RequireWhole(snapshot.FilesDigest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(OperatorEvents.ConfigurationsUnreadable, LogValue.Cause(e));
        }

        (starting, InForce) = (snapshot, snapshot);
    }

    /// <summary>
    /// Records the configuration of <see cref="Begin"/>: all that can refuse the start has succeeded, and no request was accepted yet. An entry that
    /// cannot be written now is written when the log can be. Each caller waits for the one entry of the start, so no later configuration comes
    /// before it, in the log or in force.
    /// </summary>
    public Task RecordStartAsync()
    {
        lock (gate) return started ??= starting is { } snapshot ? RecordAsync(snapshot) : Task.CompletedTask;
    }

    private async Task RecordAsync(ConfigurationSnapshot snapshot)
    {
        var facts = Facts(snapshot, Previous(), 1, ConfigurationOrigin.Start, Keep(snapshot));
        if (!await journal.NoteDurableAsync(EntryActs.Applied, [.. facts]).ConfigureAwait(false)) unrecorded = facts;
        SetInForce(snapshot);
    }

    /// <summary>Writes the entry of the start, where it could not be written before. Called from time to time.</summary>
    public async Task RetryAsync()
    {
        if (!journal.IsAvailable || Interlocked.Exchange(ref unrecorded, null) is not { } facts) return;
        if (!await journal.NoteDurableAsync(EntryActs.Applied, [.. facts]).ConfigureAwait(false)) unrecorded = facts;
    }

    /// <summary>
    /// Keeps the texts, and writes the entry ahead of the change. Returns false when the entry is not durable: then nothing may change.
    /// </summary>
    public async Task<bool> NoteAppliedAsync(
        ConfigurationSnapshot snapshot, long generation, ConfigurationOrigin origin, IEnumerable<(string Name, string Value)> further)
    {
        await RecordStartAsync().ConfigureAwait(false); // the entry of the start comes before those of later configurations
        await RetryAsync().ConfigureAwait(false);
        var facts = Facts(snapshot, InForce?.Digest, generation, origin, Keep(snapshot)).Concat(further);
        return await journal.NoteDurableAsync(EntryActs.Applied, [.. facts]).ConfigureAwait(false);
    }

    /// <summary>Notes that a configuration is in force.</summary>
    public void SetInForce(ConfigurationSnapshot snapshot)
    {
        InForce = snapshot;
        try
        {
            store.SetInForce(snapshot.Digest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(OperatorEvents.ConfigurationNotKept, LogValue.Cause(e));
        }
    }

    /// <summary>Records a configuration that was refused. Its texts are not kept: a text with a fault may hold a secret in clear.</summary>
    /// <param name="snapshot">Its texts; null where they could not be read.</param>
    /// <param name="faults">The number of faults.</param>
    /// <param name="generation">The generation that stays in force.</param>
    /// <param name="origin">Who wanted it, and in which way.</param>
    /// <param name="isUndone">True where its entry <see cref="EntryActs.Applied"/> is in the log and it did not come into force nevertheless.</param>
    public async Task<bool> NoteRefusedAsync(
        ConfigurationSnapshot? snapshot, int faults, long generation, ConfigurationOrigin origin, bool isUndone = false)
    {
        await RecordStartAsync().ConfigureAwait(false);
        await RetryAsync().ConfigureAwait(false);
        return await journal.NoteDurableAsync(EntryActs.Refused,
        [
            ("digest", snapshot?.Digest ?? ""), ("previous", InForce?.Digest ?? ""), ("generation", Text(generation)), ("faults", Text(faults)),
            .. isUndone ? [(EntryActs.UndoneFact, "yes")] : Array.Empty<(string, string)>(), .. origin.Facts(), .. PlaceOf(snapshot),
        ]).ConfigureAwait(false);
    }

    private static List<(string Name, string Value)> Facts(
        ConfigurationSnapshot snapshot, string? previous, long generation, ConfigurationOrigin origin, bool isKept) =>
    [
        ("digest", snapshot.Digest), ("previous", previous ?? ""), ("generation", Text(generation)), ("files", Text(snapshot.Files.Count)),
        ("kept", isKept ? "yes" : "no"), .. origin.Facts(), .. PlaceOf(snapshot),
    ];

    // The owner is the one of the file now. A file that was exchanged since it was read has another, and its next reading another digest.
    private static IEnumerable<(string Name, string Value)> PlaceOf(ConfigurationSnapshot? snapshot)
    {
        if (snapshot?.Main is not { } main) yield break;
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

    private bool Keep(ConfigurationSnapshot snapshot)
    {
        try
        {
            store.Keep(snapshot);
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
