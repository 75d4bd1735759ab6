using Gatehouse.Audit.Search;

namespace Gatehouse.Administration;

/// <summary>The audit log of a host, as administrators read it.</summary>
internal interface ILogAdministration
{
    /// <summary>Questions to the log. Entries that were made before a question are in its answer.</summary>
    IEntrySearch Search { get; }

    /// <summary>The places that readers were given to continue at.</summary>
    FollowedPlaces Followed { get; }

    /// <summary>Returns the kept requests of an exchange, opened.</summary>
    /// <param name="id">The exchange.</param>
    /// <param name="scope">The only entries whose requests may be opened; null for all.</param>
    Task<IReadOnlyList<KeptRequest>> OpenRequestsAsync(string id, EntryScope? scope);

    /// <summary>Returns which entries of the log are not in its folder, as after archiving, in words; null where all are there.</summary>
    Task<string?> AbsentAsync();

    /// <summary>Destroys the keys, the index and the kept requests of a person.</summary>
    /// <param name="owner">The person.</param>
    /// <param name="lookup">What the log knows of the person.</param>
    /// <exception cref="Audit.AuditUnavailableException">An entry of it could not be made durable.</exception>
    Task<PersonErased> EraseAsync(EntryOwner owner, PersonLookup lookup);

    /// <summary>Finds what is missing in the log.</summary>
    /// <param name="since">The earliest time of entries; null for all.</param>
    /// <param name="scope">The only calls that may be examined; null for all.</param>
    Task<GapReport> FindGapsAsync(DateTimeOffset? since, EntryScope? scope);

    /// <summary>Believes the clock as it is, so that retention does not wait.</summary>
    /// <exception cref="Storage.Abstractions.StoreException">The record of the clock cannot be written; it is judged as before.</exception>
    Task<ClockConfirmed> ConfirmClockAsync();

    /// <summary>Makes the index again, and returns the number of its entries.</summary>
    Task<long> RebuildAsync();
}
