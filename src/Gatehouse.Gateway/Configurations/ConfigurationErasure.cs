using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Configuration.Texts;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// Destroys kept texts of configurations: those that name a person who is erased, or may, and those whose time is over (DP-03). The log keeps their
/// digests. The configuration in force stays, because it is in the files on the disk as well. Each destruction is in the log before it is done.
/// </summary>
/// <remarks>Texts are destroyed in the turn of the changes: a change keeps the texts of a configuration before it is in force.</remarks>
/// <param name="journal">The journal of acts.</param>
/// <param name="recorder">The configuration in force, and the kept texts.</param>
/// <param name="turn">The turn of the changes. The callers do not have it.</param>
internal sealed class ConfigurationErasure(IAdministrationJournal journal, ConfigurationRecorder recorder, SnapshotTurn turn)
{
    private readonly ConfigurationStore store = recorder.Store;

    /// <summary>
    /// Destroys the kept texts that have the subject as a word of its own, and those that may have it: a configuration of which a file does not
    /// open or cannot be parsed, and texts that belong to none, after a crash for example.
    /// </summary>
    /// <param name="subject">The subject of the person.</param>
    /// <returns>The number of configurations whose texts are destroyed, and whether the one in force names the subject.</returns>
    /// <exception cref="AuditUnavailableException">An entry could not be made durable, or a text not be deleted.</exception>
    public async Task<(int Destroyed, bool IsInForce)> ForgetPersonAsync(string subject)
    {
        try
        {
            return await turn.RunAsync(() => ForgetNamingAsync(subject)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuditUnavailableException(
                $"the kept texts of configurations cannot be searched and deleted ({e.Message}); make {store.Path} writable and run the command again", e);
        }
    }

    private async Task<(int Destroyed, bool IsInForce)> ForgetNamingAsync(string subject)
    {
        var inForce = recorder.InForce;
        var destroyed = 0;
        foreach (var digest in store.Kept().Where(digest => digest != inForce?.Digest))
        {
            var texts = Read(digest);
            if (texts is not null && !Names(texts, subject)) continue;
            await ForgetAsync(digest, "erasure", texts is null ? "unreadable" : "named").ConfigureAwait(false);
            destroyed++;
        }

        if (store.HasUnreferenced())
        {
            await NoteAsync(("digest", ""), ("cause", "erasure"), ("why", "unreferenced")).ConfigureAwait(false);
            store.DeleteUnreferenced();
        }

        return (destroyed, inForce is not null && Names(inForce, subject));
    }

    /// <summary>Destroys the texts of configurations that were in force last before a time.</summary>
    /// <exception cref="AuditUnavailableException">An entry could not be made durable.</exception>
    /// <exception cref="IOException">A text cannot be deleted, or a time not be recorded.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    /// <returns>The number of configurations whose texts are destroyed.</returns>
    public Task<int> ForgetBeforeAsync(DateTimeOffset until) => turn.RunAsync(() => ForgetLeftAsync(until));

    private async Task<int> ForgetLeftAsync(DateTimeOffset until)
    {
        var destroyed = 0;
        var inForce = recorder.InForce?.Digest;
        store.RecordTimes();
        foreach (var digest in store.LeftBefore(until).Where(digest => digest != inForce))
        {
            await ForgetAsync(digest, "retention", null).ConfigureAwait(false);
            destroyed++;
        }

        return destroyed;
    }

    private static bool Names(ConfigurationTexts texts, string subject) => texts.Files.Any(file => NamedPerson.MayBeIn(file, subject));

    // Null where a file of it is damaged: the others beside it may open.
    private ConfigurationTexts? Read(string digest)
    {
        try
        {
            return store.Read(digest);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private async Task ForgetAsync(string digest, string cause, string? why)
    {
        await NoteAsync([("digest", digest), ("cause", cause), .. why is null ? Array.Empty<(string, string)>() : [("why", why)]]).ConfigureAwait(false);
        store.Forget(digest, recorder.InForce?.Digest);
    }

    private async Task NoteAsync(params (string Name, string Value)[] facts)
    {
        if (!await journal.NoteDurableAsync(EntryActs.Forgotten, facts).ConfigureAwait(false))
            throw new AuditUnavailableException("the audit log cannot be written, so texts of configurations were kept; run the command again once it can");
    }
}
