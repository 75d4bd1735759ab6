using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>unevaluatedProperties</c>; it comes after all other keywords of its schema.</summary>
internal sealed class UnevaluatedPropertiesKeyword(string path, SchemaNode node) : Keyword("unevaluatedProperties", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        if (instance.ValueKind != JsonValueKind.Object)
            return true;
        var valid = true;
        var index = 0;
        foreach (var member in instance.EnumerateObject())
        {
            if (!seen!.Contains(index++))
                valid &= Holds(evaluation, member);
            if (!evaluation.Spend(1) || (!valid && !evaluation.GoesOn))
                return false;
        }

        seen!.AddAll();
        return valid;
    }

    private bool Holds(Evaluation evaluation, JsonProperty member) => node.Constant == false
        ? NotAllowed(evaluation, member)
        : evaluation.Member(node, member);

    private bool NotAllowed(Evaluation evaluation, JsonProperty member) =>
        evaluation.Fail(this, () => $"has the member \"{member.Name}\", which is not allowed");
}
