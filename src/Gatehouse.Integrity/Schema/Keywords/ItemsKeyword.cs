using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary>
/// The first elements one by one, and a schema for the rest: <c>prefixItems</c> with <c>items</c>, formerly <c>items</c> with <c>additionalItems</c>.
/// </summary>
internal sealed class ItemsKeyword(string name, string path, SchemaNode[] prefix, SchemaNode? rest) : Keyword(name, path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        if (instance.ValueKind != JsonValueKind.Array)
            return true;
        var valid = true;
        var index = 0;
        foreach (var element in instance.EnumerateArray())
        {
            var node = index < prefix.Length ? prefix[index] : rest;
            if (node is null)
                break;
            valid &= evaluation.Element(node, element, index);
            seen?.Add(index);
            index++;
            if (!valid && !evaluation.GoesOn)
                return false;
        }

        return valid;
    }
}
