namespace Gatehouse.Policy.Matching;

/// <summary>The comparison of patterns with the URI templates that a server lists.</summary>
internal static class UriTemplates
{
    /// <summary>
    /// Returns true when some expansion of the template could be matched by the pattern. Every expression of the template is taken as any run of
    /// characters, so the answer may be yes where no expansion fits, never the reverse.
    /// </summary>
    public static bool Intersects(UriPattern pattern, string template)
    {
        var left = Widen(pattern.Tokens.Select(token => token.Kind == UriTokenKind.Literal ? token.Text : null));
        var right = Widen(Expressions(template));
        if (left.Count * (long)right.Count > 1 << 22) return true;
        return Meet(left, right);
    }

    /// <summary>
    /// Returns true when the pattern matches every expansion of the template. It must match the template with its expressions unexpanded, where only
    /// a wildcard can match an expression.
    /// </summary>
    public static bool Covers(UriPattern pattern, string template)
    {
        if (pattern.IsExact) return false;
        var solid = Solid(template);
        return solid is not null && pattern.Matches(solid);
    }

    /// <summary>
    /// Returns the same for a template that is being completed. A plain expression (<c>{id}</c>, RFC 6570 section 3.2.2) expands to no slash, so that
    /// <c>{name}</c> of a pattern matches it.
    /// </summary>
    public static bool CoversCompletion(UriPattern pattern, string template)
    {
        if (pattern.IsExact) return false;
        var text = new System.Text.StringBuilder();
        foreach (var (literal, expression) in Parts(template)) text.Append(literal ?? (IsPlain(expression!) ? Mark.ToString() : AnyText));
        return text.Length <= UriPattern.LongestUri && pattern.Matches(text.ToString());
    }

    /// <summary>The character in place of an expression in <see cref="Marked"/>; no URI holds it.</summary>
    public const char Mark = '\uFFFE';

    /// <summary>Returns the template with one mark for each expression, for finding the known part of a variable.</summary>
    public static string Marked(string template) => string.Concat(Expressions(template).Select(part => part ?? Mark.ToString()));

    /// <summary>Returns a URI of the template, for looking at the text between its expressions.</summary>
    public static string Sample(string template) => string.Concat(Expressions(template).Select(part => part ?? "x"));

    // An expression may hold a slash ({+path}), which {name} does not match; it is written as one then.
    private static string? Solid(string template)
    {
        var text = new System.Text.StringBuilder();
        foreach (var part in Expressions(template)) text.Append(part ?? AnyText);
        return text.Length > UriPattern.LongestUri ? null : text.ToString();
    }

    // What an expression may expand to at worst, for a pattern to match.
    private const string AnyText = "\uFFFE/\uFFFE";

    // One variable, without operator, prefix or explosion.
    private static bool IsPlain(string expression) =>
        expression.Length > 0 && expression.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '%' or '.') && expression[0] != '.';

    // Literal texts, and null for each expression.
    private static IEnumerable<string?> Expressions(string template) => Parts(template).Select(part => part.Literal);

    // Either a literal text or an expression, without its braces.
    private static IEnumerable<(string? Literal, string? Expression)> Parts(string template)
    {
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf('{', at);
            var close = open < 0 ? -1 : template.IndexOf('}', open);
            if (close < 0)
            {
                yield return (template[at..], null);
                yield break;
            }

            if (open > at) yield return (template[at..open], null);
            yield return (null, template[(open + 1)..close]);
            at = close + 1;
        }
    }

    // One entry a character; -1 means any run.
    private static List<int> Widen(IEnumerable<string?> parts)
    {
        var result = new List<int>();
        foreach (var part in parts)
        {
            if (part is null) result.Add(-1);
            else result.AddRange(part.Select(letter => (int)letter));
        }

        return result;
    }

    private static bool Meet(List<int> left, List<int> right)
    {
        var next = new bool[right.Count + 1];
        for (var i = left.Count; i >= 0; i--)
        {
            var here = new bool[right.Count + 1];
            for (var j = right.Count; j >= 0; j--)
            {
                var leftAny = i < left.Count && left[i] < 0;
                var rightAny = j < right.Count && right[j] < 0;
                if (i == left.Count && j == right.Count) here[j] = true;
                else if (leftAny && rightAny) here[j] = next[j] || here[j + 1];
                else if (leftAny) here[j] = next[j] || (j < right.Count && here[j + 1]);
                else if (rightAny) here[j] = here[j + 1] || (i < left.Count && next[j]);
                else here[j] = i < left.Count && j < right.Count && left[i] == right[j] && next[j + 1];
            }

            next = here;
        }

        return next[0];
    }
}
