namespace Gatehouse.Audit.Verification;

/// <summary>A call that was begun must end: one that did not may have acted without a recorded outcome (design rule 6).</summary>
internal sealed class PairCheck(FindingCollector findings)
{
    // An id is removed with its end, so that what is left never ended.
    private readonly Dictionary<string, LogPosition> open = new(StringComparer.Ordinal);

    public void Begun(LogPosition place, string id)
    {
        if (!open.TryAdd(id, place)) findings.Add(place, AuditFindingKind.BegunTwice, $"{id} was begun before");
    }

    public void Ended(string id) => open.Remove(id);

    /// <summary>Ends the log. Returns a statement about calls without an end. They are no damage: the log of a process that died is whole.</summary>
    public IEnumerable<string> End()
    {
        if (open.Count == 0) yield break;
        var (id, place) = open.MinBy(one => one.Value.Index ?? one.Value.Line);
        var at = place.Index is { } index ? $"index {index} of {place.Log}" : $"{place.File}:{place.Line}";
        yield return $"calls without an end: {open.Count}, the first {id} ({at}): the process died, or the call is in progress. They may have acted";
    }
}
