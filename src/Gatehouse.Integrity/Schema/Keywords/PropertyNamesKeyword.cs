using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary><c>propertyNames</c>.</summary>
internal sealed class PropertyNamesKeyword(string path, SchemaNode node) : Keyword("propertyNames", path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen)
    {
        if (instance.ValueKind != JsonValueKind.Object)
            return true;
        foreach (var member in instance.EnumerateObject())
        {
            // The name is read as a value of its own.
            if (!evaluation.Spend(8))
                return false;
            var name = JsonElement.Parse(JsonText.Encode(member.Name));
            if (!evaluation.Test(node, name, null))
                return evaluation.Fail(this, () => $"has a member whose name is not allowed, \"{member.Name}\"");
        }

        return true;
    }
}
