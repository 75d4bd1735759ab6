using System.Collections.Immutable;

namespace Gatehouse.Policy;

/// <summary>The value is one of these; with one entry: it equals that.</summary>
public sealed record InTest(ImmutableArray<PolicyLiteral> Values) : ValueTest
{
    /// <inheritdoc />
    public bool Equals(InTest? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc />
    public override int GetHashCode() => Values.Aggregate(29, HashCode.Combine);

    // Another type than every entry has is undecidable; the type of one of them, and no match, is false.
    internal override Truths Judge(in PolicyValue value, in ConditionScope scope)
    {
        var result = Truths.Undecidable;
        foreach (var literal in Values)
        {
            var equal = value.EqualTo(literal.Value);
            if (equal == Truths.True) return equal;
            if (equal == Truths.False) result = equal;
        }

        return result;
    }

    private protected override string Describe() =>
        Values.Length == 1 ? $"equals {Values[0]}" : $"is one of {string.Join(", ", Values)}";
}
