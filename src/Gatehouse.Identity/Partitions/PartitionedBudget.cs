using System.Runtime.InteropServices;

namespace Gatehouse.Identity.Partitions;

/// <summary>
/// A bound that all callers have in common, of which one caller gets only a part. Amounts are bytes, places or entries, as its owner counts them.
/// Memory grows with the partitions that hold something now, never with those that once did. Safe for concurrent use.
/// </summary>
public sealed class PartitionedBudget
{
    private readonly Lock gate = new();
    private readonly Dictionary<CallerPartition, long> held = [];
    private long used;

    /// <summary>The amount that all partitions hold.</summary>
    public long Used => Interlocked.Read(ref used);

    /// <summary>Partitions that hold something now.</summary>
    internal int Partitions
    {
        get
        {
            lock (gate) return held.Count;
        }
    }

    /// <summary>Returns the part of a bound that one caller gets.</summary>
    /// <param name="total">The bound, at least 1.</param>
    /// <param name="percent">The part, 1 to 100.</param>
    /// <returns>At least 1, at most the bound.</returns>
    public static long PartOf(long total, int percent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        return Math.Max(1, (long)Math.Ceiling(total * (percent / 100m)));
    }

    /// <summary>Returns the amount that one partition holds.</summary>
    public long HeldBy(CallerPartition partition)
    {
        lock (gate) return held.GetValueOrDefault(partition);
    }

    /// <summary>Takes an amount if both bounds have room for it, and nothing otherwise.</summary>
    /// <param name="partition">The partition that takes it.</param>
    /// <param name="amount">The amount, 0 or more.</param>
    /// <param name="total">The bound of all.</param>
    /// <param name="each">The bound of one partition.</param>
    public PartitionedVerdict TryTake(CallerPartition partition, long amount, long total, long each)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        lock (gate)
        {
            var mine = held.GetValueOrDefault(partition);
            if (amount > each - mine) return PartitionedVerdict.PartSpent;
            if (amount > total - used) return PartitionedVerdict.AllSpent;
            if (amount == 0) return PartitionedVerdict.Taken;
            held[partition] = mine + amount;
            used += amount;
            return PartitionedVerdict.Taken;
        }
    }

    /// <summary>
    /// Returns whether a further entry of a partition comes out of its own: it has its part, and half of all or more is taken. A partition without
    /// competition is not held to the part, and leaves the others half (where the part is no more than half, as it is by default).
    /// </summary>
    /// <param name="used">The amount that all partitions have taken.</param>
    /// <param name="total">The bound of all, at least 1.</param>
    /// <param name="own">The amount that the partition has.</param>
    /// <param name="percent">The part, 1 to 100.</param>
    public static bool IsHeldToPart(long used, long total, long own, int percent) =>
        used * 2 >= total && own >= PartOf(total, percent) && percent < 100;

    /// <summary>
    /// Takes one place of those that are held briefly: within its part a partition takes any free place, beyond it only while less than
    /// half of all are taken (<see cref="IsHeldToPart"/>).
    /// </summary>
    /// <param name="partition">The partition that takes it.</param>
    /// <param name="total">All places, at least 1.</param>
    /// <param name="percent">The part of one partition, 1 to 100.</param>
    public PartitionedVerdict TryTakePlace(CallerPartition partition, long total, int percent)
    {
        lock (gate)
        {
            if (used >= total) return PartitionedVerdict.AllSpent;
            var mine = held.GetValueOrDefault(partition);
            if (IsHeldToPart(used, total, mine, percent)) return PartitionedVerdict.PartSpent;
            held[partition] = mine + 1;
            used++;
            return PartitionedVerdict.Taken;
        }
    }

    /// <summary>Gives back an amount that was taken.</summary>
    /// <param name="partition">The partition that took it.</param>
    /// <param name="amount">The amount, at most the amount held.</param>
    /// <exception cref="InvalidOperationException">The partition does not hold so much.</exception>
    public void Return(CallerPartition partition, long amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        if (amount == 0) return;
        lock (gate)
        {
            ref var mine = ref CollectionsMarshal.GetValueRefOrNullRef(held, partition);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref mine) || mine < amount)
                throw new InvalidOperationException("more is given back than was taken");
            mine -= amount;
            used -= amount;
            if (mine == 0) held.Remove(partition); // a caller that has gone leaves nothing behind
        }
    }
}
