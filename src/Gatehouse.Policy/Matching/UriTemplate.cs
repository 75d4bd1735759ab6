using System.Text;

namespace Gatehouse.Policy.Matching;

/// <summary>A URI template that a server lists or a caller completes, read once for all patterns that it is compared with.</summary>
internal sealed class UriTemplate
{
    /// <summary>The character in place of an expression in <see cref="Marked"/>; no URI holds it.</summary>
    public const char Mark = '\uFFFE';

    // What an expression may expand to at worst, for a pattern to match.
    private const string AnyText = "\uFFFE/\uFFFE";

    private readonly string text;
    private readonly string? first; // literal text before the first expression; null when there is no expression
    private readonly string last = ""; // after the last one
    private readonly string? solid;

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="completes">
    /// True where it is being completed: a plain expression (<c>{id}</c>, RFC 6570 section 3.2.2) expands to no slash, so that <c>{name}</c> of a
    /// pattern matches it.
    /// </param>
    public UriTemplate(string text, bool completes)
    {
        this.text = text;
        Completes = completes;
        IsHazardous = text.Length > UriPattern.LongestUri || UriHazard.IsIn(string.Concat(Literals.Select(part => part ?? "x")));
        if (text.Length > UriPattern.LongestUri) return;
        var written = new StringBuilder();
        foreach (var (literal, expression) in Parts)
        {
            last = literal ?? "";
            if (expression is not null) first ??= written.ToString();
            // An expression may hold a slash ({+path}), which {name} does not match; it is written as one then.
            written.Append(literal ?? (completes && IsPlain(expression!) ? Mark.ToString() : AnyText));
        }

        solid = written.Length > UriPattern.LongestUri ? null : written.ToString();
    }

    /// <summary>True for a template whose URIs servers read differently, or that is longer than any URI that is looked at.</summary>
    public bool IsHazardous { get; }

    /// <summary>True where it is being completed.</summary>
    public bool Completes { get; }

    /// <summary>The template with one mark for each expression, for finding the known part of a variable.</summary>
    public string Marked => string.Concat(Literals.Select(part => part ?? Mark.ToString()));

    /// <summary>The scheme, for <see cref="UriHazard.SharesScheme"/>.</summary>
    public ReadOnlySpan<char> PlainScheme => UriHazard.PlainScheme(text);

    /// <summary>
    /// Returns true when the pattern matches every expansion of the template. It must match the template with its expressions unexpanded, where only
    /// a wildcard can match an expression.
    /// </summary>
    public bool IsCoveredBy(UriPattern pattern) => !pattern.IsExact && solid is not null && pattern.Matches(solid);

    /// <summary>
    /// Returns true when some expansion of the template could be matched by the pattern. Every expression of the template, and every wildcard, is
    /// taken as any run of characters, so the answer may be yes where no expansion fits, never the reverse.
    /// </summary>
    /// <remarks>
    /// Where both have such a run, the text of one can be in the run of the other: only their beginnings and their ends must agree (CWE-407).
    /// </remarks>
    public bool Intersects(UriPattern pattern)
    {
        if (text.Length > UriPattern.LongestUri) return true;
        if (first is null) return pattern.IsExact ? pattern.Text == text : Matches(text, pattern.Tokens.Select(Literal));
        if (pattern.IsExact) return Matches(pattern.Text, Literals);
        var end = Literal(pattern.Tokens[^1]) ?? "";
        return (first.StartsWith(pattern.Prefix, StringComparison.Ordinal) || pattern.Prefix.StartsWith(first, StringComparison.Ordinal))
            && (last.EndsWith(end, StringComparison.Ordinal) || end.EndsWith(last, StringComparison.Ordinal));
    }

    // Literal texts, and null for each expression.
    private IEnumerable<string?> Literals => Parts.Select(part => part.Literal);

    // Either a literal text or an expression, without its braces.
    private IEnumerable<(string? Literal, string? Expression)> Parts
    {
        get
        {
            for (var at = 0; at < text.Length;)
            {
                var open = text.IndexOf('{', at);
                var close = open < 0 ? -1 : text.IndexOf('}', open);
                if (close < 0)
                {
                    yield return (text[at..], null);
                    yield break;
                }

                if (open > at) yield return (text[at..open], null);
                yield return (null, text[(open + 1)..close]);
                at = close + 1;
            }
        }
    }

    private static string? Literal(UriToken token) => token.Kind == UriTokenKind.Literal ? token.Text : null;

    // Literal texts, and null for any run, at least one of them. The first place of each literal is the best.
    private static bool Matches(ReadOnlySpan<char> uri, IEnumerable<string?> parts)
    {
        List<string> literals = [""];
        foreach (var part in parts)
        {
            if (part is null) literals.Add("");
            else literals[^1] += part;
        }

        if (!uri.StartsWith(literals[0], StringComparison.Ordinal)) return false;
        var rest = uri[literals[0].Length..];
        for (var i = 1; i < literals.Count - 1; i++)
        {
            var at = rest.IndexOf(literals[i], StringComparison.Ordinal);
            if (at < 0) return false;
            rest = rest[(at + literals[i].Length)..];
        }

        return rest.EndsWith(literals[^1], StringComparison.Ordinal);
    }

    // One variable, without operator, prefix or explosion.
    private static bool IsPlain(string expression) =>
        expression.Length > 0 && expression.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '%' or '.') && expression[0] != '.';
}
