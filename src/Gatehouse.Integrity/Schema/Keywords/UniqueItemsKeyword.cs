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
        var elements = new JsonElement[instance.GetArrayLength()];
        var hashes = new ulong[elements.Length];
        var count = 0;
        foreach (var element in instance.EnumerateArray())
        {
            if (!evaluation.Spend(1))
                return false;
            hashes[count] = JsonEquality.Hash(evaluation, element);
            elements[count++] = element;
        }

        Array.Sort(hashes, elements);
        return !HasEqual(evaluation, elements, hashes) || evaluation.Fail(this, "has two equal elements");
    }

    // Sorted and not in a table: a client that makes hashes collide pays in counted comparisons.
    private static bool HasEqual(Evaluation evaluation, JsonElement[] elements, ulong[] hashes)
    {
        for (var at = 1; at < hashes.Length; at++)
        {
            for (var other = at - 1; other >= 0 && hashes[other] == hashes[at]; other--)
            {
                if (!evaluation.Spend(1))
                    return false;
                if (JsonEquality.Same(evaluation, elements[at], elements[other]))
                    return true;
            }
        }

        return false;
    }
}
