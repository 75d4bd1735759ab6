using System.Text;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Configuration.Snapshots;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// Destroys kept texts of configurations: those that name a person who is erased, and those whose time is over (DP-03). The log keeps their digests.
/// The configuration in force stays, because it is in the files on the disk as well. Each destruction is in the log before it is done.
/// </summary>
/// <remarks>Texts are destroyed in the turn of the changes: a change keeps the texts of a configuration before it is in force.</remarks>
/// <param name="journal">The journal of acts.</param>
/// <param name="recorder">The configuration in force, and the kept texts.</param>
/// <param name="turn">The turn of the changes. The callers do not have it.</param>
internal sealed class ConfigurationErasure(IAdministrationJournal journal, ConfigurationRecorder recorder, SnapshotTurn turn)
{
    private readonly ConfigurationStore store = recorder.Store;

    /// <summary>Destroys the kept texts that have the subject as a word of its own.</summary>
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
        foreach (var digest in store.Order().Kept.Where(digest => digest != inForce?.Digest))
        {
            if (Read(digest) is not { } texts || !Names(texts, subject)) continue;
            await ForgetAsync(digest, "erasure").ConfigureAwait(false);
            destroyed++;
        }

        return (destroyed, inForce is not null && Names(inForce, subject));
    }

    /// <summary>Destroys the texts of configurations that were in force last before a time.</summary>
    /// <exception cref="AuditUnavailableException">An entry could not be made durable.</exception>
    /// <exception cref="IOException">A text cannot be deleted.</exception>
    /// <returns>The number of configurations whose texts are destroyed.</returns>
    public Task<int> ForgetBeforeAsync(DateTimeOffset until) => turn.RunAsync(() => ForgetLeftAsync(until));

    private async Task<int> ForgetLeftAsync(DateTimeOffset until)
    {
        var destroyed = 0;
        var inForce = recorder.InForce?.Digest;
        foreach (var digest in store.LeftBefore(until).Where(digest => digest != inForce))
        {
            await ForgetAsync(digest, "retention").ConfigureAwait(false);
            destroyed++;
        }

        return destroyed;
    }

    private static bool Names(ConfigurationSnapshot texts, string subject) =>
        texts.Files.Any(file => ClearEntry.HasWord(Encoding.UTF8.GetString(file.Content.Span), subject));

    // A text that does not open cannot be read by anybody.
    private ConfigurationSnapshot? Read(string digest)
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

    private async Task ForgetAsync(string digest, string cause)
    {
        if (!await journal.NoteDurableAsync(EntryActs.Forgotten, ("digest", digest), ("cause", cause)).ConfigureAwait(false))
            throw new AuditUnavailableException("the audit log cannot be written, so texts of configurations were kept; run the command again once it can");
        store.Forget(digest, recorder.InForce?.Digest);
    }
}
