using System.Text.Json.Nodes;

namespace Gatehouse.Range.Servers;

/// <summary>A text that a server holds, written by anyone, and the place in which it hands the text out.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Place">The place.</param>
/// <param name="Parts">The text; more than one where it is cut into parts.</param>
internal sealed record PlantedText(string Name, TextPlace Place, params IReadOnlyList<string> Parts)
{
    /// <summary>The attacker's web site in texts; the server writes the real address in its place.</summary>
    public const string Site = "http://site.example";

    /// <summary>The request that brings it: method, name for the header of revision 2026-07-28, params.</summary>
    public (string Method, string? Name, JsonObject Params) RequestFor(string item) => Place switch
    {
        TextPlace.Resource => ("resources/read", "store://" + item, new JsonObject { ["uri"] = "store://" + item }),
        TextPlace.Prompt => ("prompts/get", "summary", new JsonObject { ["name"] = "summary", ["arguments"] = new JsonObject { ["item"] = item } }),
        TextPlace.Completion => ("completion/complete", null, new JsonObject
        {
            ["ref"] = new JsonObject { ["type"] = "ref/prompt", ["name"] = "summary" },
            ["argument"] = new JsonObject { ["name"] = "item", ["value"] = item },
        }),
        _ => ("tools/call", Tool, new JsonObject { ["name"] = Tool, ["arguments"] = new JsonObject { ["item"] = item } }),
    };

    /// <summary>The messages that answer the request; the last one answers it.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="isModern">True in revision 2026-07-28, in which a question is a result.</param>
    /// <param name="site">Address of the attacker's web site.</param>
    public JsonArray MessagesFor(JsonNode? id, bool isModern, string site)
    {
        var texts = Parts.Select(part => part.Replace(Site, site, StringComparison.Ordinal)).ToList();
        var text = string.Concat(texts);
        return Place switch
        {
            TextPlace.Error => [new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["error"] = new JsonObject { ["code"] = -32603, ["message"] = text } }],
            TextPlace.LogMessage => [Notification("message", new JsonObject { ["level"] = "info", ["data"] = text }), Result(id, Content("done"))],
            TextPlace.Progress =>
                [Notification("progress", new JsonObject { ["progressToken"] = "p", ["progress"] = 1, ["message"] = text }), Result(id, Content("done"))],
            TextPlace.Sampling or TextPlace.Elicitation => Question(id, isModern, text),
            TextPlace.BesideResult => [Beside(Result(id, Content("done")), text)],
            _ => [Result(id, ResultOf(texts, text))],
        };
    }

    private string Tool => Place switch
    {
        TextPlace.Page => "fetch_page",
        TextPlace.File => "read_file",
        TextPlace.Row => "query",
        _ => "read_mail",
    };

    private JsonObject ResultOf(List<string> texts, string text) => Place switch
    {
        TextPlace.Page => new JsonObject
        {
            ["content"] = new JsonArray(new JsonObject
            {
                ["type"] = "resource",
                ["resource"] = new JsonObject { ["uri"] = "https://news.example/today", ["mimeType"] = "text/html", ["text"] = text },
            }),
        },
        TextPlace.Row => new JsonObject
        {
            ["content"] = new JsonArray(Text("1 row")),
            ["structuredContent"] = new JsonObject { ["rows"] = new JsonArray(new JsonObject { ["id"] = 7, ["comment"] = text }) },
        },
        TextPlace.ToolError => new JsonObject { ["content"] = Content(text)["content"]!.DeepClone(), ["isError"] = true },
        TextPlace.Resource => new JsonObject
        {
            ["contents"] = new JsonArray(new JsonObject { ["uri"] = "store://item", ["mimeType"] = "text/plain", ["text"] = text }),
            ["ttlMs"] = 0,
            ["cacheScope"] = "private",
        },
        TextPlace.Prompt => new JsonObject { ["messages"] = Messages(text) },
        TextPlace.Completion => new JsonObject { ["completion"] = new JsonObject { ["values"] = new JsonArray(text) } },
        _ => Content([.. texts]),
    };

    private JsonArray Question(JsonNode? id, bool isModern, string text)
    {
        var (method, parameters) = Place == TextPlace.Sampling
            ? ("sampling/createMessage", new JsonObject { ["messages"] = Messages(text), ["maxTokens"] = 100 })
            : ("elicitation/create", new JsonObject
            {
                ["message"] = text,
                ["requestedSchema"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["city"] = new JsonObject { ["type"] = "string" } } },
            });
        if (!isModern)
            return [new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 900 + (int)Place, ["method"] = method, ["params"] = parameters }, Result(id, Content("done"))];
        var asked = new JsonObject { ["first"] = new JsonObject { ["method"] = method, ["params"] = parameters } };
        return [Result(id, new JsonObject { ["resultType"] = "input_required", ["inputRequests"] = asked })];
    }

    private static JsonObject Notification(string name, JsonObject parameters) =>
        new() { ["jsonrpc"] = "2.0", ["method"] = "notifications/" + name, ["params"] = parameters };

    private static JsonObject Result(JsonNode? id, JsonObject result)
    {
        result.TryAdd("resultType", "complete");
        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["result"] = result };
    }

    private static JsonObject Beside(JsonObject answer, string text)
    {
        answer["note"] = text;
        return answer;
    }

    private static JsonObject Content(params string[] texts) => new() { ["content"] = new JsonArray([.. texts.Select(Text)]) };

    private static JsonArray Messages(string text) => [new JsonObject { ["role"] = "user", ["content"] = Text(text) }];

    private static JsonNode Text(string text) => new JsonObject { ["type"] = "text", ["text"] = text };
}
