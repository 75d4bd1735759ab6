using System.Collections.Immutable;

namespace Gatehouse.Policy.Conditions;

/// <summary>The value is one of these; with one entry: it equals that.</summary>
public sealed record InTest(ImmutableArray<PolicyLiteral> Values) : ValueTest
{
    /// <inheritdoc />
    public bool Equals(InTest? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc />
    public override int GetHashCode() => Values.Aggregate(29, HashCode.Combine);

    // Another type than every entry has is undecidable; the type of one of them, and no match, is false.
    internal override Ternary Judge(in PolicyValue value, in ConditionScope scope)
    {
        var result = Ternary.Undecidable;
        foreach (var literal in Values)
        {
            var equal = value.EqualTo(literal.Value);
            if (equal == Ternary.True) return equal;
            if (equal == Ternary.False) result = equal;
        }

        return result;
    }

    private protected override string Describe() =>
        Values.Length == 1 ? $"equals {Values[0]}" : $"is one of {string.Join(", ", Values)}";
}
