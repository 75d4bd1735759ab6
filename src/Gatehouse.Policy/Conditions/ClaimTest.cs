namespace Gatehouse.Policy.Conditions;

/// <summary>The value equals a claim of the caller, or is one of the values of a claim.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="IsMember">True: the claim is a list (or one value) of which the value is one. False: the two are equal.</param>
public sealed record ClaimTest(JsonPath Claim, bool IsMember) : ValueTest
{
    internal override Ternary Judge(in PolicyValue value, in ConditionScope scope) =>
        ClaimReader.Compare(scope.Subject, Claim, IsMember, value);

    private protected override string Describe() => IsMember ? $"is one of the claim {Claim}" : $"equals the claim {Claim}";
}
