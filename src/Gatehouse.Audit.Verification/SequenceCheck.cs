namespace Gatehouse.Audit.Verification;

/// <summary>
/// Entries of one process are counted from 1 without a gap. A process begins with an entry <c>log.birth</c> or <c>log.opened</c>. The log itself must
/// report missing entries, in an entry <c>log.gap</c> that follows (ID-08).
/// </summary>
/// <remarks>
/// Entries that were taken from the end of a log leave no gap in the numbers, and neither do whole runs. The tree and an outside checkpoint show
/// them (<see cref="TreeCheck"/>, <see cref="OutsideCheckpoints"/>).
/// </remarks>
internal sealed class SequenceCheck(FindingCollector findings)
{
    private long expected;
    private bool isFirstOfRun;
    private bool isBehindArchive;
    private long missing;
    private long unread;
    private LogPosition missingAt;

    public long First { get; private set; }

    public int Runs { get; private set; }

    public long Lost { get; private set; }

    /// <summary>Entries that were in torn ends of the journal, with whole ones behind them.</summary>
    public long TornEntries { get; private set; }

    public void BeginLog() => isFirstOfRun = true;

    /// <summary>So many entries cannot be read here, and that was reported. A process may have begun in them.</summary>
    public void Unread(long entries)
    {
        unread = Sum(unread, entries);
        if (entries > 0) BeginLog();
    }

    /// <summary>
    /// The entries before the next one are archived. Any number of processes may have begun in them, and any number of losses may be reported there.
    /// </summary>
    public void BehindArchive() => (isBehindArchive, missing) = (true, 0);

    /// <summary>
    /// The next process found torn bytes at the end of the journal, and recorded their digest. Entries that are missing in the run before may have
    /// been in them.
    /// </summary>
    public void Torn()
    {
        TornEntries = Sum(TornEntries, missing);
        missing = 0;
    }

    public void Add(LogPosition place, long number, long lost)
    {
        if (Runs == 0) (First, Runs) = (number, 1); // older entries may have been archived
        else if (isBehindArchive) expected = number;
        else if (number > expected) Miss(place, number - expected);
        else if (number < expected && isFirstOfRun) BeginRun(place, number);
        else if (number < expected) findings.Add(place, AuditFindingKind.Order, $"entry {number} is at the place of entry {expected}");
        (isFirstOfRun, isBehindArchive, unread) = (false, false, 0);
        expected = Math.Max(expected, Sum(number, 1));
        Lost = Sum(Lost, lost);
        missing -= Math.Min(missing, lost);
    }

    /// <summary>The log ends here.</summary>
    public void End()
    {
        if (missing == 0) return;
        findings.Add(missingAt, AuditFindingKind.Gap, $"entries missing before this one: {missing}; the log does not report a loss");
        missing = 0;
    }

    private void BeginRun(LogPosition place, long number)
    {
        End();
        Runs++;
        expected = 0;
        if (number > 1) Miss(place, number - 1);
    }

    private void Miss(LogPosition place, long count)
    {
        count -= Math.Min(count, unread);
        if (count == 0) return;
        if (missing == 0) missingAt = place;
        missing = Sum(missing, count);
    }

    // A line may say any number: what is more than fits is as much as fits.
    private static long Sum(long one, long other) => one > long.MaxValue - other ? long.MaxValue : one + other;
}
