namespace Gatehouse.Policy.Conditions;

/// <summary>The value is a text that begins with this one, character by character.</summary>
public sealed record PrefixTest(string Prefix) : ValueTest
{
    internal override Ternary Judge(in PolicyValue value, in ConditionScope scope) =>
        value.Kind == PolicyValueKind.Text ? TernaryLogic.Of(value.Text.StartsWith(Prefix, StringComparison.Ordinal)) : Ternary.Undecidable;

    private protected override string Describe() => $"starts with {JsonTexts.Quote(Prefix)}";
}
