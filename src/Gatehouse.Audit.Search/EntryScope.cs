namespace Gatehouse.Audit.Search;

/// <summary>
/// The only entries that a reader may find: those of exchanges of a person, and those of exchanges whose caller was in one of some groups at that
/// time.
/// </summary>
/// <param name="Owner">The person.</param>
/// <param name="Groups">The groups, at most <see cref="MostGroups"/>; none for entries of the person only.</param>
public sealed record EntryScope(EntryOwner Owner, IReadOnlyList<EntryGroup> Groups)
{
    /// <summary>The most groups.</summary>
    public const int MostGroups = 64;

    /// <summary>Returns the scope of a person's own entries.</summary>
    /// <param name="owner">The person.</param>
    public static EntryScope Of(EntryOwner owner) => new(owner, []);

    /// <summary>Returns whether a reader of this scope may find an entry, by what the entry itself says.</summary>
    /// <param name="facts">The facts of the entry.</param>
    public bool Includes(EntryFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var issuer = facts.Text("iss");
        if (issuer is null) return false;
        if (facts.Text("sub") == Owner.Subject && issuer == Owner.Issuer) return true;
        return Groups.Any(group => group.Issuer == issuer && facts.ReadingGroups().Contains(group.Name, StringComparer.Ordinal));
    }

    /// <summary>Returns the properties of which an entry must have one or more.</summary>
    /// <exception cref="InvalidOperationException">There are more groups than a question can have.</exception>
    internal IEnumerable<EntryTerm> Terms()
    {
        if (Groups.Count > MostGroups) throw new InvalidOperationException("the scope has too many groups");
        return Groups.Select(group => EntryTerm.GroupOf(group.Issuer, group.Name)).Prepend(EntryTerm.OwnerOf(Owner.Issuer, Owner.Subject));
    }
}

/// <summary>A group of callers.</summary>
/// <param name="Issuer">The issuer of their tokens: a group of the same name at another issuer is another group.</param>
/// <param name="Name">The group, as the token names it.</param>
public sealed record EntryGroup(string Issuer, string Name);
