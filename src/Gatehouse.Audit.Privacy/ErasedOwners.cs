namespace Gatehouse.Audit.Privacy;

/// <summary>
/// The persons who were erased while this process runs, with the moment of each erasure. The threat: a call that began before the erasure ends after
/// it. Its last entry would be sealed under a new key, and its id would lead from the erased first entry to the person (DP-03). Safe for concurrent
/// use.
/// </summary>
/// <remarks>
/// An erasure is remembered only while an exchange that it concerns is in progress, and while a request to the authorization server lasts. So a
/// stream of another person, which may last for weeks, keeps its facts however many persons are erased meanwhile.
/// </remarks>
internal sealed class ErasedOwners
{
    // Erased persons whose exchanges have not left. An erasure ends these exchanges, so an erasure matters for seconds.
    private const int MostErasures = 1_000;

    private readonly Lock gate = new();
    private readonly Dictionary<SubjectOwner, Erasure> erasures = [];
    private readonly Queue<(SubjectOwner Owner, long Moment)> order = [];
    private long forgotten = long.MinValue;
    private volatile bool isAny;

    /// <summary>Adds an erasure, and removes those that no exchange in progress needs any more.</summary>
    /// <param name="owner">The person.</param>
    /// <param name="moment">The moment, a timestamp of the clock of the exchanges.</param>
    /// <param name="pseudonyms">The names of the destroyed keys, by class and month.</param>
    /// <param name="inProgress">For each person with exchanges in progress, the timestamp at which the oldest of them began. Exchanges whose person is
    /// not known yet are those of <see cref="SubjectOwner.Unknown"/>.</param>
    /// <param name="recent">Erasures from this timestamp on are kept as well, while there is room.</param>
    public void Add(SubjectOwner owner, long moment, IReadOnlyDictionary<(EntryClass Class, int Month), string> pseudonyms,
        IReadOnlyDictionary<SubjectOwner, long> inProgress, long recent = long.MaxValue)
    {
        lock (gate)
        {
            // An exchange may have begun before an earlier erasure of the same person.
            var earlier = erasures.TryGetValue(owner, out var known) ? known.Pseudonyms : pseudonyms;
            erasures[owner] = new Erasure(moment, earlier.Concat(pseudonyms).GroupBy(static one => one.Key)
                .ToDictionary(static group => group.Key, static group => group.Last().Value));
            order.Enqueue((owner, moment));
            RemoveUnneeded(inProgress, recent);
            if (order.Count > MostErasures) RemoveUnneeded(inProgress, long.MaxValue);
            if (order.Count > MostErasures) Forget();
            isAny = order.Count > 0 || forgotten > long.MinValue;
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

    private void RemoveUnneeded(IReadOnlyDictionary<SubjectOwner, long> inProgress, long recent)
    {
        for (var left = order.Count; left > 0; left--)
        {
            var (owner, moment) = order.Dequeue();
            if (!erasures.TryGetValue(owner, out var erasure) || erasure.Moment != moment) continue; // a later one of the same person took its place
            var isNeeded = BeganBefore(owner, moment, inProgress) || BeganBefore(SubjectOwner.Unknown, moment, inProgress);
            if (isNeeded || moment >= recent) order.Enqueue((owner, moment));
            else erasures.Remove(owner);
        }
    }

    private static bool BeganBefore(SubjectOwner owner, long moment, IReadOnlyDictionary<SubjectOwner, long> inProgress) =>
        inProgress.TryGetValue(owner, out var oldest) && oldest <= moment;

    private void Forget()
    {
        var (owner, moment) = order.Dequeue();
        forgotten = Math.Max(forgotten, moment);
        if (erasures.TryGetValue(owner, out var erasure) && erasure.Moment == moment) erasures.Remove(owner);
    }

    private readonly record struct Erasure(long Moment, IReadOnlyDictionary<(EntryClass Class, int Month), string> Pseudonyms);
}
