namespace Gatehouse.Policy.Conditions;

/// <summary>There is a value (which is not null), or there is none. The one test that absence can satisfy.</summary>
public sealed record PresentTest(bool Expected) : ValueTest
{
    internal override Ternary Judge(in PolicyValue value, in ConditionScope scope) =>
        TernaryLogic.Of(Expected == (value.Kind != PolicyValueKind.Absent));

    private protected override string Describe() => Expected ? "is given" : "is not given";
}
