using System.Text;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>The audit log of a gateway, as administrators read it: by the index beside the store.</summary>
internal sealed class LogAdministration(
    AuditIndex index, FollowedPlaces followed, LogGaps gaps, IAuditLog log, PayloadBoxes boxes, KeyRing keys, PersonErasure erasure, string folder,
    RetentionClock clock, TimeProvider time)
    : ILogAdministration, IEntrySearch
{
    public IEntrySearch Search => this;

    public FollowedPlaces Followed => followed;

    public async Task<EntryPage> FindAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        await log.FlushAsync().ConfigureAwait(false);
        return await index.FindAsync(filter, scope, cancellation).ConfigureAwait(false);
    }

    public async Task<EntryCounts> CountByFacetAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        await log.FlushAsync().ConfigureAwait(false);
        return await index.CountByFacetAsync(filter, scope, cancellation).ConfigureAwait(false);
    }

    public async Task<long> CountAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        await log.FlushAsync().ConfigureAwait(false);
        return await index.CountAsync(filter, scope, cancellation).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<KeptRequest>> OpenRequestsAsync(string id, EntryScope? scope)
    {
        var entries = await index.FindWholeAsync(new EntryFilter { Id = id }, scope, CancellationToken.None).ConfigureAwait(false);
        return [.. entries.Where(IsKept).Select(Open)];
    }

    public Task<string?> AbsentAsync() => Task.Run(() =>
    {
        var absent = EvidenceLog.In(folder).Select(ArchivedEntries.Of).OfType<string>().ToList();
        return absent.Count == 0 ? null : $"{string.Join(", ", absent)} are not in the folder, as after archiving, and may be missing; put their bundles back and build the index again to have them";
    });

    public async Task<PersonErased> EraseAsync(EntryOwner owner, PersonLookup lookup)
    {
        await log.FlushAsync().ConfigureAwait(false);
        return await erasure.EraseAsync(owner, lookup).ConfigureAwait(false);
    }

    public async Task<GapReport> FindGapsAsync(DateTimeOffset? since, EntryScope? scope)
    {
        await log.FlushAsync().ConfigureAwait(false);
        return await gaps.FindAsync(since, scope, CancellationToken.None).ConfigureAwait(false);
    }

    public Task<ClockConfirmed> ConfirmClockAsync()
    {
        try
        {
            return Task.FromResult(new ClockConfirmed(time.GetUtcNow(), clock.Confirm()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the record of the clock (audit-retention-time) cannot be read or written: {e.Message}", e);
        }
    }

    public Task<long> RebuildAsync() => index.RebuildAsync(CancellationToken.None);

    // An entry that names a request without having it: the request was deleted, by an erasure or because its time was over.
    private static bool IsKept(JsonElement entry) => new EntryFacts(entry) is var facts
        && (facts.Text("sealed") is not null || (facts.Kind != "control" && facts.Text("payload") is not null));

    private KeptRequest Open(JsonElement entry)
    {
        var facts = new EntryFacts(entry);
        var text = PayloadSealer.TryOpen(boxes, keys, facts.Id, facts.Text("iss") ?? "", facts.Text("sub") ?? "", facts.Text("sealed") ?? "");
        return new KeptRequest(facts.Id, facts.Text("kept"), text is null ? null : Encoding.UTF8.GetString(text));
    }
}
