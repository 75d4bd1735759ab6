using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.Gateway.AdministrationHttp;

/// <summary>
/// The bounds of the requests to the administration interface: their rate, and those in progress at one time. A request counts for its address block
/// until its token is judged, and then for its person. Safe for concurrent use.
/// </summary>
/// <remarks>Threat: one stranger, or one person's program, takes what all other administrators need in an emergency (CWE-770).</remarks>
/// <param name="share">Percent of a bound for one address block or person.</param>
/// <param name="time">The clock.</param>
internal sealed class AdministrationPlaces(Func<int> share, TimeProvider time)
{
    /// <summary>The most requests in a minute, of all addresses; the same number again for all persons.</summary>
    public const int MostRequestsPerMinute = 1200;

    /// <summary>The most requests in progress at one time, of all addresses; the same number again for all persons.</summary>
    public const int MostInProgress = 32;

    private readonly StrangerRate addressRate = new(MostRequestsPerMinute, share, time);
    private readonly StrangerRate personRate = new(MostRequestsPerMinute, share, time);
    private readonly PartitionedBudget addresses = new();
    private readonly PartitionedBudget persons = new();

    /// <summary>Takes a place for a request; null where the party or all have used theirs. Disposal gives it back.</summary>
    /// <param name="party">The address block, or the person.</param>
    public IDisposable? TryTake(CallerPartition party)
    {
        var (rate, places) = party.IsAnonymous ? (addressRate, addresses) : (personRate, persons);
        if (!rate.TryTake(party)) return null;
        return places.TryTakePlace(party, MostInProgress, share()) == PartitionedVerdict.Taken ? new Place(places, party) : null;
    }

    private sealed class Place(PartitionedBudget places, CallerPartition party) : IDisposable
    {
        private int returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref returned, 1) == 0) places.Return(party, 1);
        }
    }
}
