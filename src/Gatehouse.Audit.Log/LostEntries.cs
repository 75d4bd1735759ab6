using System.Globalization;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Entries that were lost and are not yet in an entry of the log: how many, since when, and the attempts to authenticate in them (ID-08). Not safe
/// for concurrent use: the log asks under its lock.
/// </summary>
internal sealed class LostEntries(TimeProvider time)
{
    private readonly AttemptTally attempts = new();
    private DateTimeOffset since;
    private long unreported;
    private LossRecord? reporting; // of the commit under way

    /// <summary>All entries that were lost while the process runs, reported or not.</summary>
    public long Total { get; private set; }

    /// <summary>True while every loss is in an entry.</summary>
    public bool IsEmpty => unreported == 0;

    /// <summary>The losses that are in no entry on stable storage, and when the first of them happened; null for none.</summary>
    public LossRecord? Unreported => reporting is not { } begun
        ? IsEmpty ? null : new LossRecord(unreported, since)
        : new LossRecord(begun.Entries + unreported, IsEmpty || begun.Since < since ? begun.Since : since);

    /// <summary>Takes the losses of a process before this one, which ended before it could report them.</summary>
    public void Restore(LossRecord earlier)
    {
        if (IsEmpty || earlier.Since < since) since = earlier.Since;
        unreported += earlier.Entries;
    }

    /// <summary>Counts an entry. An awaited one is still its caller's, and so are its attempts.</summary>
    public void Add(AuditEntry entry, bool isAwaited)
    {
        Count(1);
        if (!isAwaited) attempts.Add(entry.Attempts, entry.At);
    }

    /// <summary>Forgets the losses that a commit reported which is on stable storage.</summary>
    public void Reported(CommitBatch durable)
    {
        if (durable.Lost > 0) reporting = null;
    }

    /// <summary>Counts the entries of a commit that failed, and takes back the losses that it would have reported.</summary>
    public void Add(CommitBatch failed)
    {
        if (failed.Lost > 0) reporting = null;
        if (failed.Lost > 0 && (IsEmpty || failed.LostSince < since)) since = failed.LostSince;
        var reports = failed.Lost > 0 ? 1 : 0; // the entry that reports earlier losses is no loss itself, and its number is missing as well
        unreported += failed.Lost + reports;
        attempts.Add(failed.Attempts);
        var lost = failed.Count - reports;
        if (lost > 0) Count(lost);
    }

    /// <summary>Moves the losses to the batch that reports them, and returns the facts and attempts of the entry.</summary>
    public (IReadOnlyList<KeyValuePair<string, string>> Facts, IReadOnlyList<AuditAttempt> Attempts) MoveTo(CommitBatch batch)
    {
        (batch.Lost, batch.LostSince) = (unreported, since);
        reporting = new LossRecord(unreported, since);
        KeyValuePair<string, string>[] facts =
        [
            KeyValuePair.Create("act", "log.gap"),
            KeyValuePair.Create("lost", unreported.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create("since", since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
        ];
        var counted = attempts.ToList();
        unreported = 0;
        attempts.Clear();
        return (facts, counted);
    }

    private void Count(long entries)
    {
        if (IsEmpty) since = time.GetUtcNow();
        unreported += entries;
        Total += entries;
    }
}
