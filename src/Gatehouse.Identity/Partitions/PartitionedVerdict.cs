namespace Gatehouse.Identity.Partitions;

/// <summary>The result of taking an amount from a <see cref="PartitionedBudget"/>: taken, or the one of the two bounds that refused it.</summary>
public enum PartitionedVerdict
{
    /// <summary>Taken.</summary>
    Taken,

    /// <summary>The caller's own part is spent. Other callers continue.</summary>
    PartSpent,

    /// <summary>The bound of all is spent.</summary>
    AllSpent,
}
