using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Fixture.Tools;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Http;

/// <summary>Headers that repeat parts of the body must say what the body says, or the two halves of a request differ.</summary>
internal sealed class MirroredHeaders(ToolCatalogue tools)
{
    public void Check(HttpRequest request, JsonRpcMessage message)
    {
        var (method, parameters) = message switch
        {
            JsonRpcRequest one => (one.Method, one.Params as JsonObject),
            JsonRpcNotification one => (one.Method, one.Params as JsonObject),
            _ => (null, null),
        };
        if (method is null) return;
        Compare(message, request.Headers, McpHeaders.Method, method);
        if (NameMember(method) is not { } member) return;
        Compare(message, request.Headers, McpHeaders.Name, Text(parameters?[member]));
        if (method == RequestMethods.ToolsCall) CheckParameters(request, message, parameters);
    }

    private static string? NameMember(string method) => method switch
    {
        RequestMethods.ToolsCall or RequestMethods.PromptsGet => "name",
        RequestMethods.ResourcesRead => "uri",
        _ => null,
    };

    private void CheckParameters(HttpRequest request, JsonRpcMessage message, JsonObject? parameters)
    {
        if (Text(parameters?["name"]) is not { } name || tools.Find(name) is not { } tool) return;
        if (!tool.InputSchema.TryGetProperty("properties", out var properties)) return;
        foreach (var property in properties.EnumerateObject())
        {
            if (!property.Value.TryGetProperty("x-mcp-header", out var header)) continue;
            var given = Text((parameters!["arguments"] as JsonObject)?[property.Name]);
            Compare(message, request.Headers, McpHeaders.ParameterPrefix + header.GetString(), given);
        }
    }

    /// <summary>The header must be there exactly once when the body has the value, and must not be there when it has not.</summary>
    private static void Compare(JsonRpcMessage message, IHeaderDictionary headers, string name, string? expected)
    {
        var sent = headers[name];
        if (sent is [] && expected is null) return;
        if (sent is not [{ } value]) throw Mismatch(message, $"The header {name} is missing, or is there more than once.");
        if (McpHeaderEncoder.DecodeValue(value.Trim(' ', '\t')) is not { } decoded || decoded != expected)
            throw Mismatch(message, $"The header {name} does not say what the body says.");
    }

    /// <summary>A value as a header shows it; objects and lists are not mirrored.</summary>
    private static string? Text(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.ToJsonString(),
        _ => null,
    };

    private static RejectionException Mismatch(JsonRpcMessage message, string text) =>
        new(StatusCodes.Status400BadRequest, text, McpErrorCode.HeaderMismatch, message);
}
