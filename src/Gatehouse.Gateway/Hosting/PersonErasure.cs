using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Erasure of a person from the audit log (DP-03): texts of configurations, kept requests, keys, and index.
/// The keys are destroyed last, because without them the next run of a failed erasure would not know the person. Directly before that, what the
/// person has in progress ends. No entry of an evidence log is changed, so every proof stays valid. Each step is in the log before it is done.
/// </summary>
/// <param name="index">The index of the log.</param>
/// <param name="keys">The keys of persons.</param>
/// <param name="journal">The journal of acts.</param>
/// <param name="configurations">The kept texts of configurations.</param>
/// <param name="logs">The folder of the logs.</param>
/// <param name="time">The clock of the exchanges.</param>
internal sealed class PersonErasure(
    AuditIndex index, SubjectKeys keys, ControlJournal journal, ConfigurationErasure configurations, string logs, TimeProvider time) : IDisposable
{
    private static readonly Dictionary<SubjectOwner, long> None = [];

    // A request to the authorization server that began before an erasure has written its entry by then.
    private static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Raised when the keys of a person were destroyed.</summary>
    public event Action<SubjectOwner>? Erased;

    /// <summary>Sessions and exchanges of persons; null before the host takes requests, when there are none.</summary>
    public PersonActivity? Activity { get; set; }

    /// <summary>Erases a person.</summary>
    /// <param name="owner">The person.</param>
    /// <param name="lookup">What the log knows of the person. A name that it does not know may be misspelt: that of another person.</param>
    /// <returns>The result, also where a kept text still names the person (<see cref="PersonErased.Unfinished"/>).</returns>
    /// <exception cref="AuditUnavailableException">An entry could not be made durable. What was done until then is in the log.</exception>
    /// <exception cref="ErasureNotBegunException">Nothing was erased but kept texts.</exception>
    /// <exception cref="DestroyedKeysFullException">Nothing was erased.</exception>
    /// <exception cref="StoreException">The keys are not used any more, and could not be removed from their table, or the index is still there.</exception>
    public async Task<PersonErased> EraseAsync(EntryOwner owner, PersonLookup lookup)
    {
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            return await EraseInTurnAsync(owner, lookup).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<PersonErased> EraseInTurnAsync(EntryOwner owner, PersonLookup lookup)
    {
        var readings = await EarlierReadingsAsync(owner, lookup).ConfigureAwait(false);
        var payloads = await PayloadsAsync(owner).ConfigureAwait(false);
        var elsewhere = await new AskedNames(index, keys).FindAsync(owner).ConfigureAwait(false);
        var person = new SubjectOwner(owner.Issuer, owner.Subject);
        var hasOwnActs = keys.HasOwnActs(person);
        var isWaiting = configurations.IsWaiting(owner.Issuer, owner.Subject);
        var isKnown = lookup.IsKnown || hasOwnActs || isWaiting;
        var withoutIssuer = isKnown || await IsOnlyOneAsync(owner, lookup).ConfigureAwait(false);
        var pseudonyms = keys.PseudonymsOf(person, withoutIssuer).ToList();
        var staying = withoutIssuer ? 0 : keys.PseudonymsOf(person, withoutIssuer: true).Count - pseudonyms.Count;
        keys.RequireRoom(pseudonyms.Count); // before anything is erased, and before an entry says so
        // First: when the keys are destroyed, the log does not know the person any more.
        var isUnfinished = configurations.IsUnfinished;
        var texts = isKnown || isUnfinished || lookup.HasIssuer
            ? await configurations.ForgetPersonAsync(owner.Subject, isKnown).ConfigureAwait(false)
            : await configurations.KeepAllAsync(owner.Subject).ConfigureAwait(false);
        // The next run does not know the person any more.
        if (isKnown && texts.IsInForce) configurations.SetWaiting(owner.Issuer, owner.Subject, isSo: true);
        try
        {
            foreach (var payload in payloads) await DeleteAsync(payload).ConfigureAwait(false);
            await NoteKeysAsync(pseudonyms).ConfigureAwait(false);
            var ended = await EndAndDestroyAsync(person, withoutIssuer, pseudonyms).ConfigureAwait(false);
            if (isWaiting && !texts.IsInForce && texts.Fault is null)
                configurations.SetWaiting(owner.Issuer, owner.Subject, isSo: false);
            return new PersonErased(pseudonyms.Count, payloads.Count, readings)
            {
                Elsewhere = elsewhere,
                IsOnlyAskedFor = !isKnown && withoutIssuer && !lookup.HasIssuer && pseudonyms.Count > 0,
                Sessions = ended.Sessions,
                Exchanges = ended.Exchanges,
                NotYetLeft = ended.Left,
                Grants = ended.Grants,
                Consents = ended.Consents,
                HasOwnActs = hasOwnActs,
                Configurations = texts.Destroyed,
                WasWaiting = isWaiting,
                CompletesEarlier = isUnfinished && texts.Destroyed > 0,
                IsInForce = texts.IsInForce,
                Staying = staying,
                Unfinished = UnfinishedErasure.Of(texts.Fault, Overwrite()),
            };
        }
        finally
        {
            // The index has what the keys opened. The next question makes it again, from what is still there.
            await index.DeleteAsync().ConfigureAwait(false);
        }
    }

    private async Task NoteKeysAsync(List<string> pseudonyms)
    {
        // The threat: pseudonyms differ by class and month, so that a reader of the files cannot put the entries of a person together. A list of them
        // would. A restored table is held to the file of destroyed keys (DP-03).
        if (pseudonyms.Count > 0) await NoteAsync("audit.keys.destroyed", ("keys", Number(pseudonyms.Count))).ConfigureAwait(false);
    }

    private async Task<EndedActivity> EndAndDestroyAsync(SubjectOwner person, bool withoutIssuer, List<string> pseudonyms)
    {
        if (Activity is { } activity) return await activity.EndAroundAsync(person, DestroyAllAsync).ConfigureAwait(false);
        await DestroyAllAsync().ConfigureAwait(false);
        return default;

        // What the person did meanwhile may have made a key.
        async Task DestroyAllAsync()
        {
            var further = keys.PseudonymsOf(person, withoutIssuer).Except(pseudonyms).ToList();
            await NoteKeysAsync(further).ConfigureAwait(false);
            pseudonyms.AddRange(further);
            Destroy(person, pseudonyms);
        }
    }

    private UnfinishedErasure? Overwrite() => keys.TryOverwrite() ? null : new UnfinishedErasure(
        "another program reads the table of keys (audit-subject-keys.db), so the file still has the destroyed keys",
        "end that program, for example a backup; the gateway overwrites the keys at its next start, and tries it each hour");

    // When the table cannot be written, the list has the keys already: none of them is used any more.
    private void Destroy(SubjectOwner person, IReadOnlyList<string> pseudonyms)
    {
        try
        {
            var now = time.GetTimestamp();
            var recent = now - (long)(LongestRequest.TotalSeconds * time.TimestampFrequency);
            keys.Destroy(person, pseudonyms, now, Activity?.InProgress() ?? None, recent);
        }
        catch (StoreException)
        {
            Erased?.Invoke(person);
            throw;
        }

        Erased?.Invoke(person);
    }

    // What names the subject without an issuer is about the person, unless the issuer is misspelt and the subject is that of another one. Entries
    // that are not in the folder may be about another one too. An act upon a subject of which the log never saw the issuer is about someone else.
    private async Task<bool> IsOnlyOneAsync(EntryOwner owner, PersonLookup lookup)
    {
        if (lookup.Absent is not null || (lookup.IsNamedWithoutIssuer && !lookup.HasIssuer)) return false;
        return !await PersonLookup.HasAnotherAsync(index, owner).ConfigureAwait(false);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    // The asking program chooses the word for its reading, so every kind that shows entries counts. Before the first entry about the person no
    // reading had one, unless entries are not in the folder.
    private async Task<EarlierReadings> EarlierReadingsAsync(EntryOwner owner, PersonLookup known)
    {
        var first = known.Absent is null ? await FirstEntryAsync(owner).ConfigureAwait(false) : null;
        List<EarlierReading> found = [];
        foreach (var kind in EarlierReading.Kinds)
        {
            var filter = new EntryFilter { Act = "control.audit." + kind, Since = first };
            found.AddRange((await FindAllAsync(filter, null).ConfigureAwait(false))
                .Where(facts => facts.Text("outcome") == "done" && facts.Text("hits") != "0" && !IsFurtherPage(facts) && !IsOfAnother(facts, owner))
                .Select(facts => new EarlierReading(kind, facts.Text("subject") is not null, facts.At)));
        }

        return new EarlierReadings([.. found.OrderByDescending(reading => reading.At)]);
    }

    // Each page is an entry: those of one reading have one purpose and follow one another, and only the first has no place.
    private static bool IsFurtherPage(EntryFacts facts) => facts.Text("filter")?.Split(',').Contains("after") == true;

    // A person whose name is sealed was erased before: another one, or this one before the entries that there are now.
    private static bool IsOfAnother(EntryFacts facts, EntryOwner owner) => facts.Text("subject") is { } subject
        ? subject != owner.Subject || !facts.IsAbout(owner)
        : facts.Act == "control.audit.person" || facts.Text("filter")?.Split(',').Contains("person") == true;

    private async Task<DateTimeOffset?> FirstEntryAsync(EntryOwner owner)
    {
        var filter = new EntryFilter { Person = owner.Subject, Limit = 1, OldestFirst = true };
        var page = await index.FindAsync(filter, null, CancellationToken.None).ConfigureAwait(false);
        return page.Entries.Count > 0 ? new EntryFacts(page.Entries[0]).At : null;
    }

    private async Task<IReadOnlyList<string>> PayloadsAsync(EntryOwner owner) =>
    [
        .. (await FindAllAsync(new EntryFilter(), EntryScope.Of(owner)).ConfigureAwait(false)).Where(facts => facts.Kind != "control")
            .Select(facts => facts.Text("payload")).OfType<string>(),
    ];

    private async Task<IReadOnlyList<EntryFacts>> FindAllAsync(EntryFilter filter, EntryScope? scope)
    {
        var found = new List<EntryFacts>();
        filter = filter with { Limit = EntryFilter.LargestPage, OldestFirst = true };
        for (string? after = null; ;)
        {
            var page = await index.FindAsync(filter with { After = after }, scope, CancellationToken.None).ConfigureAwait(false);
            found.AddRange(page.Entries.Select(entry => new EntryFacts(entry)).Where(facts => facts.Kind == "control" || facts.Text("payload") is not null));
            if (page.Next is null) return found;
            after = page.Next;
        }
    }

    private async Task DeleteAsync(string payload)
    {
        await NoteAsync("payload.erased", ("payload", payload)).ConfigureAwait(false);
        foreach (var log in EvidenceLog.In(logs).Where(static log => log.IsFolder))
        {
            foreach (var path in LogSnapshot.PayloadFiles(payload)) Delete(Path.Combine(log.Path, path));
        }
    }

    // The keys are destroyed last. A file that cannot be deleted opens until then, and no more after it.
    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is a file without an owner, which `audit verify` does not miss.
        }
    }

    private async Task NoteAsync(string act, params (string, string)[] facts)
    {
        if (!await journal.NoteDurableAsync(act, facts).ConfigureAwait(false))
            throw new AuditUnavailableException("the audit log cannot be written, so nothing more was erased; run the command again once it can");
    }
}
