using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>multipleOf</c>, decided exactly and not by a division of doubles.</summary>
internal sealed class MultipleOfKeyword(string path, ExactNumber factor, string factorText) : Keyword("multipleOf", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen) =>
        instance.ValueKind != JsonValueKind.Number
            || IsMultiple(evaluation, JsonEquality.Number(evaluation, instance)) || evaluation.Fail(this, "is no multiple of " + factorText);

    private bool IsMultiple(Evaluation evaluation, ExactNumber number) =>
        evaluation.Spend(number.CostOfMultiple(factor)) && number.IsMultipleOf(factor);
}
