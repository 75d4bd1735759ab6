using System.Collections.Immutable;
using Gatehouse.Policy.Conditions;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Files;

/// <summary>Reads conditions.</summary>
internal sealed class ConditionReader(FaultList faults)
{
    private static readonly string[] Sources = ["argument", "claim", "variable"];
    private static readonly string[] Groups = ["all", "any", "not", "time"];

    /// <summary>Reads a list of conditions. Faulty conditions are left out and reported as faults.</summary>
    public ImmutableArray<Condition> ReadList(YamlNode node, string path)
    {
        if (node is YamlRefused) return [];
        if (node is not YamlList { Items.Count: > 0 } list)
        {
            faults.Add(node.At, path, "a list of conditions is expected here",
                "write entries such as '- argument: region' with '  equals: eu' below");
            return [];
        }

        return [.. list.Items.Select((item, i) => Read(item, $"{path}[{i}]")).OfType<Condition>()];
    }

    private Condition? Read(YamlNode node, string path)
    {
        if (PolicyMap.Read(node, path, PolicyKeys.Condition, faults) is not { } map) return null;
        var heads = Sources.Concat(Groups).Where(map.Has).ToList();
        if (heads.Count != 1)
        {
            map.Fault(
                heads.Count == 0 ? "the condition has no source"
                    : $"{string.Join(" and ", heads.Select(head => $"'{head}'"))} occur in one condition",
                heads.Count == 0 ? "name an 'argument', a 'claim' or a 'variable', or write 'all', 'any', 'not' or 'time'"
                    : "write a separate entry for each");
            return null;
        }

        return Groups.Contains(heads[0]) ? ReadGroup(map, heads[0]) : ReadValue(map, heads[0]);
    }

    private Condition? ReadGroup(PolicyMap map, string head)
    {
        foreach (var key in PolicyKeys.Condition.Select(key => key.Name).Where(key => key != head && map.Has(key)))
            map.Fault(key, $"'{key}' has no effect next to '{head}'", $"remove it, or write it into a separate condition");
        var node = map.Node(head)!;
        var path = map.PathOf(head);
        return head switch
        {
            "all" => new AllCondition(ReadList(node, path)),
            "any" => new AnyCondition(ReadList(node, path)),
            "time" => TimeReader.Read(node, path, faults),
            _ => Read(node, path) is { } part ? new NotCondition(part) : null,
        };
    }

    private ValueCondition? ReadValue(PolicyMap map, string head)
    {
        var source = ReadSource(map, head);
        var test = TestReader.Read(map, faults);
        var quantifier = ReadQuantifier(map, source);
        return source is null || test is null ? null : new ValueCondition(source, test, quantifier);
    }

    private static ValueSource? ReadSource(PolicyMap map, string head)
    {
        if (map.Text(head) is not { } text) return null;
        if (!JsonPath.TryParse(text, out var path))
        {
            map.Fault(head, "this is neither a name nor a JSON Pointer", "write a name, or a pointer such as /filter/region with at most 16 parts");
            return null;
        }

        var kind = head switch { "argument" => ValueSourceKind.Argument, "claim" => ValueSourceKind.Claim, _ => ValueSourceKind.Variable };
        if (kind == ValueSourceKind.Variable && path!.Parts.Length != 1)
            map.Fault(head, "a variable is one name", "write the name in braces in 'resources'");
        return new ValueSource(kind, path!);
    }

    private static Quantifier ReadQuantifier(PolicyMap map, ValueSource? source)
    {
        if (map.Text("holdsFor") is not { } text) return Quantifier.Every;
        if (text is not ("every" or "some")) map.Fault("holdsFor", "this is not an allowed value", "write every or some");
        else if (source is { Path.HasWildcard: false })
            map.Fault("holdsFor", "the path goes through no list",
                "write '*' where the entries of the list are, e.g. /paths/*, or remove 'holdsFor'");
        return text == "some" ? Quantifier.Some : Quantifier.Every;
    }
}
