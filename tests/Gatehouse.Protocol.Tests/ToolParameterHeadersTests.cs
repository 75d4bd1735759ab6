using System.Text;
using Gatehouse.Protocol.Headers;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Tests;

public class ToolParameterHeadersTests
{
    [Fact]
    public void Reads_AnnotationsWithTheirPaths()
    {
        var headers = Read("""
            {"type":"object","properties":{
              "region":{"type":"string","x-mcp-header":"Region"},
              "x-mcp-header":{"type":"string"},
              "filter":{"type":"object","properties":{"limit":{"type":"integer","\u0078-mcp-header":"Limit"},"q":{"type":"string"}}},
              "dry":{"type":"boolean","x-mcp-header":"Dry-Run","default":{"x-mcp-header":1}}}}
            """);
        Assert.Equal(["Mcp-Param-Region:region", "Mcp-Param-Limit:filter.limit", "Mcp-Param-Dry-Run:dry"],
            headers.Select(header => $"{header.HeaderName}:{string.Join('.', header.Path)}"));
        var call = Validated.Message(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"n","arguments":{"region":null,"filter":{"l\u0069mit":42}}}}""");
        Assert.False(headers[0].TryGetValue(call, out _));
        Assert.True(headers[1].TryGetValue(call, out var limit));
        Assert.Equal("42"u8, limit.Of(call.Bytes.Span));
        Assert.False(headers[2].TryGetValue(call, out _));
        Assert.False(headers[0].TryGetValue(Validated.Message("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"n"}}"""), out _));
    }

    [Theory]
    [InlineData("""{"type":"object"}""")]
    [InlineData("""{}""")]
    [InlineData("""true""")]
    [InlineData("""{"properties":{"a":{"type":"string","description":"x-mcp-header \\ here","enum":[{"x-mcp-header":"n"}]}}}""")]
    public void Finds_NothingWhereNothingIsAnnotated(string schema) => Assert.Empty(Read(schema));

    [Theory]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":""}}}""", "empty")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":7}}}""", "not a string")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"a b"}}}""", "token")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"a:b"}}}""", "token")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"ä"}}}""", "token")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"a\r\nX"}}}""", "token")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"H"},"b":{"type":"string","x-mcp-header":"h"}}}""", "twice")]
    [InlineData("""{"properties":{"a":{"type":"number","x-mcp-header":"H"}}}""", "string, an integer or a boolean")]
    [InlineData("""{"properties":{"a":{"type":"object","x-mcp-header":"H"}}}""", "string, an integer or a boolean")]
    [InlineData("""{"properties":{"a":{"type":["string","null"],"x-mcp-header":"H"}}}""", "string, an integer or a boolean")]
    [InlineData("""{"properties":{"a":{"x-mcp-header":"H"}}}""", "string, an integer or a boolean")]
    [InlineData("""{"type":"string","x-mcp-header":"H"}""", "reachable")]
    [InlineData("""{"properties":{"a":{"items":{"type":"string","x-mcp-header":"H"}}}}""", "reachable")]
    [InlineData("""{"properties":{"a":{"items":{"properties":{"b":{"type":"string","x-mcp-header":"H"}}}}}}""", "reachable")]
    [InlineData("""{"anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"H"}}}]}""", "reachable")]
    [InlineData("""{"if":{"properties":{"a":{"type":"string","x-mcp-header":"H"}}}}""", "reachable")]
    [InlineData("""{"$defs":{"a":{"type":"string","x-mcp-header":"H"}}}""", "reachable")]
    [InlineData("""{"patternProperties":{"a":{"type":"string","x-mcp-header":"H"}}}""", "reachable")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"H","x-mcp-header":"I"}}}""", "same name")]
    [InlineData("""{""", "not valid JSON")]
    [Trait("Requirement", "T20")]
    public void Refuses_AnnotationsThatBreakARule(string schema, string reason)
    {
        Assert.False(ToolParameterHeaders.TryRead(Encoding.UTF8.GetBytes(schema), out var headers, out var why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
        Assert.Empty(headers);
    }

    private static IReadOnlyList<ParameterHeader> Read(string schema)
    {
        Assert.True(ToolParameterHeaders.TryRead(Encoding.UTF8.GetBytes(schema), out var headers, out var reason), reason);
        return headers;
    }
}
