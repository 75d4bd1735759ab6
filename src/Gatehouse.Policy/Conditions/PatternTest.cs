using System.Text.RegularExpressions;

namespace Gatehouse.Policy.Conditions;

/// <summary>The value is a text that a regular expression matches as a whole.</summary>
/// <remarks>Threat: denial of service by backtracking (CWE-1333). The expression is matched in time linear in the text.</remarks>
public sealed record PatternTest : ValueTest
{
    /// <summary>Longest expression.</summary>
    public const int LongestPattern = 1000;

    private readonly Regex regex;

    /// <summary>Makes the test.</summary>
    /// <exception cref="ArgumentException">The expression is not valid, too long, or cannot be matched without backtracking.</exception>
    public PatternTest(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Length > LongestPattern) throw new ArgumentException("The expression is too long.", nameof(pattern));
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant); // by itself: it must not close our group
            regex = new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException("The expression needs backtracking.", nameof(pattern), e);
        }

        Pattern = pattern;
    }

    /// <summary>The expression.</summary>
    public string Pattern { get; }

    /// <inheritdoc />
    public bool Equals(PatternTest? other) => other is not null && Pattern == other.Pattern;

    /// <inheritdoc />
    public override int GetHashCode() => Pattern.GetHashCode(StringComparison.Ordinal);

    internal override Ternary Judge(in PolicyValue value, in ConditionScope scope) =>
        value.Kind == PolicyValueKind.Text ? TernaryLogic.Of(regex.IsMatch(value.Text)) : Ternary.Undecidable;

    private protected override string Describe() => $"matches /{Pattern}/";
}
