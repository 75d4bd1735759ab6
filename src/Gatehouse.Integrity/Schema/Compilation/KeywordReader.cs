using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Integrity.Schema.Keywords;

namespace Gatehouse.Integrity.Schema.Compilation;

/// <summary>
/// A reader of the keywords of one schema object in the order in which they are applied. A keyword of the wrong form is refused, not passed over.
/// </summary>
internal sealed partial class KeywordReader(ISchemaSource source, SchemaNode node, JsonElement schema)
{
    private readonly List<Keyword> keywords = [];

    private SchemaDialect Dialect => node.Resource.Dialect;

    private bool Has(Vocabularies vocabularies) => (Dialect.Vocabularies & vocabularies) != 0;

    /// <summary>Registers the names that references may lead to.</summary>
    public void Anchors()
    {
        var resource = node.Resource;
        if (Dialect.Draft <= SchemaDraft.Draft07)
        {
            if (TryGet("$id", out var id) && !SchemaCompiler.IgnoresSiblings(schema, Dialect) && Text(id, "$id") is ['#', _, ..] old)
                resource.Anchors[old[1..]] = node;
            return;
        }

        if (TryGet("$anchor", out var anchor))
            resource.Anchors[Text(anchor, "$anchor")] = node;
        if (Dialect.Draft == SchemaDraft.Draft202012 && TryGet("$dynamicAnchor", out var dynamic))
            resource.Anchors[Text(dynamic, "$dynamicAnchor")] = resource.DynamicAnchors[Text(dynamic, "$dynamicAnchor")] = node;
        if (Dialect.Draft == SchemaDraft.Draft201909 && TryGet("$recursiveAnchor", out var recursive) && recursive.ValueKind == JsonValueKind.True)
            resource.DynamicAnchors["$recursiveAnchor"] = node;
    }

    /// <summary>Reads the keywords.</summary>
    public Keyword[] Keywords()
    {
        Definitions();
        References();
        if (SchemaCompiler.IgnoresSiblings(schema, Dialect))
            return [.. keywords];
        if (Has(Vocabularies.Validation))
            Assertions();
        Format();
        if (Has(Vocabularies.Applicator))
            Applicators();
        if (Has(Vocabularies.Unevaluated) && Dialect.Draft >= SchemaDraft.Draft201909)
            Unevaluated();
        return [.. keywords];
    }

    private void Definitions()
    {
        foreach (var keyword in (string[])["$defs", "definitions"])
        {
            if (TryGet(keyword, out var definitions))
                NamedNodes(keyword, definitions);
        }
    }

    private void References()
    {
        Reference("$ref");
        if (Dialect.Draft == SchemaDraft.Draft202012)
            Reference("$dynamicRef");
        if (Dialect.Draft == SchemaDraft.Draft201909)
            Reference("$recursiveRef");
    }

    private void Reference(string name)
    {
        if (!TryGet(name, out var value))
            return;
        var keyword = new ReferenceKeyword(name, node.Path);
        source.Defer(keyword, node.Resource, keyword.Path, Text(value, name));
        keywords.Add(keyword);
    }

    private void Unevaluated()
    {
        if (TryGet("unevaluatedItems", out var items))
            keywords.Add(new UnevaluatedItemsKeyword(node.Path, Node("unevaluatedItems", items)));
        if (TryGet("unevaluatedProperties", out var properties))
            keywords.Add(new UnevaluatedPropertiesKeyword(node.Path, Node("unevaluatedProperties", properties)));
        node.NeedsEvaluated = keywords.Count > 0 && keywords[^1] is UnevaluatedItemsKeyword or UnevaluatedPropertiesKeyword;
    }

    private bool TryGet(string keyword, out JsonElement value) => schema.TryGetProperty(keyword, out value);

    private SchemaNode Node(string keyword, JsonElement value) => source.Node(value, JsonPointers.Child(node.Path, keyword), node.Resource);

    private SchemaNode[] Nodes(string keyword, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
            throw Refuse(keyword, "a list of at least one schema is wanted here");
        var path = JsonPointers.Child(node.Path, keyword);
        return [.. value.EnumerateArray().Select((element, index) => source.Node(element, JsonPointers.Child(path, index), node.Resource))];
    }

    private Dictionary<string, SchemaNode> NamedNodes(string keyword, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Refuse(keyword, "an object of schemas is wanted here");
        var path = JsonPointers.Child(node.Path, keyword);
        return value.EnumerateObject().ToDictionary(
            member => member.Name, member => source.Node(member.Value, JsonPointers.Child(path, member.Name), node.Resource), StringComparer.Ordinal);
    }

    private string Text(JsonElement value, string keyword) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Refuse(keyword, "a string is wanted here");

    private SchemaRefused Refuse(string keyword, string message) => new(JsonPointers.Child(node.Path, keyword), message);
}
