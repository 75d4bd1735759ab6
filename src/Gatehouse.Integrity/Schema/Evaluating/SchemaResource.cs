using System.Text.Json;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>A schema with a URI of its own (JSON Schema 2020-12 core section 4.3.5).</summary>
internal sealed class SchemaResource(string uri, SchemaDocument document, JsonElement root, string path, SchemaDialect dialect)
{
    public string Uri { get; } = uri;

    public SchemaDocument Document { get; } = document;

    public JsonElement Root { get; } = root;

    public string Path { get; } = path;

    public SchemaDialect Dialect { get; } = dialect;

    public Dictionary<string, SchemaNode> Anchors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SchemaNode> DynamicAnchors { get; } = new(StringComparer.Ordinal);
}
