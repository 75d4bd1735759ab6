using System.Text.Json;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Behaviour;

/// <summary>A gateway before a server with tools that declare schemas.</summary>
internal static class SchemaFixture
{
    public const string Strict =
        """{"type":"object","properties":{"path":{"type":"string","pattern":"^notes/"},"count":{"type":"integer","default":3}},"required":["path"],"additionalProperties":false}""";
    public const string Weather =
        """{"type":"object","properties":{"degrees":{"type":"number"}},"required":["degrees"],"additionalProperties":false}""";

    public static async Task<TestGateway> StartAsync(SchemaSettings? schemas = null, string? tools = null, TimeProvider? time = null)
    {
        var gateway = await TestGateway.StartAsync(settings => settings with { Servers = [settings.Servers[0] with { Schemas = schemas ?? new() }] },
            time);
        gateway.Upstream.OnResult("tools/list", "{\"resultType\":\"complete\",\"tools\":["
            + (tools ?? Tool("read", Strict) + "," + Tool("weather", """{"type":"object"}""", Weather)) + "]}");
        return gateway;
    }

    public static string Tool(string name, string? input, string? output = null) =>
        $"{{\"name\":\"{name}\"" + (input is null ? "" : ",\"inputSchema\":" + input) + (output is null ? "" : ",\"outputSchema\":" + output) + "}";

    public static async Task<Era> CallerAsync(TestGateway gateway, bool modern, string subject = "alice")
    {
        var caller = new Era(gateway, modern, subject);
        await caller.BeginAsync();
        return caller;
    }

    public static Task<JsonElement> CallAsync(Era caller, string tool, string? arguments) =>
        caller.AskAsync("tools/call", $"\"name\":\"{tool}\"" + (arguments is null ? "" : ",\"arguments\":" + arguments), tool);

    public static string? Code(JsonElement answer)
    {
        if (answer.TryGetProperty("result", out _)) return Refusal(answer)?.GetProperty("code").GetString();
        return answer.TryGetProperty("error", out var error) && error.TryGetProperty("data", out var data)
            && data.TryGetProperty("code", out var code) ? code.GetString() : null;
    }

    /// <summary>What a result says of the arguments that the gateway refused; null for a result of the server.</summary>
    public static JsonElement? Refusal(JsonElement answer) =>
        answer.GetProperty("result").TryGetProperty("_meta", out var meta) && meta.TryGetProperty("gatehouse/refusal", out var refusal) ? refusal
            : null;

    /// <summary>The text of a result.</summary>
    public static string Text(JsonElement answer) => answer.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!;

    /// <summary>Parts of a check in all entries so far, as outcome and detail.</summary>
    public static IReadOnlyList<string> Parts(TestGateway gateway, int ended, string reason) =>
    [
        .. gateway.EntriesWithEnded(ended).Where(entry => entry.GetProperty("kind").GetString() == "ended" && entry.TryGetProperty("parts", out _))
            .SelectMany(entry => entry.GetProperty("parts").EnumerateArray())
            .Where(part => part.TryGetProperty("reason", out var slug) && slug.GetString() == reason)
            .Select(part => $"{part.GetProperty("outcome").GetString()} {(part.TryGetProperty("detail", out var detail) ? detail.GetString() : "")}"),
    ];
}
