using System.Collections.Immutable;

namespace Gatehouse.Policy.Conditions;

/// <summary>Holds when one of the parts holds; an empty one does not.</summary>
public sealed record AnyCondition(ImmutableArray<Condition> Parts) : Condition
{
    /// <inheritdoc />
    public override bool ReadsArguments => Parts.Any(part => part.ReadsArguments);

    /// <inheritdoc />
    public bool Equals(AnyCondition? other) => other is not null && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc />
    public override int GetHashCode() => Parts.Aggregate(19, HashCode.Combine);

    internal override Ternary Judge(in ConditionScope scope)
    {
        var result = Ternary.False;
        foreach (var part in Parts)
        {
            result = TernaryLogic.Or(result, part.Judge(scope));
            if (result == Ternary.True) return result;
        }

        return result;
    }

    private protected override string Describe() => $"one of ({string.Join("; ", Parts)})";
}
