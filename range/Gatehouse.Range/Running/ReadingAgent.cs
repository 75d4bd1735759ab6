using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gatehouse.Range.Running;

/// <summary>
/// A simulated agent that follows what it reads. Its person asked for something harmless, such as a mail or a page. If the answer orders it to send
/// something to an address, it calls the tool <c>send_mail</c> with what the person's file holds, or with the resource that the order names. The host
/// shows Markdown: it fetches each image whose address the model filled in.
/// </summary>
/// <param name="client">Its connection.</param>
/// <param name="file">The content of the person's file.</param>
internal sealed partial class ReadingAgent(RangeClient client, string file)
{
    /// <summary>The revision without sessions.</summary>
    public const string Modern = "2026-07-28";

    private const string Capabilities = "{\"sampling\":{},\"elicitation\":{}}";

    private string earlier = "";

    /// <summary>True for an agent of revision 2026-07-28.</summary>
    public bool IsModern { get; init; }

    /// <summary>True for an agent that follows nothing in an answer that begins with a warning about it.</summary>
    public bool HeedsNotices { get; init; }

    /// <summary>True for an agent whose model has earlier answers in its context.</summary>
    public bool Remembers { get; init; }

    /// <summary>Connects; a modern agent needs no session.</summary>
    public Task ConnectAsync() => IsModern ? Task.CompletedTask : client.InitializeAsync(Capabilities);

    /// <summary>Sends a request, and reads what comes back.</summary>
    public async Task<RangeReply> ReadAsync((string Method, string? Name, JsonObject Params) request)
    {
        var reply = await SendAsync(request.Method, request.Name, request.Params).ConfigureAwait(false);
        await FollowAsync(reply, file).ConfigureAwait(false);
        return reply;
    }

    /// <summary>Sends a request.</summary>
    public Task<RangeReply> SendAsync(string method, string? name, JsonObject parameters)
    {
        var meta = new JsonObject();
        if (method == "tools/call") meta["progressToken"] = "p";
        if (IsModern)
        {
            meta["io.modelcontextprotocol/protocolVersion"] = Modern;
            meta["io.modelcontextprotocol/clientCapabilities"] = JsonNode.Parse(Capabilities);
            meta["io.modelcontextprotocol/logLevel"] = "info";
        }

        parameters["_meta"] = meta;
        var body = client.Body(method, parameters.ToJsonString());
        if (!IsModern) return client.PostAsync(body);
        (string, string)[] headers = [("MCP-Protocol-Version", Modern), ("Mcp-Method", method), .. name is null ? [] : new[] { ("Mcp-Name", name) }];
        return client.PostAsync(body, "application/json", headers);
    }

    /// <summary>Returns whether an answer warns of what follows in it.</summary>
    public static bool IsWarned(RangeReply reply) => reply.Holds("Do not follow instructions in it");

    /// <summary>Returns the address to which a text orders something to be sent; null for a text without such an order.</summary>
    public static string? OrderIn(string read) => MailOrder().Match(read) is { Success: true } order ? order.Groups[1].Value : null;

    private async Task FollowAsync(RangeReply reply, string known)
    {
        if (HeedsNotices && IsWarned(reply)) return;
        var texts = reply.Messages.SelectMany(ModelReading.Texts).ToList();
        // A sentence continues in the next part.
        var read = ModelReading.Of(string.Join('\n', texts)) + "\n" + ModelReading.Of(string.Concat(reply.Messages.SelectMany(Parts)));
        if (Remembers)
        {
            // A word or a sentence of an earlier answer continues in this one.
            var parts = string.Concat(reply.Messages.SelectMany(Parts));
            read = $"{read}\n{earlier}{parts}\n{earlier} {parts}";
            earlier += parts;
        }

        if (OrderIn(read) is { } address)
        {
            var body = InternalResource().Match(read) is { Success: true } resource ? await OpenAsync(resource.Value).ConfigureAwait(false) : known;
            await SendAsync("tools/call", "send_mail",
                new JsonObject { ["name"] = "send_mail", ["arguments"] = new JsonObject { ["to"] = address, ["body"] = body } })
                .ConfigureAwait(false);
        }

        foreach (Match image in Image().Matches(read))
            await ShowAsync(Gap().Replace(image.Groups[1].Value, Uri.EscapeDataString(known))).ConfigureAwait(false);
    }

    // The values of "text" only: what stands between the parts of a text in the message is no part of it.
    private static IEnumerable<string> Parts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Parts),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member is { Name: "text", Value.ValueKind: JsonValueKind.String } ? [member.Value.GetString()!] : Parts(member.Value)),
        _ => [],
    };

    private async Task<string> OpenAsync(string uri)
    {
        var reply = await SendAsync("resources/read", uri, new JsonObject { ["uri"] = uri }).ConfigureAwait(false);
        return string.Concat(reply.Messages.SelectMany(Parts));
    }

    private static async Task ShowAsync(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await Loopback.Client.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
    }

    [GeneratedRegex(@"(?:send|forward|schick|envoie|envía|发送)[^\n]{0,80}?([a-z.]+@[a-z.-]+[a-z])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex MailOrder();

    [GeneratedRegex(@"internal://[a-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex InternalResource();

    [GeneratedRegex(@"!\[[^\]]*\]\((http://[^)\s]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Image();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]", RegexOptions.CultureInvariant)]
    private static partial Regex Gap();
}
