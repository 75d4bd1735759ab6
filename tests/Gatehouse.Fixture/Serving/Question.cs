using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Serving;

/// <summary>Makes questions to a client, and reads their answers.</summary>
internal static class Question
{
    public static InputRequest Elicit(string message, JsonObject schema) =>
        Ask(RequestMethods.ElicitationCreate, new() { ["message"] = message, ["requestedSchema"] = schema });

    /// <summary>Asks for one value that must be given.</summary>
    public static InputRequest ElicitOne(string message, string name, string type = "string") => Elicit(message, new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { [name] = new JsonObject { ["type"] = type } },
        ["required"] = new JsonArray(name),
    });

    public static InputRequest Sample(string prompt, int maxTokens) => Ask(RequestMethods.SamplingCreateMessage, new()
    {
        ["messages"] = new JsonArray(new JsonObject
        {
            ["role"] = "user",
            ["content"] = new JsonObject { ["type"] = "text", ["text"] = prompt },
        }),
        ["maxTokens"] = maxTokens,
    });

    public static InputRequest Roots() => Ask(RequestMethods.RootsList, []);

    /// <summary>The value an accepted elicitation carries; what is no such answer is an error of the caller.</summary>
    public static string ElicitedText(JsonElement answer, string name)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("action", out var action) || action.ValueKind != JsonValueKind.String)
            throw Invalid($"an answer to elicitation/create, with '{name}'");
        if (!action.ValueEquals("accept")) return $"({action.GetString()})";
        return answer.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Object
            && content.TryGetProperty(name, out var value)
                ? value.ToString()
                : throw Invalid($"accepted content with '{name}'");
    }

    /// <summary>The text of a sampled message.</summary>
    public static string SampledText(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("content", out var content)
        && content.ValueKind == JsonValueKind.Object && content.TryGetProperty("text", out var text)
            ? text.ToString()
            : throw Invalid("an answer to sampling/createMessage with text");

    /// <summary>The names of the roots, or their addresses where they have none.</summary>
    public static string RootNames(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("roots", out var roots) || roots.ValueKind != JsonValueKind.Array)
            throw Invalid("an answer to roots/list");
        return string.Join(", ", roots.EnumerateArray().Select(root =>
            root.TryGetProperty("name", out var name) ? $"{name} ({root.GetProperty("uri")})" : root.GetProperty("uri").ToString()));
    }

    private static InputRequest Ask(string method, JsonObject parameters) =>
        new() { Method = method, Params = JsonSerializer.SerializeToElement(parameters) };

    private static McpProtocolException Invalid(string wanted) => new($"The input response must be {wanted}.", McpErrorCode.InvalidParams);
}
