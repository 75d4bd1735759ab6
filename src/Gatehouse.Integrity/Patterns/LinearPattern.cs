namespace Gatehouse.Integrity.Patterns;

/// <summary>
/// A regular expression of ECMA-262 that runs in time proportional to text times states, by code points. It only reports whether there is a match.
/// </summary>
/// <remarks>
/// The work is counted in steps, so that the answer to the same input is the same on every machine. Looking ahead costs one run a place.
/// Safe for concurrent use.
/// </remarks>
internal sealed class LinearPattern
{
    /// <summary>Most characters of a pattern's source.</summary>
    public const int MaxLength = 8_192;

    private readonly PatternInstruction[] code;

    private LinearPattern(PatternInstruction[] code, int states)
    {
        this.code = code;
        States = states;
    }

    /// <summary>The number of states, those of its conditions included.</summary>
    public int States { get; }

    /// <summary>Compiles a pattern.</summary>
    /// <param name="pattern">The source text.</param>
    /// <param name="maxStates">Most states.</param>
    /// <exception cref="PatternRefused">It is no pattern of ECMA-262, or cannot be run within bounds.</exception>
    public static LinearPattern Compile(string pattern, int maxStates)
    {
        if (pattern.Length > MaxLength)
            throw new PatternRefused($"it is longer than {MaxLength} characters");
        var left = maxStates;
        var code = PatternProgram.Compile(new PatternParser(pattern).Parse(), ref left);
        return new LinearPattern(code, maxStates - left);
    }

    /// <summary>Returns whether the pattern matches anywhere in the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="work">Counts down by one for each state entered; below zero the search ends and the answer is false.</param>
    public bool Matches(string text, ref long work)
    {
        work -= code.Length;
        return new PatternRun(code, text).Matches(0, search: true, ref work);
    }
}
