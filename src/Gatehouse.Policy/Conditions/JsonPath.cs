using System.Collections.Immutable;

namespace Gatehouse.Policy.Conditions;

/// <summary>A path into a JSON object: one name, or a JSON Pointer (RFC 6901) whose part <c>*</c> means every entry of a list.</summary>
public sealed class JsonPath : IEquatable<JsonPath>
{
    /// <summary>Most parts of a path.</summary>
    public const int MostParts = 16;

    private JsonPath(string text, ImmutableArray<string> parts)
    {
        Text = text;
        Parts = parts;
    }

    /// <summary>The path as written.</summary>
    public string Text { get; }

    /// <summary>The parts, escapes resolved.</summary>
    public ImmutableArray<string> Parts { get; }

    /// <summary>True when the path goes through every entry of a list.</summary>
    public bool HasWildcard => Parts.Contains("*");

    /// <summary>Reads a path.</summary>
    /// <returns>False when it is empty, too long, or a pointer that is not well-formed.</returns>
    public static bool TryParse(string text, out JsonPath? path)
    {
        ArgumentNullException.ThrowIfNull(text);
        path = null;
        if (text.Length is 0 or > 512 || text == "*") return false;
        if (text[0] != '/')
        {
            path = new JsonPath(text, [text]);
            return true;
        }

        var parts = text[1..].Split('/');
        if (parts.Length > MostParts || parts.Any(part => part.Length == 0 || !IsEscaped(part))) return false;
        path = new JsonPath(text,
            [.. parts.Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))]);
        return true;
    }

    /// <inheritdoc />
    public bool Equals(JsonPath? other) => other is not null && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as JsonPath);

    /// <inheritdoc />
    public override int GetHashCode() => Parts.Aggregate(23, HashCode.Combine);

    /// <inheritdoc />
    public override string ToString() => Text;

    private static bool IsEscaped(string part)
    {
        for (var at = part.IndexOf('~', StringComparison.Ordinal); at >= 0; at = part.IndexOf('~', at + 1))
        {
            if (at + 1 == part.Length || part[at + 1] is not ('0' or '1')) return false;
        }

        return true;
    }
}
