using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>
/// Texts that a regular expression matches, for expressions of the usual kind: characters, classes, groups, alternatives,
/// quantifiers. Of others there is no sample, which costs no more than an honest "undecidable".
/// </summary>
internal sealed class RegexSample
{
    private const int MostSamples = 8;
    private readonly string pattern;
    private int at;

    private RegexSample(string pattern) => this.pattern = pattern;

    /// <summary>Returns texts that the expression as a whole matches. Empty when there is none to be found.</summary>
    public static IReadOnlyList<string> Of(string pattern)
    {
        try
        {
            var regex = new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return [.. new RegexSample(pattern).Alternatives().Where(sample => regex.IsMatch(sample)).Take(MostSamples)];
        }
        catch (Exception exception)
            when (exception is ArgumentException or NotSupportedException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            return [];
        }
    }

    private List<string> Alternatives()
    {
        var all = Sequence();
        while (at < pattern.Length && pattern[at] == '|')
        {
            at++;
            all.AddRange(Sequence());
        }

        return [.. all.Distinct(StringComparer.Ordinal).Take(MostSamples)];
    }

    private List<string> Sequence()
    {
        List<string> all = [""];
        while (at < pattern.Length && pattern[at] is not ('|' or ')'))
        {
            var (least, part) = Quantified();
            all = [.. (from head in all from tail in part select head + Repeat(tail, least)).Distinct(StringComparer.Ordinal).Take(MostSamples)];
        }

        return all;
    }

    private (int Least, List<string> Part) Quantified()
    {
        var part = Atom();
        if (at >= pattern.Length) return (1, part);
        switch (pattern[at])
        {
            case '*' or '?':
                at++;
                return (0, part);
            case '+':
                at++;
                return (1, part);
            case '{':
                var end = pattern.IndexOf('}', at);
                if (end < 0) return (1, part);
                var least = int.Parse(pattern[(at + 1)..end].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
                at = end + 1;
                return (Math.Min(least, 64), part);
            default:
                return (1, part);
        }
    }

    private List<string> Atom()
    {
        var letter = pattern[at++];
        switch (letter)
        {
            case '(':
                if (pattern[at..].StartsWith("?:", StringComparison.Ordinal)) at += 2;
                var inner = Alternatives();
                at++;
                return inner;
            case '[':
                return [Class()];
            case '\\':
                return [Escaped(pattern[at++])];
            case '.':
                return ["x"];
            case '^' or '$':
                return [""];
            default:
                return [letter.ToString()];
        }
    }

    // The first character that the class itself accepts.
    private string Class()
    {
        var start = at - 1;
        if (pattern[at] == '^') at++;
        if (pattern[at] == ']') at++;
        while (pattern[at] != ']') at += pattern[at] == '\\' ? 2 : 1;
        at++;
        var accepts = new Regex($@"\A{pattern[start..at]}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return Enumerable.Range(' ', 95).Select(code => ((char)code).ToString()).OrderBy(text => char.IsAsciiLetterOrDigit(text[0]) ? 0 : 1)
            .FirstOrDefault(accepts.IsMatch) ?? throw new FormatException();
    }

    private static string Escaped(char letter) => letter switch
    {
        'd' => "0",
        'w' => "a",
        's' => " ",
        'D' or 'S' => "x",
        'A' or 'z' or 'Z' or 'b' => "",
        _ => letter.ToString(),
    };

    private static string Repeat(string text, int count) => count == 1 ? text : new StringBuilder().Insert(0, text, count).ToString();
}
