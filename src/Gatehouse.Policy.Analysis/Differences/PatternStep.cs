using Gatehouse.Policy.Matching;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>One step through a pattern: a character, or one of a set of characters; a loop takes any number of them.</summary>
/// <param name="Letter">The character; NUL for a set.</param>
/// <param name="InSegment">A set: only characters of one part of a path.</param>
/// <param name="Loops">True when the step may be taken any number of times, also none.</param>
internal readonly record struct PatternStep(char Letter, bool InSegment, bool Loops)
{
    public static IEnumerable<PatternStep> Of(string glob) =>
        glob.Select(letter => letter == '*' ? new PatternStep('\0', false, true) : new PatternStep(letter, false, false));

    public static IEnumerable<PatternStep> Of(UriPattern pattern) => pattern.Tokens.SelectMany(Of);

    public bool Takes(char letter) => Letter != '\0' ? Letter == letter : !InSegment || letter is not ('/' or '?' or '#');

    private static IEnumerable<PatternStep> Of(UriToken token) => token.Kind switch
    {
        UriTokenKind.Literal => token.Text.Select(letter => new PatternStep(letter, false, false)),
        UriTokenKind.Any => [new PatternStep('\0', false, true)],
        UriTokenKind.Segment => [new PatternStep('\0', true, false), new PatternStep('\0', true, true)],
        _ => [new PatternStep('\0', false, false), new PatternStep('\0', false, true)],
    };
}
