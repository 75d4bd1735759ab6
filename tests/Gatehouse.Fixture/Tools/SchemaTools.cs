using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Tools;

/// <summary>Tools that are about their input schema.</summary>
internal static class SchemaTools
{
    private const string Draft2020 = """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
         "$defs":{"address":{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
         "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},
           "contactMethod":{"type":"string","enum":["phone","email"]},"phone":{"type":"string"},"email":{"type":"string"}},
         "allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
         "if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},
         "then":{"required":["phone"]},"else":{"required":["email"]},
         "additionalProperties":false}
        """;

    private const string Mirrored = """
        {"type":"object","properties":{
          "region":{"type":"string","description":"The region, also sent as a header","x-mcp-header":"Region"},
          "verbose":{"type":"boolean"}},
         "required":["region"]}
        """;

    public static IEnumerable<FixtureTool> All { get; } =
    [
        new("json_schema_2020_12_tool", "Tool with JSON Schema 2020-12 features", Draft2020, Repeat),
        new("test_custom_header", "Takes a parameter that is mirrored in a header", Mirrored, Repeat),
    ];

    private static CallToolResult Repeat(ToolCall call) =>
        Content.Result(JsonSerializer.Serialize(call.Arguments));
}
