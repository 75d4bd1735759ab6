using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Erasure of a person from the audit log (DP-03): keys, index and kept requests. No entry is changed, so every proof stays valid. Each step is in
/// the
/// log before it is done.
/// </summary>
internal sealed class PersonErasure(AuditIndex index, SubjectKeys keys, ControlJournal journal, string logs)
{
    // What a fact of an entry can hold: 23 characters for each.
    private const int PseudonymsOfAnEntry = 40;

    /// <exception cref="AuditUnavailableException">An entry could not be made durable. What was done until then is in the log.</exception>
    public async Task<PersonErased> EraseAsync(EntryOwner owner)
    {
        var payloads = await PayloadsAsync(owner).ConfigureAwait(false);
        var person = new SubjectOwner(owner.Issuer, owner.Subject);
        var pseudonyms = keys.PseudonymsOf(person);
        foreach (var some in pseudonyms.Chunk(PseudonymsOfAnEntry))
            await NoteAsync("audit.keys.destroyed", ("pseudonyms", string.Join(' ', some))).ConfigureAwait(false);
        keys.Destroy(pseudonyms);
        // The index has what the keys opened. The next question makes it again, from what can still be opened.
        await index.DeleteAsync().ConfigureAwait(false);
        foreach (var payload in payloads) await DeleteAsync(payload).ConfigureAwait(false);
        return new PersonErased(pseudonyms.Count, payloads.Count);
    }

    private async Task<IReadOnlyList<string>> PayloadsAsync(EntryOwner owner)
    {
        var found = new List<string>();
        var filter = new EntryFilter { Limit = EntryFilter.LargestPage, OldestFirst = true };
        for (string? after = null; ;)
        {
            var page = await index.FindAsync(filter with { After = after }, owner, CancellationToken.None).ConfigureAwait(false);
            found.AddRange(page.Entries.Select(entry => new EntryFacts(entry))
                .Where(facts => facts.Kind != "control").Select(facts => facts.Text("payload"))
                .OfType<string>());
            if (page.Next is null) return found;
            after = page.Next;
        }
    }

    private async Task DeleteAsync(string payload)
    {
        await NoteAsync("payload.erased", ("payload", payload)).ConfigureAwait(false);
        foreach (var log in EvidenceLog.In(logs))
        {
            foreach (var path in LogSnapshot.PayloadFiles(payload)) Delete(Path.Combine(log.Path, path));
        }
    }

    // The key is destroyed: a file that cannot be deleted opens no more.
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
