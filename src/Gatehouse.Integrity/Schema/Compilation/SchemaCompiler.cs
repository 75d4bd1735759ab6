using System.Text.Json;
using Gatehouse.Integrity.Patterns;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Integrity.Schema.Compilation;

/// <summary>Compiles a schema with everything it refers to. One compiler serves one compilation.</summary>
internal sealed partial class SchemaCompiler(SchemaOptions options) : ISchemaSource
{
    private const long MaxPathCharacters = 8_000_000;

    private readonly SchemaOptions options = options;
    private readonly SchemaLimits limits = options.Limits;
    private readonly Dictionary<string, SchemaResource> resources = new(StringComparer.Ordinal);
    private readonly Queue<PendingReference> pending = new();
    private int subschemas;
    private int references;
    private int patternStates;
    private long pathCharacters;
    private long documentBytes;

    /// <summary>The approximate memory of the compiled schema, in bytes: documents as parsed, nodes with their keywords, patterns, places.</summary>
    public long Weight => (documentBytes * 4) + (subschemas * 640L) + (patternStates * 96L) + (pathCharacters * 2);

    public bool AssertFormats => this.options.AssertFormats;

    /// <summary>Compiles the document.</summary>
    /// <exception cref="SchemaRefused">It is no schema that can be used here.</exception>
    public SchemaNode Compile(ReadOnlyMemory<byte> utf8)
    {
        var root = Load(SchemaUris.Nameless, utf8, SchemaDialect.Default);
        while (pending.TryDequeue(out var reference))
            Resolve(reference);
        return root;
    }

    private SchemaNode Load(string uri, ReadOnlyMemory<byte> utf8, SchemaDialect dialect)
    {
        var limits = MessageLimits.Default with { MaxBytes = this.limits.MaxSchemaBytes };
        if (!JsonValidator.TryValidate(utf8.Span, limits, out var failure))
            throw new SchemaRefused("", $"the document is not unambiguous JSON within bounds ({failure.Fault} at byte {failure.Position})");
        documentBytes += utf8.Length;
        using var parsed = JsonDocument.Parse(utf8, SchemaLimits.Nesting);
        var document = new SchemaDocument(parsed.RootElement.Clone());
        var outer = new SchemaResource(uri, document, document.Root, "", DialectOf(document.Root, "", dialect));
        resources.TryAdd(uri, outer);
        return Node(document.Root, "", outer);
    }

    private SchemaDialect DialectOf(JsonElement schema, string path, SchemaDialect inherited)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("$schema", out var named))
            return inherited;
        var uri = Text(named, path, "$schema");
        if (SchemaDialect.Published(uri) is { } published)
            return published;
        if (!TryDocument(uri.TrimEnd('#'), out var meta))
            throw new SchemaRefused(path + "/$schema", "the dialect is not known here; known are 2020-12, 2019-09, draft-07 and draft-06");
        return CustomDialect(meta, path);
    }

    // A user's own meta-schema (JSON Schema 2020-12 core section 8.1.2): a required vocabulary that is not known here is refused.
    private static SchemaDialect CustomDialect(ReadOnlyMemory<byte> meta, string path)
    {
        using var document = JsonDocument.Parse(meta, SchemaLimits.Nesting);
        var root = document.RootElement;
        var of = root.TryGetProperty("$schema", out var own) && SchemaDialect.Published(own.GetString()!) is { } published
            ? published : SchemaDialect.Default;
        if (!root.TryGetProperty("$vocabulary", out var named))
            return of;
        var vocabularies = Vocabularies.None;
        foreach (var vocabulary in named.EnumerateObject())
        {
            if (SchemaDialect.Vocabulary(vocabulary.Name) is { } known)
                vocabularies |= known;
            else if (vocabulary.Value.ValueKind == JsonValueKind.True)
                throw new SchemaRefused(path + "/$schema", "the dialect requires a vocabulary that is not known here");
        }

        return of with { Vocabularies = vocabularies };
    }

    private bool TryDocument(string uri, out ReadOnlyMemory<byte> document) =>
        this.options.Documents.TryGetValue(uri, out document) || Metaschemas.TryFind(uri, out document);

    /// <summary>Compiles the schema at a place, once.</summary>
    public SchemaNode Node(JsonElement schema, string path, SchemaResource within)
    {
        if (within.Document.Nodes.TryGetValue(path, out var known))
            return known;
        if (++subschemas > limits.MaxSubschemas)
            throw new SchemaRefused(path, $"there are more than {limits.MaxSubschemas} schemas in it");
        // Long names around many schemas would otherwise take their product in memory.
        if ((pathCharacters += path.Length) > MaxPathCharacters)
            throw new SchemaRefused("", "the places of the schemas in it are too long to be named");
        if (schema.ValueKind is not (JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False))
            throw new SchemaRefused(path, "a schema is an object, true or false");
        var resource = ResourceOf(schema, path, within);
        var node = new SchemaNode(resource, path);
        resource.Document.Nodes.Add(path, node);
        if (schema.ValueKind == JsonValueKind.Object)
            Fill(node, schema);
        else
            node.Constant = schema.ValueKind == JsonValueKind.True;
        return node;
    }

    private void Fill(SchemaNode node, JsonElement schema)
    {
        var reader = new KeywordReader(this, node, schema);
        reader.Anchors();
        node.Keywords = reader.Keywords();
    }

    private SchemaResource ResourceOf(JsonElement schema, string path, SchemaResource within)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("$id", out var id) || IgnoresSiblings(schema, within.Dialect))
            return within;
        (var rest, var fragment) = SchemaUris.Split(Text(id, path, "$id"));
        if (rest.Length == 0 && within.Dialect.Draft <= SchemaDraft.Draft07)
            return within;
        if (fragment.Length > 0)
            throw new SchemaRefused(path + "/$id", "an identifier has no fragment");
        var uri = SchemaUris.Resolve(within.Uri, rest);
        var resource = new SchemaResource(uri, within.Document, schema, path, DialectOf(schema, path, within.Dialect));
        if (!resources.TryAdd(uri, resource) && (resources[uri].Document != within.Document || resources[uri].Path != path))
            throw new SchemaRefused(path + "/$id", "two schemas have the same identifier");
        return resources[uri] = resource;
    }

    // Up to draft-07 a reference is the only keyword of its schema, and its siblings mean nothing (draft-07 core section 8.3).
    internal static bool IgnoresSiblings(JsonElement schema, SchemaDialect dialect) =>
        dialect.Draft <= SchemaDraft.Draft07 && schema.TryGetProperty("$ref", out _);

    /// <summary>Compiles a pattern. One that cannot be run in linear time is a fault of the schema, never a slow validation.</summary>
    public LinearPattern Pattern(string pattern, string path)
    {
        try
        {
            var compiled = LinearPattern.Compile(pattern, limits.MaxPatternStates - patternStates);
            patternStates += compiled.States;
            return compiled;
        }
        catch (PatternRefused refused)
        {
            throw new SchemaRefused(path, $"the pattern cannot be used: {refused.Message}");
        }
    }

    private static string Text(JsonElement value, string path, string keyword) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new SchemaRefused($"{path}/{keyword}", "a string is wanted here");
}
