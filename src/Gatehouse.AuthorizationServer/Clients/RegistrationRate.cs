using Gatehouse.Identity.Partitions;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>
/// Attempts to register by address block, in an hour that begins with the block's first attempt. Memory is bounded. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Threat: a stranger with very many address blocks fills the table, so that honest blocks are refused. Blocks without room of their own have one
/// count together, so that a full table costs the blocks in it nothing.
/// </remarks>
internal sealed class RegistrationRate
{
    /// <summary>The most address blocks that are counted one by one.</summary>
    internal const int MostBlocks = 16_384;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly Dictionary<CallerPartition, Count> counts = [];
    private Count together;
    private DateTimeOffset sweepAt;

    /// <summary>Address blocks that are counted one by one.</summary>
    internal int Blocks
    {
        get
        {
            lock (gate) return counts.Count;
        }
    }

    /// <summary>Takes one attempt.</summary>
    /// <param name="peer">The address block.</param>
    /// <param name="most">The most attempts in an hour.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null when there was one; otherwise the time until there is one again.</returns>
    public TimeSpan? TryTake(CallerPartition peer, int most, DateTimeOffset now)
    {
        lock (gate)
        {
            Sweep(now);
            var isKnown = counts.TryGetValue(peer, out var count);
            if (!isKnown && counts.Count >= MostBlocks)
                return Take(ref together, most, now);
            var wait = Take(ref count, most, now);
            counts[peer] = count;
            return wait;
        }
    }

    private static TimeSpan? Take(ref Count count, int most, DateTimeOffset now)
    {
        if (now >= count.Until)
            count = new Count(0, now + Window);
        if (count.Used >= most)
            return count.Until - now;
        count = count with { Used = count.Used + 1 };
        return null;
    }

    // A walk over the table at most once a minute, so that a flood does not pay for it with each attempt.
    private void Sweep(DateTimeOffset now)
    {
        if (now < sweepAt && now > sweepAt - TimeSpan.FromMinutes(2))
            return;
        sweepAt = now + TimeSpan.FromMinutes(1);
        foreach (var (peer, count) in counts)
        {
            if (now >= count.Until)
                counts.Remove(peer);
        }
    }

    private readonly record struct Count(int Used, DateTimeOffset Until);
}
