namespace Gatehouse.Policy;

/// <summary>The value is a text that begins with this one, character by character.</summary>
public sealed record PrefixTest(string Prefix) : ValueTest
{
    internal override Truths Judge(in PolicyValue value, in ConditionScope scope) =>
        value.Kind == PolicyValueKind.Text ? TruthLogic.Of(value.Text.StartsWith(Prefix, StringComparison.Ordinal)) : Truths.Undecidable;

    private protected override string Describe() => $"starts with {JsonTexts.Quote(Prefix)}";
}
