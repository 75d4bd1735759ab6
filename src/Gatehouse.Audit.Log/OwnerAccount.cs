namespace Gatehouse.Audit.Log;

/// <summary>The use of the log by one owner: of its room in a day, of the queue now, and of refusals that are entries of their own.</summary>
/// <param name="now">The moment.</param>
/// <param name="sharedName">As in <see cref="SharedName"/>.</param>
internal sealed class OwnerAccount(long now, string? sharedName = null)
{
    /// <summary>The name of the owners that have this account together: a network, or <c>many</c>; null for the account of one owner.</summary>
    public string? SharedName { get; } = sharedName;

    /// <summary>Bytes that count against the part; they fall off evenly over a day.</summary>
    public double Bytes { get; set; }

    /// <summary>The moment of the last update of <see cref="Bytes"/>, <see cref="Refusals"/> and <see cref="Receipts"/>.</summary>
    public long At { get; set; } = now;

    /// <summary>Refusals within the burst; one falls off each second.</summary>
    public double Refusals { get; set; }

    /// <summary>Receipts within the burst; they fall off evenly.</summary>
    public double Receipts { get; set; }

    /// <summary>The batch that <see cref="Queued"/> and <see cref="QueuedBytes"/> are of.</summary>
    public object? Batch { get; set; }

    public int Queued { get; set; }

    public long QueuedBytes { get; set; }

    /// <summary>Entries that are counted instead of written, or null where there are none.</summary>
    public JoinedEntries? Joined { get; set; }

    /// <summary>The moment when the last such count was written, or its first entry came.</summary>
    public long JoinedAt { get; set; }

    public bool IsIdle => Bytes < 1 && Refusals < 1 && Receipts < 1 && Joined is null;
}
