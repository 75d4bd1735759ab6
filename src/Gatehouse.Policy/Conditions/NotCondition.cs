namespace Gatehouse.Policy.Conditions;

/// <summary>Holds when its part does not; of an undecidable part it is undecidable too.</summary>
public sealed record NotCondition(Condition Part) : Condition
{
    /// <inheritdoc />
    public override bool ReadsArguments => Part.ReadsArguments;

    internal override Ternary Judge(in ConditionScope scope) => TernaryLogic.Not(Part.Judge(scope));

    private protected override string Describe() => $"not ({Part})";
}
