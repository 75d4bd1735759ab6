using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Servers;

/// <summary>A server that says of itself whatever an exercise gives it, and writes every call with its arguments to the canary.</summary>
internal static class TalkingServer
{
    private static readonly string[] Revisions = ["2026-07-28"];

    /// <summary>Starts it.</summary>
    /// <param name="fixture">The fixture.</param>
    /// <param name="instructions">Its instructions; null for none.</param>
    /// <param name="lists">Entries by the member that they are listed under: tools, prompts, resources, resourceTemplates.</param>
    public static async Task<Uri> StartAsync(RangeFixture fixture, string? instructions, IReadOnlyDictionary<string, JsonArray> lists)
    {
        var server = await CanaryServer.StartAsync(fixture, overrides: async (context, message) =>
        {
            if (message.ValueKind != JsonValueKind.Object
                || !message.TryGetProperty("method", out var method) || !message.TryGetProperty("id", out var id)) return false;
            if (Answer(fixture, method.GetString()!, message, instructions, lists) is not { } result) return false;
            if (method.GetString() == "initialize")
                context.Response.Headers["Mcp-Session-Id"] = System.Security.Cryptography.RandomNumberGenerator.GetHexString(32);
            await CanaryServer.WriteAsync(context,
                new JsonObject { ["jsonrpc"] = "2.0", ["id"] = JsonNode.Parse(id.GetRawText()), ["result"] = result }).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        return server.Url;
    }

    private static JsonObject? Answer(RangeFixture fixture, string method, JsonElement message, string? instructions,
        IReadOnlyDictionary<string, JsonArray> lists) => method switch
        {
            "initialize" => About(new JsonObject { ["protocolVersion"] = "2025-11-25" }, instructions, lists),
            "server/discover" =>
                About(new JsonObject
                {
                    ["resultType"] = "complete",
                    ["supportedVersions"] = JsonSerializer.SerializeToNode(Revisions),
                    ["ttlMs"] = 0,
                    ["cacheScope"] = "private"
                }, instructions, lists),
            "tools/list" => List("tools", lists),
            "prompts/list" => List("prompts", lists),
            "resources/list" => List("resources", lists),
            "resources/templates/list" => List("resourceTemplates", lists),
            "tools/call" => Call(fixture, message.GetProperty("params")),
            _ => null,
        };

    private static JsonObject About(JsonObject result, string? instructions, IReadOnlyDictionary<string, JsonArray> lists)
    {
        var capabilities = new JsonObject { ["tools"] = new JsonObject() };
        if (lists.ContainsKey("prompts")) capabilities["prompts"] = new JsonObject();
        if (lists.ContainsKey("resources") || lists.ContainsKey("resourceTemplates")) capabilities["resources"] = new JsonObject();
        result["capabilities"] = capabilities;
        result["serverInfo"] = new JsonObject { ["name"] = "talking", ["version"] = "1" };
        if (instructions is not null) result["instructions"] = instructions;
        return result;
    }

    private static JsonObject List(string member, IReadOnlyDictionary<string, JsonArray> lists) =>
        new()
        {
            ["resultType"] = "complete",
            [member] = lists.TryGetValue(member, out var entries) ? entries.DeepClone() : new JsonArray(),
            ["ttlMs"] = 0,
            ["cacheScope"] = "private"
        };

    private static JsonObject Call(RangeFixture fixture, JsonElement parameters)
    {
        fixture.Canary.Sing(
            $"{parameters.GetProperty("name").GetString()} {(parameters.TryGetProperty("arguments", out var arguments) ? arguments.GetRawText() : "")}");
        return new JsonObject { ["resultType"] = "complete", ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = "done" }) };
    }
}
