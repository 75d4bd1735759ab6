using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Gatehouse.ConformanceClient;

/// <summary>The official C# SDK's client as the suite's client scenarios want it: lists the tools and calls each.</summary>
internal static class SuiteClient
{
    // Scenarios whose server speaks the legacy era alone.
    private static readonly HashSet<string> Legacy = ["initialize", "sse-retry", "elicitation-sep1034-client-defaults", "tools_call"];

    public static async Task<int> RunAsync(string url, string? token)
    {
        var scenario = Environment.GetEnvironmentVariable("MCP_CONFORMANCE_SCENARIO") ?? "";
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(url),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = token is null ? [] : new Dictionary<string, string> { ["Authorization"] = "Bearer " + token },
        });
        await using var client = await McpClient.CreateAsync(transport, Options(Legacy.Contains(scenario)));
        var tools = await client.ListToolsAsync();
        foreach (var (name, arguments) in Calls(tools))
        {
            try
            {
                await client.CallToolAsync(name, arguments);
            }
            catch (McpException)
            {
                // Some scenarios answer a call with an error; the suite judges what it saw.
            }
        }

        return 0;
    }

    private static McpClientOptions Options(bool legacy) => new()
    {
        ProtocolVersion = legacy ? "2025-11-25" : null,
        ClientInfo = new Implementation { Name = "gatehouse-suite-client", Version = "1.0.0" },
        Capabilities = new ClientCapabilities
        { Elicitation = new ElicitationCapability(), Sampling = new SamplingCapability(), Roots = new RootsCapability() },
        Handlers = new McpClientHandlers
        {
            ElicitationHandler = (request, _) => ValueTask.FromResult(new ElicitResult { Action = "accept", Content = Defaults(request) }),
            SamplingHandler = (_, _, _) =>
                ValueTask.FromResult(
                    new CreateMessageResult { Model = "none", Role = Role.Assistant, Content = [new TextContentBlock { Text = "sampled" }] }),
            RootsHandler = (_, _) => ValueTask.FromResult(new ListRootsResult { Roots = [] }),
        },
    };

    private static Dictionary<string, JsonElement> Defaults(ElicitRequestParams? request)
    {
        var content = new Dictionary<string, JsonElement>();
        if (request?.RequestedSchema is null) return content;
        var schema = JsonSerializer.SerializeToElement(request.RequestedSchema, McpJsonUtilities.DefaultOptions);
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            if (property.Value.TryGetProperty("default", out var value)) content[property.Name] = value.Clone();
        }

        return content;
    }

    private static IEnumerable<(string, Dictionary<string, object?>)> Calls(IList<McpClientTool> tools)
    {
        if (Environment.GetEnvironmentVariable("MCP_CONFORMANCE_CONTEXT") is { } text
            && JsonDocument.Parse(text).RootElement.TryGetProperty("toolCalls", out var wanted))
        {
            return [.. wanted.EnumerateArray().Select(c => (c.GetProperty("name").GetString()!, Arguments(c.GetProperty("arguments"))))];
        }

        return tools.Select(t => (t.Name, Sample(t.JsonSchema)));
    }

    private static Dictionary<string, object?> Arguments(JsonElement arguments) =>
        arguments.EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value.Clone());

    private static Dictionary<string, object?> Sample(JsonElement schema)
    {
        var arguments = new Dictionary<string, object?>();
        if (!schema.TryGetProperty("properties", out var properties)) return arguments;
        foreach (var property in properties.EnumerateObject())
        {
            arguments[property.Name] = property.Value.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                ? type.GetString() switch { "number" or "integer" => 5, "boolean" => true, "object" => new object(), _ => "text" }
                : "text";
        }

        return arguments;
    }
}
