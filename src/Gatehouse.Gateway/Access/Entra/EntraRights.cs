using System.Collections.Concurrent;
using Gatehouse.Policy;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>
/// The rights by assignments of Entra PIM, in memory, as every decision asks them. A right counts until a stated time after the last check, so that
/// nothing counts longer than its last check, whatever else runs or fails. Nothing is kept over a restart.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class EntraRights(TimeProvider time)
{
    /// <summary>The beginning of the id of such a right.</summary>
    public const string IdPrefix = "pim-";

    /// <summary>The most results of checks that are kept. One person has at most as many as a policy names assignments.</summary>
    public const int MostKept = 10_000;

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<(string Issuer, string Subject, EntraAssignment Assignment), EntraRight> known = new();

    /// <summary>Raised after a right has begun.</summary>
    public event Action? Begun;

    /// <summary>Raised after a right has ended, with its id and cause. Decisions do not count it any more.</summary>
    public event Action<EntraRight, string, string>? Ended;

    /// <summary>The number of kept results.</summary>
    public int Count => known.Count;

    /// <summary>The rights that have begun and have not ended.</summary>
    public IReadOnlyList<EntraRight> All => [.. known.Values.Where(static right => right.Id is not null)];

    /// <summary>
    /// Returns whether a caller has a right now. An enforcement point that asks about another subject gets no such right: no token shows that this
    /// subject is a person and no guest.
    /// </summary>
    public bool IsActive(PolicySubject subject, EntraAssignment assignment)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return subject.Asker is null && known.TryGetValue((subject.Issuer, subject.Subject, assignment), out var right) && Counts(right);
    }

    /// <summary>Returns whether a right counts at this moment.</summary>
    public bool Counts(EntraRight right)
    {
        ArgumentNullException.ThrowIfNull(right);
        return right.Knowledge.Until > time.GetUtcNow();
    }

    /// <summary>Returns whether the last check of a right failed, or found no room, and nothing older counts.</summary>
    public bool IsUnchecked(EntraPerson person, EntraAssignment assignment)
    {
        ArgumentNullException.ThrowIfNull(person);
        return !known.TryGetValue((person.Issuer, person.Subject, assignment), out var right) || (right.Knowledge.IsFault && !Counts(right));
    }

    /// <summary>Returns the id of the right that a person has; null for none.</summary>
    public string? Find(string issuer, string subject, EntraAssignment assignment) =>
        known.TryGetValue((issuer, subject, assignment), out var right) && Counts(right) ? right.Id : null;

    /// <summary>
    /// Returns whether a right has not ended, as far as is known. It may need a check before it counts again, and every decision requires that.
    /// </summary>
    public bool Has(string id) => known.Values.Any(right => right.Id == id);

    /// <summary>
    /// Returns the check that an exchange has to wait for: the one in progress, or a new one where the knowledge is too old. One check of a person
    /// and assignment is in progress at a time.
    /// </summary>
    /// <param name="person">The person.</param>
    /// <param name="assignment">The group or role.</param>
    /// <param name="graph">The connection.</param>
    /// <param name="begin">Begins a check.</param>
    /// <param name="right">The right; null where there is no room for another one.</param>
    /// <returns>Null where the exchange need not wait.</returns>
    public Task? CheckOf(
        EntraPerson person, EntraAssignment assignment, EntraGraph graph, Func<EntraRight, Task> begin, out EntraRight? right)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(begin);
        // Another connection, as after a reload: what it said does not count.
        if (known.TryGetValue((person.Issuer, person.Subject, assignment), out var old) && !ReferenceEquals(old.Graph, graph))
            Forget(one => ReferenceEquals(one, old), "rule-changed");
        lock (gate)
        {
            right = FindOrAdd(person, assignment, graph);
            if (right is null) return null;
            if (right.Check is null && right.Knowledge.AskAgain <= time.GetUtcNow()) right.Check = begin(right);
            return HasReserve(right) ? null : right.Check;
        }
    }

    /// <summary>Takes the result of a check that found an active assignment. The right must have an id, or get one.</summary>
    /// <returns>False where the table has the right no more.</returns>
    public bool Confirm(EntraRight right, EntraKnowledge knowledge, string? id)
    {
        ArgumentNullException.ThrowIfNull(right);
        var begins = false;
        lock (gate)
        {
            if (right.IsGone) return false;
            if (right.Id is null)
            {
                if (id is null) return false; // it ended while it was checked
                (right.Id, right.BegunAt, begins) = (id, time.GetUtcNow(), true);
            }

            (right.Knowledge, right.IsIdle) = (knowledge, false);
        }

        if (begins) Begun?.Invoke();
        return true;
    }

    /// <summary>
    /// Takes the result of a check that found none, or that failed. What was known before counts until its time where the check failed.
    /// </summary>
    public void Note(EntraRight right, Func<EntraKnowledge, EntraKnowledge> change)
    {
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(change);
        lock (gate) right.Knowledge = change(right.Knowledge);
    }

    /// <summary>Marks a check as over.</summary>
    public void EndCheck(EntraRight right)
    {
        ArgumentNullException.ThrowIfNull(right);
        lock (gate) right.Check = null;
    }

    /// <summary>Ends a right. Does nothing for one that has not begun.</summary>
    public void End(EntraRight right, string why)
    {
        ArgumentNullException.ThrowIfNull(right);
        string? id;
        lock (gate)
        {
            id = right.Id;
            right.Id = null;
            // The next check is not delayed: the person may have activated it again.
            right.Knowledge = EntraKnowledge.None with { AskAgain = right.Knowledge.IsFault ? right.Knowledge.AskAgain : DateTimeOffset.MinValue };
        }

        if (id is not null) Ended?.Invoke(right, id, why);
    }

    /// <summary>Ends rights and forgets all about them.</summary>
    public void Forget(Func<EntraRight, bool> which, string why)
    {
        foreach (var right in known.Values.Where(which).ToList())
        {
            lock (gate) Remove(right);
            End(right, why);
        }
    }

    /// <summary>Removes results that give nothing and are not in use.</summary>
    public void Sweep()
    {
        lock (gate) RemoveUnused();
    }

    private EntraRight? FindOrAdd(EntraPerson person, EntraAssignment assignment, EntraGraph graph)
    {
        var key = (person.Issuer, person.Subject, assignment);
        if (known.TryGetValue(key, out var right) || !HasRoom()) return right;
        return known[key] = new EntraRight(person, assignment, graph);
    }

    // A call does not wait for a renewal while the last answer counts for long enough to forward the call.
    private bool HasReserve(EntraRight right) => right.Knowledge.Until - time.GetUtcNow() > right.Graph.Settings.Recheck / 4;

    // Results that say no are dropped first. A right that counts is never dropped for another one.
    private bool HasRoom()
    {
        if (known.Count >= MostKept) RemoveUnused();
        return known.Count < MostKept;
    }

    private void RemoveUnused()
    {
        var now = time.GetUtcNow();
        var isFull = known.Count >= MostKept;
        foreach (var right in known.Values)
        {
            if (right is { Id: null, Check: null } && (isFull || right.Knowledge.AskAgain <= now)) Remove(right);
        }
    }

    private void Remove(EntraRight right)
    {
        right.IsGone = true;
        known.TryRemove(KeyValuePair.Create((right.Person.Issuer, right.Person.Subject, right.Assignment), right));
    }
}
