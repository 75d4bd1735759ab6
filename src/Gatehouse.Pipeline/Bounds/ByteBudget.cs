using Gatehouse.Identity.Partitions;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Bounds;

/// <summary>One bound for the bytes of all messages in memory (design rule 8), of which each caller has a part.</summary>
/// <param name="capacity">Bytes of all callers together.</param>
/// <param name="callerShare">The part of one caller in percent, read at each take because a reload can change it. Null lets one caller hold
/// all.</param>
/// <remarks>
/// The threat: one caller sends incomplete bodies, or does not read answers, and all other callers are refused (CWE-770). The part is never less than
/// the largest message of the addressed server: a legal message of a caller that holds nothing else always fits.
/// </remarks>
public sealed class ByteBudget(long capacity, Func<int>? callerShare = null)
{
    private readonly PartitionedBudget held = new();

    /// <summary>Number of bytes held now.</summary>
    public long Used => held.Used;

    /// <summary>Returns the number of bytes that one caller holds now.</summary>
    public long UsedBy(CallerPartition caller) => held.HeldBy(caller);

    /// <summary>Takes bytes from the budget.</summary>
    /// <param name="caller">The caller of the message; unknown for the gateway's own requests, which no part bounds.</param>
    /// <param name="bytes">Number of bytes.</param>
    /// <param name="largest">The largest message that is legal here.</param>
    /// <exception cref="RefusalException"><see cref="Reasons.CallerPartSpent"/>: the caller holds its part; <see cref="Reasons.TooBusy"/>: the budget
    /// is spent.</exception>
    public void Take(CallerPartition caller, long bytes, long largest)
    {
        var each = caller.IsAnonymous || callerShare is null ? capacity : Math.Max(PartitionedBudget.PartOf(capacity, callerShare()), largest);
        switch (held.TryTake(caller, bytes, capacity, each))
        {
            case PartitionedVerdict.PartSpent when each < capacity:
                throw new RefusalException(Reasons.CallerPartSpent, "limits.bufferedBytes, limits.callerShare");
            case PartitionedVerdict.PartSpent or PartitionedVerdict.AllSpent:
                throw new RefusalException(Reasons.TooBusy, "limits.bufferedBytes");
        }
    }

    /// <summary>Returns bytes to the budget.</summary>
    /// <param name="caller">The caller that took them.</param>
    /// <param name="bytes">Number of bytes.</param>
    public void Return(CallerPartition caller, long bytes) => held.Return(caller, bytes);
}
