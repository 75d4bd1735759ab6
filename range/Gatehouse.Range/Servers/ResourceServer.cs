using System.Text.Json;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Servers;

/// <summary>A server of resources and prompts: one template, one prompt, and what an exercise says of reading and completing.</summary>
internal static class ResourceServer
{
    /// <summary>Starts it.</summary>
    /// <param name="fixture">Owns it.</param>
    /// <param name="template">The one resource template.</param>
    /// <param name="prompt">The one prompt; null when it has none.</param>
    /// <param name="answer">From method and params to the result; null leaves the answer to the canary server.</param>
    public static async Task<Uri> StartAsync(RangeFixture fixture, string template, string? prompt, Func<string, JsonElement, object?> answer) =>
        (await CanaryServer.StartAsync(fixture,
            overrides: (context, message) => AnswerAsync(context, message, template, prompt, answer)).ConfigureAwait(false)).Url;

    /// <summary>A completion with these values.</summary>
    public static object Completion(params string[] values) => new { completion = new { values } };

    private static async Task<bool> AnswerAsync(HttpContext context, JsonElement message, string template, string? prompt,
        Func<string, JsonElement, object?> answer)
    {
        if (message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("method", out var method) || !message.TryGetProperty("id", out var id)) return false;
        var result = method.GetString() switch
        {
            "initialize" => new
            {
                protocolVersion = "2025-11-25",
                capabilities = new { resources = new { }, prompts = new { }, completions = new { } },
                serverInfo = new { name = "notes", version = "1" }
            },
            "resources/list" => new { resources = Array.Empty<object>() },
            "resources/templates/list" => new { resourceTemplates = new[] { new { uriTemplate = template, name = "note" } } },
            "prompts/list" => new { prompts = prompt is null ? [] : new[] { new { name = prompt } } },
            var other => message.TryGetProperty("params", out var parameters) ? answer(other!, parameters) : null,
        };
        if (result is null) return false;
        if (method.GetString() == "initialize")
            context.Response.Headers["Mcp-Session-Id"] = System.Security.Cryptography.RandomNumberGenerator.GetHexString(32);
        await CanaryServer.WriteAsync(context, new { jsonrpc = "2.0", id, result }).ConfigureAwait(false);
        return true;
    }
}
