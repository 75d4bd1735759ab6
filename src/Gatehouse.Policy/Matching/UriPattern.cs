using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Policy.Matching;

/// <summary>
/// A pattern of resource URIs: text with <c>*</c>, <c>{name}</c> and <c>{+name}</c> (RFC 6570, levels 1 and 2). The names can
/// be used in conditions of the rule. The whole URI must match, case-sensitively.
/// </summary>
public sealed class UriPattern
{
    /// <summary>Longest URI that is looked at; a longer one matches nothing and is hazardous.</summary>
    public const int LongestUri = 4096;

    private const int MostTokens = 33;
    private readonly ImmutableArray<UriToken> tokens;

    private UriPattern(string text, ImmutableArray<UriToken> tokens)
    {
        Text = text;
        this.tokens = tokens;
        Prefix = tokens[0].Kind == UriTokenKind.Literal ? tokens[0].Text : "";
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>Names of the variables.</summary>
    public IEnumerable<string> Variables =>
        tokens.Where(token => token.Kind is UriTokenKind.Segment or UriTokenKind.Rest).Select(token => token.Text);

    /// <summary>True when the pattern is one URI.</summary>
    public bool IsExact => tokens.Length == 1 && tokens[0].Kind == UriTokenKind.Literal;

    /// <summary>The characters before the first wildcard.</summary>
    internal string Prefix { get; }

    internal ImmutableArray<UriToken> Tokens => tokens;

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The pattern, or null when there is a fault.</param>
    /// <param name="fault">The fault of the pattern; null when there is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out UriPattern? pattern, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        var read = UriPatternReader.Read(text, out fault);
        if (fault is null && read.Length > MostTokens) fault = "it has too many wildcards";
        pattern = fault is null ? new UriPattern(text, read) : null;
        return fault is null;
    }

    /// <summary>Makes a pattern that is known to be good.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static UriPattern Parse(string text) =>
        TryParse(text, out var pattern, out var fault) ? pattern : throw new ArgumentException($"Resource pattern '{text}': {fault}.", nameof(text));

    /// <summary>Returns the same pattern with other literal parts.</summary>
    internal UriPattern With(ImmutableArray<UriToken> literals) => new(Text, literals);

    /// <summary>Returns true when the URI as a whole is matched.</summary>
    public bool Matches(ReadOnlySpan<char> uri) => TryMatch(uri, null, out _);

    /// <summary>Finds the value of a variable. Of several readings it takes the one with the shortest parts first.</summary>
    internal bool TryCapture(ReadOnlySpan<char> uri, string variable, out Range captured) => TryMatch(uri, variable, out captured);

    /// <inheritdoc />
    public override string ToString() => Text;

    // reach[t, p] is true when tokens from t on match the URI from p on: linear in both, no backtracking that an attacker's URI could exploit.
    private bool TryMatch(ReadOnlySpan<char> uri, string? variable, out Range captured)
    {
        captured = default;
        if (IsExact) return variable is null && uri.SequenceEqual(Prefix);
        if (uri.Length > LongestUri || !uri.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var width = uri.Length + 1;
        var reach = ArrayPool<bool>.Shared.Rent((tokens.Length + 1) * width);
        try
        {
            Fill(uri, reach.AsSpan(0, (tokens.Length + 1) * width), width);
            return reach[0] && (variable is null || Capture(uri, reach, width, variable, out captured));
        }
        finally
        {
            ArrayPool<bool>.Shared.Return(reach);
        }
    }

    private void Fill(ReadOnlySpan<char> uri, Span<bool> reach, int width)
    {
        reach.Clear();
        reach[tokens.Length * width + uri.Length] = true;
        for (var t = tokens.Length - 1; t >= 0; t--)
        {
            var here = reach.Slice(t * width, width);
            var next = reach.Slice((t + 1) * width, width);
            for (var p = uri.Length; p >= 0; p--) here[p] = Reaches(tokens[t], uri, p, here, next);
        }
    }

    private static bool Reaches(UriToken token, ReadOnlySpan<char> uri, int at, ReadOnlySpan<bool> here, ReadOnlySpan<bool> next)
    {
        var rest = uri[at..];
        return token.Kind switch
        {
            UriTokenKind.Literal => rest.StartsWith(token.Text, StringComparison.Ordinal) && next[at + token.Text.Length],
            UriTokenKind.Any => next[at] || (!rest.IsEmpty && here[at + 1]),
            UriTokenKind.Segment when !rest.IsEmpty && IsOfSegment(rest[0]) => next[at + 1] || here[at + 1],
            UriTokenKind.Rest when !rest.IsEmpty => next[at + 1] || here[at + 1],
            _ => false,
        };
    }

    private bool Capture(ReadOnlySpan<char> uri, bool[] reach, int width, string variable, out Range captured)
    {
        var at = 0;
        captured = default;
        for (var t = 0; t < tokens.Length; t++)
        {
            var start = at;
            var token = tokens[t];
            at += token.Kind switch { UriTokenKind.Literal => token.Text.Length, UriTokenKind.Any => 0, _ => 1 };
            while (!reach[(t + 1) * width + at]) at++;
            if (token.Kind is not (UriTokenKind.Segment or UriTokenKind.Rest) || token.Text != variable) continue;
            captured = start..at;
            return true;
        }

        return false;
    }

    private static bool IsOfSegment(char letter) => letter is not ('/' or '?' or '#');
}
