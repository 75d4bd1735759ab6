using System.Collections.Immutable;

namespace Gatehouse.Policy.Conditions;

/// <summary>Holds when every part holds; an empty one holds.</summary>
public sealed record AllCondition(ImmutableArray<Condition> Parts) : Condition
{
    /// <inheritdoc />
    public override bool ReadsArguments => Parts.Any(part => part.ReadsArguments);

    /// <inheritdoc />
    public bool Equals(AllCondition? other) => other is not null && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc />
    public override int GetHashCode() => Parts.Aggregate(17, HashCode.Combine);

    internal override Ternary Judge(in ConditionScope scope)
    {
        var result = Ternary.True;
        foreach (var part in Parts)
        {
            result = TernaryLogic.And(result, part.Judge(scope));
            if (result == Ternary.False) return result;
        }

        return result;
    }

    private protected override string Describe() => $"all of ({string.Join("; ", Parts)})";
}
