using Gatehouse.Identity.Partitions;

namespace Gatehouse.Identity.Issuers;

/// <summary>
/// The questions that strangers can make the gateway ask of an issuer: a number in a minute, of which the address block of a peer gets a part. Memory
/// grows with the blocks that spent something within the last minute, never with those that once did. Not safe for concurrent use; the owner locks.
/// </summary>
/// <remarks>
/// Threat: one stranger spends the budget of all, and an honest newcomer's token cannot be checked (CWE-770). Peers that cannot be distinguished,
/// because a proxy is before all of them, have the whole in common.
/// </remarks>
/// <param name="mostPerMinute">The most questions a minute, by all.</param>
/// <param name="share">Percent of that for one address block, 1 to 100; asked when a block's part begins, so that a change holds for parts that
/// begin later.</param>
/// <param name="now">The time.</param>
internal sealed class ProvokedBudget(int mostPerMinute, Func<int> share, DateTimeOffset now)
{
    private const int FewParts = 64;

    private readonly FetchBudget all = FetchBudget.Strict(mostPerMinute, now);
    private readonly Dictionary<CallerPartition, FetchBudget> parts = [];
    private int sweepAt = FewParts;

    /// <summary>Address blocks that are remembered.</summary>
    public int Parts => parts.Count;

    /// <summary>Takes one question from a peer's part and from the whole; takes nothing when either is spent.</summary>
    public bool TryTake(CallerPartition peer, DateTimeOffset at)
    {
        if (!peer.IsKnown)
            return all.TryTake(at);
        var isNew = !parts.TryGetValue(peer, out var part);
        part ??= FetchBudget.Part((int)PartitionedBudget.PartOf(mostPerMinute, share()), at);
        if (!part.HasOne(at) || !all.TryTake(at))
            return false;
        part.TryTake(at);
        if (isNew)
            Remember(peer, part, at);
        return true;
    }

    /// <summary>Gives back a question that was an honest caller's.</summary>
    public void Return(CallerPartition peer, DateTimeOffset at)
    {
        all.Return();
        if (!parts.TryGetValue(peer, out var part))
            return;
        part.Return();
        if (part.IsFull(at))
            parts.Remove(peer);
    }

    private void Remember(CallerPartition peer, FetchBudget part, DateTimeOffset at)
    {
        if (parts.Count >= sweepAt)
        {
            foreach (var (rested, budget) in parts)
            {
                if (budget.IsFull(at))
                    parts.Remove(rested);
            }

            sweepAt = Math.Max(FewParts, 2 * parts.Count);
        }

        parts.Add(peer, part);
    }
}
