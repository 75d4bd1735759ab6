namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>One schema: a constant, or keywords in the order in which they are applied.</summary>
internal sealed class SchemaNode(SchemaResource resource, string path)
{
    public SchemaResource Resource { get; } = resource;

    /// <summary>JSON Pointer of the schema in its document.</summary>
    public string Path { get; } = path;

    /// <summary>True or false for a schema that is a constant, otherwise null.</summary>
    public bool? Constant { get; set; }

    public Keyword[] Keywords { get; set; } = [];

    /// <summary>True when a keyword depends on the evaluated parts of its neighbours.</summary>
    public bool NeedsEvaluated { get; set; }
}
