namespace Gatehouse.Policy;

/// <summary>A set of patterns: exact names by hash, the others one by one.</summary>
public sealed class NameSet
{
    private readonly HashSet<string> exact = new(StringComparer.Ordinal);
    private readonly List<NamePattern> patterns = [];

    /// <summary>Compiles the patterns.</summary>
    public NameSet(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (var name in names)
        {
            if (name.Contains('*', StringComparison.Ordinal)) patterns.Add(new NamePattern(name));
            else exact.Add(name);
        }
    }

    /// <summary>True when one of the patterns matches the name.</summary>
    public bool Contains(string name)
    {
        if (exact.Contains(name)) return true;
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(name)) return true;
        }

        return false;
    }

    /// <summary>True when one of the names is in the set.</summary>
    public bool ContainsAny(IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (Contains(names[i])) return true;
        }

        return false;
    }

    /// <summary>True when the name stands in the set literally, not by a pattern.</summary>
    public bool Names(string name) => exact.Contains(name);
}
