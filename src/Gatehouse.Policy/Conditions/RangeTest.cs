using System.Globalization;

namespace Gatehouse.Policy.Conditions;

/// <summary>The value is a number within bounds; a bound that is null does not bind.</summary>
public sealed record RangeTest : ValueTest
{
    /// <summary>Smallest value.</summary>
    public decimal? AtLeast { get; init; }

    /// <summary>Largest value.</summary>
    public decimal? AtMost { get; init; }

    /// <summary>Larger than this.</summary>
    public decimal? Above { get; init; }

    /// <summary>Smaller than this.</summary>
    public decimal? Below { get; init; }

    internal override Ternary Judge(in PolicyValue value, in ConditionScope scope)
    {
        if (value.Kind != PolicyValueKind.Number) return Ternary.Undecidable;
        var number = value.Number;
        return TernaryLogic.Of(!(number < AtLeast || number > AtMost || number <= Above || number >= Below));
    }

    private protected override string Describe()
    {
        var parts = new List<string>();
        if (AtLeast is { } least) parts.Add("at least " + Text(least));
        if (Above is { } above) parts.Add("above " + Text(above));
        if (AtMost is { } most) parts.Add("at most " + Text(most));
        if (Below is { } below) parts.Add("below " + Text(below));
        return "is " + string.Join(" and ", parts);
    }

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
