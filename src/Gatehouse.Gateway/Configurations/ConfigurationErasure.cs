using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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
    private const int ShownDigests = 4;
    private const string Retention = "retention";

    private readonly ConfigurationStore store = recorder.Store;

    // Of retention, since the last attempt. A folder that cannot be written stays so for days, and there is an attempt each hour.
    private readonly HashSet<string> announced = new(StringComparer.Ordinal);

    /// <summary>
    /// Destroys the kept texts that have the subject as a word of its own. If the log knows the person, also those that may have it: a
    /// configuration of which a file does not open or cannot be parsed. A misspelt name would destroy these without a reason. Texts that belong to no
    /// configuration, after a crash for example, are destroyed in each case. The record of the last change, which names its administrator, goes as
    /// well, and its entry is written before. A configuration that cannot be read or deleted keeps no other one from being destroyed.
    /// </summary>
    /// <param name="subject">The subject of the person.</param>
    /// <param name="isKnown">True if the log knows the person.</param>
    /// <exception cref="AuditUnavailableException">
    /// An entry could not be made durable. The caller must not destroy what tells that the person was known.
    /// </exception>
    /// <exception cref="ErasureNotBegunException">The folder cannot be written at all. The same holds.</exception>
    public Task<ForgottenTexts> ForgetPersonAsync(string subject, bool isKnown) => turn.RunAsync(() => ForgetNamingAsync(subject, isKnown));

    /// <summary>True where texts of more than one configuration are kept: one was in force before this one.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read the folder.</exception>
    public bool HasEarlier => store.Kept().Count > 1;

    /// <summary>True where an earlier erasure could not search or delete all kept texts: the next one completes it.</summary>
    public bool IsUnfinished => store.Erasures.HasUnsearched;

    /// <summary>
    /// True where an earlier erasure destroyed the keys of the person while the configuration in force named the person: the next run completes it,
    /// although the log does not know the person any more.
    /// </summary>
    /// <param name="issuer">The issuer of the person.</param>
    /// <param name="subject">The subject.</param>
    /// <exception cref="IOException">The record cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read the folder.</exception>
    public bool IsWaiting(string issuer, string subject) => store.Erasures.IsWaiting(DigestOf(issuer, subject));

    /// <summary>Records whether the erasure of a person waits for another configuration. The caller does this before it destroys the keys.</summary>
    /// <param name="issuer">The issuer of the person.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="isSo">True where it waits.</param>
    /// <exception cref="ErasureNotBegunException">The record cannot be written.</exception>
    public void SetWaiting(string issuer, string subject, bool isSo)
    {
        try
        {
            store.Erasures.SetWaiting(DigestOf(issuer, subject), isSo);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ErasureNotBegunException("the configuration in force names this person, and it cannot be recorded that the erasure waits for another one. "
                + $"Nothing but kept texts was erased ({e.Message})", $"make {store.Path} writable, and run the command again", e);
        }
    }

    // The record is sealed under the key ring, and has no name in it.
    private static string DigestOf(string issuer, string subject) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}")));

    /// <summary>
    /// Destroys no text: the log does not know the issuer of the person, so the name may be that of another one. Writes the entry that waits, if any,
    /// because it may name a person.
    /// </summary>
    /// <param name="subject">The subject of the person.</param>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task<ForgottenTexts> KeepAllAsync(string subject) => turn.RunAsync(async () =>
    {
        if (!await recorder.RetryAsync().ConfigureAwait(false)) throw NotWritten();
        return new ForgottenTexts(0, recorder.InForce is { } inForce && NamingOf(inForce, subject) != Naming.No);
    });

    private async Task<ForgottenTexts> ForgetNamingAsync(string subject, bool isKnown)
    {
        var (inForce, faults) = (recorder.InForce, new FolderFaults());
        // An entry that waits may name the person. Written after the keys are destroyed, it would make a new one.
        if (!await recorder.RetryAsync().ConfigureAwait(false)) throw NotWritten();
        faults.Attempt(recorder.RemovePendingOfLastChange);
        var withDoubtful = isKnown || store.Erasures.HasUnsearched;
        IReadOnlyList<string> kept = [];
        faults.Attempt(() => kept = store.Kept());
        var destroyed = await ForgetAllAsync(kept, "erasure", digest => Judge(digest, subject, withDoubtful), faults).ConfigureAwait(false);
        await faults.AttemptAsync(ForgetUnreferencedAsync).ConfigureAwait(false);
        RecordWhetherCompleted(withDoubtful, faults);
        return new ForgottenTexts(destroyed, inForce is not null && NamingOf(inForce, subject) != Naming.No) { Fault = UnfinishedOf(faults) };
    }

    // The person may not be known any more when the erasure is run again.
    private void RecordWhetherCompleted(bool withDoubtful, FolderFaults faults)
    {
        if (!withDoubtful) return;
        if (faults.First is null && store.Erasures.HasUnsearched) faults.Attempt(() => store.Erasures.SetUnsearched(isSo: false));
        if (faults.First is null || store.Erasures.HasUnsearched) return;
        try
        {
            store.Erasures.SetUnsearched(isSo: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var unfinished = UnfinishedOf(faults)!;
            throw new ErasureNotBegunException($"{unfinished.Message}. Nothing else of the person was erased, because this cannot be recorded there ({e.Message})",
                unfinished.Remedy, e);
        }
    }

    private async Task ForgetUnreferencedAsync()
    {
        if (!store.HasUnreferenced()) return;
        await NoteAsync(("digest", ""), ("cause", "erasure"), ("why", "unreferenced")).ConfigureAwait(false);
        store.DeleteUnreferenced();
    }

    private Verdict Judge(string digest, string subject, bool withDoubtful)
    {
        if (Read(digest) is not { } texts) return new Verdict(withDoubtful, "unreadable");
        return NamingOf(texts, subject) switch
        {
            Naming.Yes => new Verdict(true, "named"),
            Naming.May => new Verdict(withDoubtful, "may-name"),
            _ => new Verdict(false, null),
        };
    }

    private UnfinishedErasure? UnfinishedOf(FolderFaults faults)
    {
        if (faults.First is not { } fault) return null;
        var shown = string.Join(", ", faults.Failed.Take(ShownDigests).Select(static digest => digest[..12]));
        var what = faults.Failed.Count == 0 ? "kept texts of configurations" : string.Create(CultureInfo.InvariantCulture,
            $"the kept texts of {faults.Failed.Count} of the configurations ({shown}{(faults.Failed.Count > ShownDigests ? ", ..." : "")})");
        return new UnfinishedErasure($"{what} could not be searched and deleted, and may name the person ({fault.Message})",
            $"make {store.Path} readable and writable, or delete the file, and run the command again");
    }

    /// <summary>Destroys the texts of configurations that were in force last before a time.</summary>
    /// <exception cref="AuditUnavailableException">An entry could not be made durable.</exception>
    /// <exception cref="IOException">A text cannot be deleted, or a time not be recorded.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    /// <returns>The number of configurations whose texts are destroyed.</returns>
    public Task<int> ForgetBeforeAsync(DateTimeOffset until) => turn.RunAsync(() => ForgetLeftAsync(until));

    private async Task<int> ForgetLeftAsync(DateTimeOffset until)
    {
        var faults = new FolderFaults();
        store.RecordTimes();
        var destroyed = await ForgetAllAsync(store.LeftBefore(until), Retention, static _ => new Verdict(true, null), faults).ConfigureAwait(false);
        announced.IntersectWith(faults.Failed); // texts that are kept again later are destroyed with an entry of their own
        faults.ThrowFirst();
        return destroyed;
    }

    // A configuration that cannot be read or deleted, or an order that cannot be written, keeps no other one from being destroyed. Without its entry
    // nothing is: the log cannot be written for the others either.
    private async Task<int> ForgetAllAsync(IReadOnlyList<string> digests, string cause, Func<string, Verdict> judge, FolderFaults faults)
    {
        var destroyed = 0;
        foreach (var digest in digests.Where(digest => digest != recorder.InForce?.Digest))
        {
            await faults.AttemptAsync(async () =>
            {
                if (judge(digest) is not { Destroys: true } verdict) return;
                if (cause != Retention || !announced.Contains(digest))
                {
                    await NoteAsync([("digest", digest), ("cause", cause), .. verdict.Why is { } why ? [("why", why)] : Array.Empty<(string, string)>()])
                        .ConfigureAwait(false);
                }

                if (cause == Retention) announced.Add(digest);
                store.Forget(digest, recorder.InForce);
                destroyed++;
            }, digest).ConfigureAwait(false);
        }

        if (destroyed > 0) faults.Attempt(store.RecordForgotten);
        return destroyed;
    }

    private static Naming NamingOf(ConfigurationTexts texts, string subject) =>
        texts.Files.Select(file => SubjectInFile.Search(file, subject)).DefaultIfEmpty(Naming.No).Max();

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
        if (!await journal.NoteDurableAsync(EntryActs.Forgotten, facts).ConfigureAwait(false)) throw NotWritten();
    }

    private static AuditUnavailableException NotWritten() =>
        new("the audit log cannot be written, so texts of configurations were kept; run the command again once it can");

    /// <summary>Whether the texts of a configuration are destroyed.</summary>
    /// <param name="Destroys">True where they are.</param>
    /// <param name="Why">The reason in the entry; null where its cause says it all.</param>
    private readonly record struct Verdict(bool Destroys, string? Why);
}

/// <summary>Kept texts of configurations that were destroyed because they name a person.</summary>
/// <param name="Destroyed">The number of configurations whose texts are destroyed.</param>
/// <param name="IsInForce">True where the one in force names the subject, or may.</param>
internal sealed record ForgottenTexts(int Destroyed, bool IsInForce)
{
    /// <summary>The texts that could not be searched or deleted, and may name the person; null where all were.</summary>
    public UnfinishedErasure? Fault { get; init; }
}

/// <summary>
/// An erasure that was not begun: kept texts may name the person, and the folder of the texts cannot hold the record that they were not searched.
/// Without it, the next run would not know that there is something to complete.
/// </summary>
/// <param name="message">What could not be done.</param>
/// <param name="remedy">The remedy.</param>
/// <param name="inner">The fault of the folder.</param>
internal sealed class ErasureNotBegunException(string message, string remedy, Exception inner) : IOException(message, inner)
{
    /// <summary>The remedy.</summary>
    public string Remedy => remedy;
}
