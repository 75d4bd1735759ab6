using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.AuthorizationServer.Callers;

/// <summary>
/// A rate of acts that strangers can provoke: a number in a minute by all, of which one address block gets a part. Safe for concurrent use.
/// </summary>
/// <remarks>Threat: one stranger spends what all others need to sign in (CWE-770).</remarks>
/// <param name="perMinute">The most acts a minute, by all; 1 or more.</param>
/// <param name="share">Percent of that for one address block, 1 to 100.</param>
/// <param name="time">The clock.</param>
internal sealed class StrangerRate(int perMinute, Func<int> share, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly ProvokedBudget budget = new(perMinute, share, time.GetUtcNow());

    /// <summary>Takes one act. Returns false when the block's part or the whole is spent.</summary>
    public bool TryTake(CallerPartition partition)
    {
        lock (gate) return budget.TryTake(partition, time.GetUtcNow());
    }

    /// <summary>Gives back an act that was no stranger's.</summary>
    public void Return(CallerPartition partition)
    {
        lock (gate) budget.Return(partition, time.GetUtcNow());
    }
}
