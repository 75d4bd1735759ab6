using System.Runtime.ExceptionServices;
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
        var (inForce, faults) = (recorder.InForce, new Faults());
        var destroyed = await ForgetAllAsync(store.Kept(), "erasure", digest => WhyErased(digest, subject), faults).ConfigureAwait(false);
        await faults.KeepAsync(ForgetUnreferencedAsync).ConfigureAwait(false);
        faults.ThrowFirst();
        return (destroyed, inForce is not null && Names(inForce, subject));
    }

    private async Task ForgetUnreferencedAsync()
    {
        if (!store.HasUnreferenced()) return;
        await NoteAsync(("digest", ""), ("cause", "erasure"), ("why", "unreferenced")).ConfigureAwait(false);
        store.DeleteUnreferenced();
    }

    // Null where it does not name the person.
    private string? WhyErased(string digest, string subject) =>
        Read(digest) is not { } texts ? "unreadable" : Names(texts, subject) ? "named" : null;

    /// <summary>Destroys the texts of configurations that were in force last before a time.</summary>
    /// <exception cref="AuditUnavailableException">An entry could not be made durable.</exception>
    /// <exception cref="IOException">A text cannot be deleted, or a time not be recorded.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    /// <returns>The number of configurations whose texts are destroyed.</returns>
    public Task<int> ForgetBeforeAsync(DateTimeOffset until) => turn.RunAsync(() => ForgetLeftAsync(until));

    private async Task<int> ForgetLeftAsync(DateTimeOffset until)
    {
        var faults = new Faults();
        store.RecordTimes();
        var destroyed = await ForgetAllAsync(store.LeftBefore(until), "retention", static _ => "", faults).ConfigureAwait(false);
        faults.ThrowFirst();
        return destroyed;
    }

    // A configuration that cannot be read or deleted, or an order that cannot be written, keeps no other one from being destroyed. Without its entry
    // nothing is: the log cannot be written for the others either.
    private async Task<int> ForgetAllAsync(IReadOnlyList<string> digests, string cause, Func<string, string?> whyOf, Faults faults)
    {
        var destroyed = 0;
        foreach (var digest in digests.Where(digest => digest != recorder.InForce?.Digest))
        {
            await faults.KeepAsync(async () =>
            {
                if (whyOf(digest) is not { } why) return;
                await NoteAsync([("digest", digest), ("cause", cause), .. why.Length > 0 ? [("why", why)] : Array.Empty<(string, string)>()])
                    .ConfigureAwait(false);
                store.Forget(digest, recorder.InForce?.Digest);
                destroyed++;
            }).ConfigureAwait(false);
        }

        if (destroyed > 0) await faults.KeepAsync(RecordAsync).ConfigureAwait(false);
        return destroyed;

        Task RecordAsync()
        {
            store.RecordForgotten();
            return Task.CompletedTask;
        }
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

    private async Task NoteAsync(params (string Name, string Value)[] facts)
    {
        if (!await journal.NoteDurableAsync(EntryActs.Forgotten, facts).ConfigureAwait(false))
            throw new AuditUnavailableException("the audit log cannot be written, so texts of configurations were kept; run the command again once it can");
    }

    /// <summary>Faults of the folder. The first is thrown when all that can be done is done.</summary>
    private sealed class Faults
    {
        private ExceptionDispatchInfo? first;

        /// <summary>Takes a step. A fault of the log ends the act.</summary>
        public async Task KeepAsync(Func<Task> step)
        {
            try
            {
                await step().ConfigureAwait(false);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not AuditUnavailableException))
            {
                first ??= ExceptionDispatchInfo.Capture(e);
            }
        }

        public void ThrowFirst() => first?.Throw();
    }
}
