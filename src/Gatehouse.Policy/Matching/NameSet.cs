using System.Collections.Immutable;

namespace Gatehouse.Policy.Matching;

/// <summary>A set of patterns: exact names by hash, the others one by one.</summary>
public sealed class NameSet
{
    private readonly HashSet<string> exact = new(StringComparer.Ordinal);

    /// <summary>Compiles the patterns.</summary>
    public NameSet(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        Names = [.. names];
        Patterns = [.. Names.Where(IsPattern).Select(name => new NamePattern(name))];
        exact.UnionWith(Names.Where(name => !IsPattern(name)));
    }

    private NameSet(string literal)
    {
        Names = [literal];
        exact.Add(literal);
    }

    /// <summary>Returns the set of one name, in which <c>*</c> is a character like any other.</summary>
    public static NameSet Literal(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new NameSet(name);
    }

    /// <summary>Names and patterns as written.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Those with wildcards.</summary>
    public ImmutableArray<NamePattern> Patterns { get; } = [];

    /// <summary>Those without.</summary>
    public IReadOnlyCollection<string> Exact => exact;

    /// <summary>Returns true when one of the patterns matches the name.</summary>
    public bool Contains(string name)
    {
        if (exact.Contains(name)) return true;
        foreach (var pattern in Patterns)
        {
            if (pattern.Matches(name)) return true;
        }

        return false;
    }

    /// <summary>Returns true when one of the names is in the set.</summary>
    public bool ContainsAny(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        for (var i = 0; i < names.Count; i++)
        {
            if (Contains(names[i])) return true;
        }

        return false;
    }

    /// <summary>Returns true when the set has the name literally, not by a pattern.</summary>
    public bool HasExact(string name) => exact.Contains(name);

    private static bool IsPattern(string name) => name.Contains('*', StringComparison.Ordinal);
}
