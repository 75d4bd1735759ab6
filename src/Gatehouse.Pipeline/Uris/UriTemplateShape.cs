using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Uris;

/// <summary>
/// The shape of the URIs that a template can produce (RFC 6570): its literal parts in their order, with any text in the place of an expression. In
/// doubt it matches; the policy decides which resources the caller may read.
/// </summary>
public sealed class UriTemplateShape
{
    private readonly List<string> literals = [];

    /// <summary>Parses a template. One with unbalanced braces matches only itself.</summary>
    public UriTemplateShape(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var rest = template.AsSpan();
        while (true)
        {
            var open = rest.IndexOf('{');
            var close = open < 0 ? -1 : rest[open..].IndexOf('}');
            literals.Add((close < 0 ? rest : rest[..open]).ToString());
            if (close < 0) return;
            rest = rest[(open + close + 1)..];
        }
    }

    /// <summary>
    /// Tells whether the template could have produced the URI. The first place of each literal is the best. False when no work is left.
    /// </summary>
    public bool Matches(string uri, MessageWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(uri);
        if (!work.Spend(1)) return false;
        if (literals.Count == 1) return string.Equals(uri, literals[0], StringComparison.Ordinal);
        var rest = uri.AsSpan();
        if (!rest.StartsWith(literals[0], StringComparison.Ordinal)) return false;
        rest = rest[literals[0].Length..];
        for (var i = 1; i < literals.Count - 1; i++)
        {
            // A search for a long text may compare it at each place.
            if (!work.Spend(((long)rest.Length * literals[i].Length) / 1024)) return false;
            var at = rest.IndexOf(literals[i], StringComparison.Ordinal);
            if (at < 0) return false;
            rest = rest[(at + literals[i].Length)..];
        }

        return rest.EndsWith(literals[^1], StringComparison.Ordinal);
    }
}
