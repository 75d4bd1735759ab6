using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary>One entry of <c>dependentSchemas</c> or <c>dependencies</c>: a schema for objects that have a member.</summary>
internal sealed class DependentSchemaKeyword(string name, string path, string trigger, SchemaNode node) : Keyword(name, path)
{
    public override bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen) =>
        instance.ValueKind != JsonValueKind.Object
        || !evaluation.Spend(instance.GetPropertyCount() / 8)
        || !instance.TryGetProperty(trigger, out _)
        || evaluation.Visit(node, instance, seen);
}
