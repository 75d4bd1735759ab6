using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.InitCommands;

/// <summary>
/// <c>gatehouse check-server</c>: a harmless MCP server on stdio that <c>init</c> tests the wrapper with. Like many real servers
/// it reads a message with a parser that takes the last of two equal names. It keeps nothing and touches nothing.
/// </summary>
internal static class CheckServerCommand
{
    /// <summary>The verb.</summary>
    public const string Verb = "check-server";

    private const int LongestLine = 64 * 1024;

    public static Command Create()
    {
        var command = new Command("check-server",
            "Run a harmless MCP server on stdio, with which 'gatehouse init' tests the wrapper.\n\nExample:\n  gatehouse check-server")
        { Hidden = true };
        command.SetAction((_, cancellation) => RunAsync(cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellation)
    {
        var erased = 0;
        while (await Console.In.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (line.Length <= LongestLine && Answer(line, ref erased) is { } answer) Terminal.Data(answer.ToJsonString());
        }

        return ExitCodes.Done;
    }

    private static JsonObject? Answer(string line, ref int erased)
    {
        try
        {
            using var message = JsonDocument.Parse(line);
            var root = message.RootElement;
            if (!root.TryGetProperty("id", out var id) || !root.TryGetProperty("method", out var method)) return null;
            var result = Result(method.GetString(), root, ref erased);
            return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = JsonNode.Parse(id.GetRawText()), ["result"] = result };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static JsonObject Result(string? method, JsonElement root, ref int erased)
    {
        if (method == "initialize")
        {
            return new JsonObject
            {
                ["protocolVersion"] = root.GetProperty("params").GetProperty("protocolVersion").GetString(),
                ["capabilities"] = new JsonObject { ["tools"] = new JsonObject() },
                ["serverInfo"] = new JsonObject { ["name"] = "gatehouse-check", ["version"] = "1" },
            };
        }

        if (method == "tools/list")
            return new JsonObject
            { ["tools"] = new JsonArray(Tool("count", "How often erase was called."), Tool("erase", "Erases nothing and counts the call.")) };
        if (method != "tools/call") return [];
        // JsonDocument takes the last of two equal names: the attack relies on that.
        if (root.GetProperty("params").GetProperty("name").GetString() == "erase") erased++;
        return new JsonObject
        {
            ["content"] = new JsonArray(
                new JsonObject { ["type"] = "text", ["text"] = erased.ToString(System.Globalization.CultureInfo.InvariantCulture) }),
            ["isError"] = false
        };
    }

    private static JsonObject Tool(string name, string description) => new()
    {
        ["name"] = name,
        ["description"] = description,
        ["inputSchema"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() },
    };
}
