namespace Gatehouse.Identity.Partitions;

/// <summary>Whether an amount was taken from a <see cref="PartitionedBudget"/>, and if not, which of the two bounds stood against it.</summary>
public enum PartitionedVerdict
{
    /// <summary>Taken.</summary>
    Taken,

    /// <summary>The caller's own part is spent; others go on.</summary>
    PartSpent,

    /// <summary>The bound of all is spent.</summary>
    AllSpent,
}
