using Gatehouse.Detection.Findings;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Protocol.Headers;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Inspection;

/// <summary>The rules for parts of a definition other than its texts: references, size, icons, parameters, annotations.</summary>
internal static class StructureRules
{
    // No real schema comes near either.
    private const int Deepest = 40;
    private const int MostValues = 10_000;

    public static void Judge(ServerDefinition definition, List<DefinitionFinding> findings)
    {
        var count = 0;
        Walk(definition, definition.Range, "", "", 0, ref count, findings);
        if (definition.Kind != DefinitionKind.Tool)
            return;
        AnnotationRule.Judge(definition, findings);
        Headers(definition, findings);
    }

    // A client has to leave a tool out whose marks are wrong (MCP 2026-07-28, Streamable HTTP).
    private static void Headers(ServerDefinition tool, List<DefinitionFinding> findings)
    {
        if (JsonWalk.TryFindMember(tool.Bytes.Span, tool.Range, "inputSchema"u8, out var schema)
            && !ToolParameterHeaders.TryRead(tool.Bytes.Slice(schema.Start, schema.Length), out _, out var reason))
            Tell(tool, schema, "/inputSchema", DetectionRules.HeaderParameter, Confidence.High,
                "marks of parameters for headers are not valid: " + reason, findings);
    }

    private static void Walk(ServerDefinition of, ByteRange value, string member, string pointer, int depth, ref int count,
        List<DefinitionFinding> findings)
    {
        if (++count == MostValues || (depth == Deepest && count < MostValues))
            Tell(of, value, pointer, DetectionRules.Oversized, Confidence.High, "a definition that is too deep or too large for clients", findings);
        if (count >= MostValues || depth >= Deepest)
            return;
        var bytes = of.Bytes.Span;
        switch (bytes[value.Start])
        {
            case (byte)'{':
                foreach (var inner in JsonWalk.Members(bytes, value))
                {
                    var name = JsonWalk.String(bytes, inner.Name)!;
                    var path = JsonPointers.Child(pointer, name);
                    if (member is "properties" && bytes[inner.Value.Start] == '{')
                        ParameterRules.Judge(of, name, inner, path, findings);
                    Walk(of, inner.Value, name, path, depth + 1, ref count, findings);
                }

                break;
            case (byte)'[':
                foreach (var element in JsonWalk.Elements(bytes, value))
                    Walk(of, element, member, pointer, depth + 1, ref count, findings);
                break;
            case (byte)'"':
                Text(of, value, member, pointer, findings);
                break;
        }
    }

    private static void Text(ServerDefinition of, ByteRange value, string member, string pointer, List<DefinitionFinding> findings)
    {
        if (member is not ("$ref" or "$dynamicRef" or "src" or "icon" or "websiteUrl"))
            return;
        var text = JsonWalk.String(of.Bytes.Span, value)!;
        // Rows E09 and E10: a reference that leaves the schema is never followed.
        if (member is "$ref" or "$dynamicRef")
        {
            if (text.Length > 0 && text[0] != '#')
                Tell(of, value, pointer, DetectionRules.NetworkReference, Confidence.High, $"{member} refers to an address outside the schema", findings);
            return;
        }

        // Row E11: icons and similar are https or data.
        if (member == "src" && !pointer.Contains("/icons", StringComparison.Ordinal))
            return;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && !text.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
            && !text.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase))
            Tell(of, value, pointer, DetectionRules.BadIcon, Confidence.High, "an icon or page that is neither https nor an image in data", findings);
    }

    internal static void Tell(ServerDefinition of, ByteRange span, string pointer, FindingRule rule, Confidence confidence, string message,
        List<DefinitionFinding> findings) =>
        findings.Add(new DefinitionFinding(rule, confidence, of.Kind, of.Name, pointer, span, message));
}
