using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>uniqueItems</c>: elements are compared only where their hashes are equal.</summary>
internal sealed class UniqueItemsKeyword(string path) : Keyword("uniqueItems", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        if (instance.ValueKind != JsonValueKind.Array)
            return true;
        var byHash = new Dictionary<int, List<JsonElement>>();
        foreach (JsonElement element in instance.EnumerateArray())
        {
            int hash = JsonEquality.Hash(evaluation, element);
            if (!byHash.TryGetValue(hash, out List<JsonElement>? alike))
                byHash.Add(hash, alike = []);
            foreach (JsonElement other in alike)
            {
                if (JsonEquality.Same(evaluation, element, other))
                    return evaluation.Fail(this, "has two equal elements");
            }

            alike.Add(element);
            if (!evaluation.Spend(1))
                return false;
        }

        return true;
    }
}
