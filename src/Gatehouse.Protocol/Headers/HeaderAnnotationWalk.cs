using System.Buffers;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Headers;

/// <summary>A walk through a validated JSON Schema that judges each <c>x-mcp-header</c> in it.</summary>
/// <remarks>
/// A parameter is statically reachable only through <c>properties</c>; an annotation in any other subschema is a fault. Values of
/// <c>const</c>, <c>enum</c>, <c>default</c> and <c>examples</c> are data, not schema. Depth was bounded by the validation.
/// </remarks>
internal sealed class HeaderAnnotationWalk(ReadOnlyMemory<byte> schema)
{
    /// <summary>RFC 9110 section 5.6.2, <c>tchar</c>.</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> path = [];

    /// <summary>The valid annotations so far.</summary>
    public List<ParameterHeader> Headers { get; } = [];

    /// <summary>Walks the whole schema.</summary>
    /// <returns>The first fault, or null.</returns>
    public string? Run()
    {
        var bytes = schema.Span;
        var start = JsonWalk.SkipSpace(bytes, 0);
        return Schema(new ByteRange(start, JsonWalk.EndOfValue(bytes, start) - start), reachable: true);
    }

    private string? Schema(ByteRange range, bool reachable)
    {
        var bytes = schema.Span;
        string? fault = null;
        foreach (var member in JsonWalk.Members(bytes, range))
        {
            var name = JsonWalk.String(bytes, member.Name)!;
            fault ??= name switch
            {
                "x-mcp-header" => Annotation(range, member.Value, reachable),
                "properties" => Properties(member.Value, reachable),
                "const" or "enum" or "default" or "examples" => null,
                "patternProperties" or "$defs" or "definitions" or "dependentSchemas" => Properties(member.Value, reachable: false),
                _ => Nested(member.Value),
            };
        }

        return fault;
    }

    private string? Properties(ByteRange map, bool reachable)
    {
        var bytes = schema.Span;
        string? fault = null;
        foreach (var member in JsonWalk.Members(bytes, map))
        {
            path.Add(JsonWalk.String(bytes, member.Name)!);
            fault ??= Schema(member.Value, reachable);
            path.RemoveAt(path.Count - 1);
        }

        return fault;
    }

    private string? Nested(ByteRange value)
    {
        var fault = Schema(value, reachable: false);
        foreach (var element in JsonWalk.Elements(schema.Span, value))
            fault ??= Nested(element);
        return fault;
    }

    private string? Annotation(ByteRange owner, ByteRange value, bool reachable)
    {
        var name = JsonWalk.String(schema.Span, value);
        if (!reachable || path.Count == 0)
            return "x-mcp-header is at a place where no parameter is statically reachable";
        if (string.IsNullOrEmpty(name))
            return "x-mcp-header is empty or not a string";
        if (name.AsSpan().ContainsAnyExcept(TokenCharacters))
            return "x-mcp-header is not a header name token";
        if (!IsMirrorable(owner))
            return "x-mcp-header is on a parameter that is not a string, an integer or a boolean";
        if (!names.Add(name))
            return "x-mcp-header occurs twice with the same name";
        Headers.Add(new ParameterHeader(name, path.ToArray()));
        return null;
    }

    private bool IsMirrorable(ByteRange owner) =>
        JsonWalk.TryFindMember(schema.Span, owner, "type"u8, out var type)
        && JsonWalk.String(schema.Span, type) is "string" or "integer" or "boolean";
}
