using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Integrity.Schema.Keywords;

namespace Gatehouse.Integrity.Schema.Compilation;

internal sealed partial class KeywordReader
{
    private void Applicators()
    {
        Logic();
        Dependencies();
        Properties();
        if (TryGet("propertyNames", out var names))
            keywords.Add(new PropertyNamesKeyword(node.Path, Node("propertyNames", names)));
        Items();
        Contains();
    }

    private void Logic()
    {
        if (TryGet("allOf", out var all))
            keywords.Add(new AllOfKeyword(node.Path, Nodes("allOf", all)));
        if (TryGet("anyOf", out var any))
            keywords.Add(new AnyOfKeyword(node.Path, Nodes("anyOf", any)));
        if (TryGet("oneOf", out var one))
            keywords.Add(new OneOfKeyword(node.Path, Nodes("oneOf", one)));
        if (TryGet("not", out var not))
            keywords.Add(new NotKeyword(node.Path, Node("not", not)));
        if (Dialect.Draft < SchemaDraft.Draft07)
            return;
        var then = Optional("then");
        var otherwise = Optional("else");
        if (TryGet("if", out var condition))
            keywords.Add(new IfKeyword(node.Path, Node("if", condition), then, otherwise));
    }

    private void Dependencies()
    {
        if (Dialect.Draft >= SchemaDraft.Draft201909 && TryGet("dependentSchemas", out var schemas))
        {
            foreach ((var trigger, var dependent) in NamedNodes("dependentSchemas", schemas))
                keywords.Add(new DependentSchemaKeyword("dependentSchemas", node.Path, trigger, dependent));
        }

        // Later drafts no longer have the older keyword, but define how readers still treat it (2020-12 validation appendix A).
        if (!TryGet("dependencies", out var dependencies))
            return;
        if (dependencies.ValueKind != JsonValueKind.Object)
            throw Refuse("dependencies", "an object is wanted here");
        var path = JsonPointers.Child(node.Path, "dependencies");
        foreach (var member in dependencies.EnumerateObject())
        {
            keywords.Add(member.Value.ValueKind == JsonValueKind.Array
                ? new RequiredKeyword("dependencies", node.Path, member.Name, Names("dependencies", member.Value))
                : new DependentSchemaKeyword("dependencies", node.Path, member.Name,
                source.Node(member.Value, JsonPointers.Child(path, member.Name), node.Resource)));
        }
    }

    private void Properties()
    {
        var named = TryGet("properties", out var properties) ? NamedNodes("properties", properties) : [];
        var patterned = TryGet("patternProperties", out var patterns) ? NamedNodes("patternProperties", patterns) : [];
        var additional = Optional("additionalProperties");
        if (named.Count == 0 && patterned.Count == 0 && additional is null)
            return;
        var path = JsonPointers.Child(node.Path, "patternProperties");
        keywords.Add(new PropertiesKeyword(
            node.Path,
            new MemberTable(named),
            [.. patterned.Select(pair => (source.Pattern(pair.Key, JsonPointers.Child(path, pair.Key)), pair.Value))],
            additional));
    }

    private void Items()
    {
        if (Dialect.Draft == SchemaDraft.Draft202012)
        {
            var prefix = TryGet("prefixItems", out var first) ? Nodes("prefixItems", first) : [];
            AddItems("items", prefix, Optional("items"));
            return;
        }

        if (!TryGet("items", out var items))
        {
            Optional("additionalItems");
            return;
        }

        if (items.ValueKind != JsonValueKind.Array)
        {
            AddItems("items", [], Node("items", items));
            Optional("additionalItems");
            return;
        }

        var listed = items.GetArrayLength() == 0 ? [] : Nodes("items", items);
        AddItems("items", listed, Optional("additionalItems"));
    }

    private void AddItems(string name, SchemaNode[] prefix, SchemaNode? rest)
    {
        if (prefix.Length > 0 || rest is not null)
            keywords.Add(new ItemsKeyword(name, node.Path, prefix, rest));
    }

    private void Contains()
    {
        if (!TryGet("contains", out var contains))
            return;
        var counts = Dialect.Draft >= SchemaDraft.Draft201909 && Has(Vocabularies.Validation);
        var min = counts && TryGet("minContains", out var least) ? Count("minContains", least) : 1;
        long? max = counts && TryGet("maxContains", out var most) ? Count("maxContains", most) : null;
        keywords.Add(new ContainsKeyword(node.Path, Node("contains", contains), min, max, marks: Dialect.Draft == SchemaDraft.Draft202012));
    }

    private SchemaNode? Optional(string keyword) => TryGet(keyword, out var value) ? Node(keyword, value) : null;
}
