using System.Text.Json.Nodes;
using Gatehouse.Policy.Files;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>A reader of arguments and claims of a case as JSON.</summary>
internal static class YamlValues
{
    /// <summary>Reads a mapping. Returns null, and adds a fault, when it is none.</summary>
    public static JsonObject? Object(YamlNode node, string path, FaultList faults)
    {
        if (node is YamlMap map) return Map(map, path, faults);
        if (node is not YamlRefused) faults.Add(node.At, path, "a mapping is expected here", "write it like { region: eu, limit: 10 }");
        return null;
    }

    private static JsonObject Map(YamlMap map, string path, FaultList faults)
    {
        var result = new JsonObject();
        foreach (var entry in map.Entries) result[entry.Key] = Value(entry.Value, Paths.Join(path, entry.Key), faults);
        return result;
    }

    private static JsonNode? Value(YamlNode node, string path, FaultList faults) => node switch
    {
        YamlMap map => Map(map, path, faults),
        YamlList list => new JsonArray([.. list.Items.Select((item, i) => Value(item, $"{path}[{i}]", faults))]),
        YamlScalar { Quoted: true } text => JsonValue.Create(text.Text),
        YamlScalar { IsNothing: true } => null,
        _ => PolicyScalars.Literal(node) is { } literal ? JsonNode.Parse(literal.ToString()) : null,
    };
}
