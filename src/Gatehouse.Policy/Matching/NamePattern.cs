namespace Gatehouse.Policy.Matching;

/// <summary>
/// A name or a name with <c>*</c> for any run of characters (also none). Case-sensitive, the whole name must match.
/// </summary>
/// <remarks>Matching is linear in the name: no backtracking that an attacker's long name could exploit.</remarks>
public sealed class NamePattern
{
    private readonly string[] parts;

    /// <summary>Compiles a pattern.</summary>
    public NamePattern(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        Text = text;
        parts = text.Split('*');
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>Returns true when the name is matched as a whole.</summary>
    public bool Matches(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (parts.Length == 1) return string.Equals(name, Text, StringComparison.Ordinal);
        var rest = name.AsSpan();
        if (!rest.StartsWith(parts[0], StringComparison.Ordinal)) return false;
        rest = rest[parts[0].Length..];
        var last = parts[^1];
        foreach (var part in parts.AsSpan(1, parts.Length - 2))
        {
            var at = rest.IndexOf(part, StringComparison.Ordinal);
            if (at < 0) return false;
            rest = rest[(at + part.Length)..];
        }

        return rest.Length >= last.Length && rest.EndsWith(last, StringComparison.Ordinal);
    }

    /// <inheritdoc />
    public override string ToString() => Text;
}
