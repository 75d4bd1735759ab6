using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>unevaluatedItems</c>; it comes after all other keywords of its schema.</summary>
internal sealed class UnevaluatedItemsKeyword(string path, SchemaNode node) : Keyword("unevaluatedItems", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        if (instance.ValueKind != JsonValueKind.Array)
            return true;
        var valid = true;
        var index = 0;
        foreach (var element in instance.EnumerateArray())
        {
            if (!seen!.Contains(index))
                valid &= evaluation.Element(node, element, index);
            index++;
            if (!evaluation.Spend(1) || (!valid && !evaluation.GoesOn))
                return false;
        }

        seen!.AddAll();
        return valid;
    }
}
