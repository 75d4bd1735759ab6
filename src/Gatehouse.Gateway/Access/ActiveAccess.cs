using System.Collections.Immutable;
using Gatehouse.Gateway.Access.Entra;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Gateway.Access;

/// <summary>
/// The rights that people have now, in memory, as every decision asks them. The store has them over a restart. A right ends at its time by itself,
/// whatever else runs or fails.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="entra">Rights that assignments of Entra PIM give; null for none.</param>
internal class ActiveAccess(TimeProvider time, EntraRights? entra = null) : IActiveAccess
{
    /// <summary>The most rights of one person at a time.</summary>
    public const int MostOfPerson = 32;

    /// <summary>The most rights of all people at a time.</summary>
    public const int MostRights = 10_000;

    private readonly Lock gate = new();
    private volatile ImmutableDictionary<(string Issuer, string Subject, string Rule), AccessRight> current =
        ImmutableDictionary<(string, string, string), AccessRight>.Empty;

    /// <summary>Takes the place of other rights.</summary>
    protected ActiveAccess(ActiveAccess other)
        : this(other.Time, other.Entra)
    {
    }

    /// <summary>Raised after a right has begun or was extended by another one.</summary>
    public event Action<AccessRight>? Begun;

    /// <summary>Raised after a right has ended. Decisions do not count it any more.</summary>
    public event Action<AccessRight>? Ended;

    /// <summary>The rights that have not ended.</summary>
    public IReadOnlyCollection<AccessRight> All => [.. current.Values];

    private TimeProvider Time => time;

    private EntraRights? Entra => entra;

    /// <inheritdoc />
    public virtual bool IsActive(PolicySubject subject, PolicyRule rule, string text)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.Access?.Entra is { } assignment) return entra?.IsActive(subject, assignment) == true;
        return current.TryGetValue((subject.Issuer, subject.Subject, rule.Id), out var right) && right.Text == text && !IsOver(right);
    }

    /// <summary>Returns the id of the right that a person has by a rule; null for none.</summary>
    public string? Find(string issuer, string subject, PolicyRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.Access?.Entra is { } assignment) return entra?.Find(issuer, subject, assignment);
        return current.TryGetValue((issuer, subject, rule.Id), out var right) && !IsOver(right) ? right.Id : null;
    }

    /// <summary>Returns whether a right has not ended.</summary>
    public bool Has(string id) => id.StartsWith(EntraRights.IdPrefix, StringComparison.Ordinal)
        ? entra?.Has(id) == true : current.Values.Any(right => right.Id == id && !IsOver(right));

    /// <summary>Returns whether a person, or all people together, have as many rights as there may be.</summary>
    public bool IsCrowded(string issuer, string subject)
    {
        var rights = current;
        return rights.Count >= MostRights || rights.Values.Count(right => right.Issuer == issuer && right.Subject == subject) >= MostOfPerson;
    }

    /// <summary>Begins a right. One of the same person and rule gives way to it.</summary>
    public void Begin(AccessRight right)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (IsOver(right)) return;
        lock (gate) current = current.SetItem(KeyOf(right), right);
        Begun?.Invoke(right);
    }

    /// <summary>Ends the right that was granted by a question; does nothing where there is none.</summary>
    public virtual void End(string id) => Remove(right => right.Id == id);

    /// <summary>Ends the rights of rules whose text is another one now, or that are gone.</summary>
    /// <param name="textOf">Returns the text of a rule as it is in force; null for none.</param>
    /// <returns>The ids of their questions.</returns>
    public IReadOnlyList<string> EndOutdated(Func<string, string?> textOf)
    {
        ArgumentNullException.ThrowIfNull(textOf);
        var texts = current.Values.Select(static right => right.Rule).Distinct(StringComparer.Ordinal)
            .ToDictionary(static rule => rule, textOf, StringComparer.Ordinal);
        return [.. Remove(right => texts.TryGetValue(right.Rule, out var text) && text != right.Text).Select(static right => right.Id)];
    }

    /// <summary>Ends the rights whose time is over.</summary>
    public void EndOver() => Remove(IsOver);

    /// <summary>Returns the moment of the next end; null where there is none.</summary>
    public DateTimeOffset? NextEnd()
    {
        var now = time.GetUtcNow();
        var ends = current.Values.Select(static right => right.Until).Where(end => end > now).ToList();
        return ends.Count == 0 ? null : ends.Min();
    }

    /// <summary>Returns whether the time of a right is over.</summary>
    protected virtual bool IsOver(AccessRight right) => right.Until <= time.GetUtcNow();

    private static (string Issuer, string Subject, string Rule) KeyOf(AccessRight right) => (right.Issuer, right.Subject, right.Rule);

    private List<AccessRight> Remove(Func<AccessRight, bool> which)
    {
        List<AccessRight> removed;
        lock (gate)
        {
            removed = [.. current.Values.Where(which)];
            current = current.RemoveRange(removed.Select(KeyOf));
        }

        foreach (var right in removed) Ended?.Invoke(right);
        return removed;
    }
}
