namespace Gatehouse.Audit.Privacy;

/// <summary>
/// The persons who were erased while this process runs, with the moment of each erasure. The threat: a call that began before the erasure ends after
/// it. Its last entry would be sealed under a new key, and its id would lead from the erased first entry to the person (DP-03). Safe for concurrent
/// use.
/// </summary>
internal sealed class ErasedOwners
{
    // The erasure ends what the person has in progress, so an erasure matters for seconds.
    private const int MostErasures = 1_000;

    private readonly Lock gate = new();
    private readonly Dictionary<SubjectOwner, Erasure> erasures = [];
    private readonly Queue<(SubjectOwner Owner, long Moment)> order = [];
    private long forgotten = long.MinValue;
    private volatile bool isAny;

    /// <summary>Adds an erasure.</summary>
    /// <param name="owner">The person.</param>
    /// <param name="moment">The moment, a timestamp of the clock of the exchanges.</param>
    /// <param name="pseudonyms">The names of the destroyed keys, by class and month.</param>
    public void Add(SubjectOwner owner, long moment, IReadOnlyDictionary<(EntryClass Class, int Month), string> pseudonyms)
    {
        lock (gate)
        {
            erasures[owner] = new Erasure(moment, pseudonyms);
            order.Enqueue((owner, moment));
            if (order.Count > MostErasures) Forget();
            isAny = true;
        }
    }

    /// <summary>
    /// Returns whether the person of an exchange was erased since it began. Of an exchange that is older than the last erasure that is not
    /// remembered any more, this cannot be known, so it counts as one of an erased person.
    /// </summary>
    public bool Contains(SubjectOwner owner, long began)
    {
        if (!isAny) return false;
        lock (gate) return began <= forgotten || (erasures.TryGetValue(owner, out var erasure) && began <= erasure.Moment);
    }

    /// <summary>Returns the name of the destroyed key that an entry of the person would have had; null where there was none.</summary>
    public string? PseudonymOf(SubjectOwner owner, EntryClass entryClass, int month)
    {
        lock (gate) return erasures.TryGetValue(owner, out var erasure) ? erasure.Pseudonyms.GetValueOrDefault((entryClass, month)) : null;
    }

    private void Forget()
    {
        var (owner, moment) = order.Dequeue();
        forgotten = Math.Max(forgotten, moment);
        if (erasures.TryGetValue(owner, out var erasure) && erasure.Moment == moment) erasures.Remove(owner);
    }

    private readonly record struct Erasure(long Moment, IReadOnlyDictionary<(EntryClass Class, int Month), string> Pseudonyms);
}
