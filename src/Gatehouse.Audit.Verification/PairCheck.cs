namespace Gatehouse.Audit.Verification;

/// <summary>A call that was begun must end: one that did not may have acted without a recorded outcome (design rule 6).</summary>
/// <param name="findings">Takes what is wrong.</param>
/// <param name="most">The most calls that are remembered until they end.</param>
internal sealed class PairCheck(FindingCollector findings, int most = PairCheck.MostOpen)
{
    /// <summary>Calls that are remembered until they end. A hostile log begins any number.</summary>
    internal const int MostOpen = 1_000_000;

    // An id is removed with its end, so that what is left never ended.
    private readonly Dictionary<string, LogPosition> open = new(StringComparer.Ordinal);

    private long notRemembered;
    private long notCompared;

    public void Begun(LogPosition place, string id)
    {
        if (open.Count >= most && !open.ContainsKey(id))
        {
            notRemembered++;
            return;
        }

        if (!open.TryAdd(id, place)) findings.Add(place, AuditFindingKind.BegunTwice, $"{id} was begun before");
    }

    public void Ended(string id) => open.Remove(id);

    /// <summary>Entries are absent here, or could not be read: calls that are open may have ended in them.</summary>
    public void BehindArchive()
    {
        notCompared += open.Count;
        open.Clear();
    }

    /// <summary>Ends the log. Returns a statement about calls without an end. They are no damage: the log of a process that died is whole.</summary>
    public IEnumerable<string> End()
    {
        if (notRemembered > 0)
            yield return $"calls that were not compared with their ends: {notRemembered}. At most {most} calls without an end are remembered";
        if (notCompared > 0)
        {
            yield return "calls that were not compared with their ends, because entries behind their beginning are not here or could not be read: "
                + $"{notCompared}";
        }

        if (open.Count == 0) yield break;
        var (id, place) = open.MinBy(static one => one.Value.Index);
        yield return $"calls without an end: {open.Count}, the first {id} (index {place.Index} of {place.Log}): the process died, or the call is in progress. They may have acted";
    }
}
