using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Policy.Matching;

/// <summary>Reads resource patterns.</summary>
internal static partial class UriPatternReader
{
    public static ImmutableArray<UriToken> Read(string text, out string? fault)
    {
        fault = null;
        var tokens = ImmutableArray.CreateBuilder<UriToken>();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length && fault is null; i++)
        {
            if (text[i] == '*')
            {
                Flush(literal, tokens);
                AddWildcard(tokens, new UriToken(UriTokenKind.Any, "*"), ref fault);
            }
            else if (text[i] == '{')
            {
                Flush(literal, tokens);
                var end = text.IndexOf('}', i);
                if (end < 0) fault = "a brace is not closed";
                else AddVariable(tokens, text[(i + 1)..end], ref fault);
                i = end;
            }
            else
            {
                literal.Append(text[i]);
            }
        }

        Flush(literal, tokens);
        if (fault is null && tokens.Count == 0) fault = "it is empty";
        return tokens.ToImmutable();
    }

    private static void Flush(StringBuilder literal, ImmutableArray<UriToken>.Builder tokens)
    {
        if (literal.Length > 0) tokens.Add(new UriToken(UriTokenKind.Literal, literal.ToString()));
        literal.Clear();
    }

    private static void AddVariable(ImmutableArray<UriToken>.Builder tokens, string written, ref string? fault)
    {
        var kind = written.StartsWith('+') ? UriTokenKind.Rest : UriTokenKind.Segment;
        var name = written.TrimStart('+');
        if (!VariableName().IsMatch(name)) fault = "a variable is not a name of letters, digits and '_'";
        else if (tokens.Any(token => token.Kind is UriTokenKind.Segment or UriTokenKind.Rest && token.Text == name))
            fault = $"the variable {name} occurs twice";
        else AddWildcard(tokens, new UriToken(kind, name), ref fault);
    }

    // Two wildcards side by side have no one reading.
    private static void AddWildcard(ImmutableArray<UriToken>.Builder tokens, UriToken token, ref string? fault)
    {
        if (tokens.Count > 0 && tokens[^1].Kind != UriTokenKind.Literal) fault = "two wildcards follow each other";
        else tokens.Add(token);
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
