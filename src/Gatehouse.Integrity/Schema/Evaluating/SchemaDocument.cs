using System.Text.Json;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>A parsed document and the schemas that were compiled in it, by JSON Pointer.</summary>
internal sealed class SchemaDocument(JsonElement root)
{
    public JsonElement Root { get; } = root;

    public Dictionary<string, SchemaNode> Nodes { get; } = new(StringComparer.Ordinal);
}
