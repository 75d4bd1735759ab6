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

    /// <summary>The log ends here.</summary>
    public void End()
    {
        foreach (var (id, place) in open)
            findings.Add(place, AuditFindingKind.NotEnded, $"{id} has no end: the process died, or the call is in progress");
    }
}
