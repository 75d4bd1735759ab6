using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Search;

/// <summary>
/// Entries with a receipt that no checkpoint covers: the log did not keep the promise where the time is over, or where the log ended. A log that was
/// written again cannot say so itself; the receipt of the caller shows that.
/// </summary>
/// <param name="source">The log.</param>
/// <param name="now">The time.</param>
internal sealed class OpenPromises(ILogSource source, DateTimeOffset now)
{
    // An empty folder with a later number ends no log.
    private readonly string? newest = source.Logs().Reverse().FirstOrDefault(log => source.SizeOf(log) > 0);
    private string? log;
    private long? size;

    /// <summary>Returns true where the entry has a receipt that was not kept.</summary>
    public bool IsBroken(EntryPosition place, EntryFacts facts)
    {
        if (!facts.HasReceipt) return false;
        if (log != place.Log) (log, size) = (place.Log, source.SizeOf(place.Log));
        return size is { } covered && place.Index >= covered && (string.CompareOrdinal(place.Log, newest) < 0 || facts.At + Receipt.Within < now);
    }
}
