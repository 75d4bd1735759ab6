using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Range.Running;

/// <summary>A plain MCP client over HTTP that sends whatever a script tells it to.</summary>
internal sealed class RangeClient(Uri endpoint, string? token)
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(20);

    // A local server is started up to four times one after the other before its first session is there: the gateway asks for the era, for the
    // handshake and for the definitions, each in a process of its own. What is sent without the session would be refused for another reason.
    private static readonly TimeSpan PatienceToBegin = TimeSpan.FromSeconds(60);

    private int lastId;
    private string? nonce;

    /// <summary>The session; set by <see cref="InitializeAsync"/> or by whoever stole one.</summary>
    public string? SessionId { get; set; }

    /// <summary>The value of Host; null sends the endpoint's own.</summary>
    public string? Host { get; set; }

    /// <summary>The value of Origin; null sends none.</summary>
    public string? Origin { get; set; }

    /// <summary>What the proxy that ended TLS says of this client's certificate (RFC 9440); null says nothing.</summary>
    public string? Certificate { get; set; }

    /// <summary>Makes a proof of possession for an HTTP method and, where the server gave one, its nonce; null sends a plain bearer token.</summary>
    public Func<string, string?, string>? Prove { get; set; }

    /// <summary>The proof of the last request.</summary>
    public string? LastProof { get; private set; }

    /// <summary>How long answers are waited for; a session that begins is waited for longer unless this is set.</summary>
    public TimeSpan Patience { get; set; } = DefaultPatience;

    /// <summary>Returns the result with which the client answers a question on the stream of a request; null answers none.</summary>
    public Func<JsonElement, string>? Answer { get; set; }

    /// <summary>The id of the last request.</summary>
    public int LastId => lastId;

    /// <summary>Begins a session of revision 2025-11-25.</summary>
    public async Task<RangeReply> InitializeAsync(string capabilities = "{}", string client = "client")
    {
        var patience = Patience;
        if (patience == DefaultPatience) Patience = PatienceToBegin;
        var reply = await PostAsync(Body("initialize",
            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":" + capabilities + ",\"clientInfo\":{\"name\":"
                + JsonSerializer.Serialize(client) + ",\"version\":\"1\"}}")).ConfigureAwait(false);
        var id = lastId;
        Patience = patience;
        SessionId = reply.SessionId;
        if (reply.Result(id) is not null) await PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""").ConfigureAwait(false);
        return reply;
    }

    /// <summary>Calls a tool.</summary>
    public Task<RangeReply> CallAsync(string tool, object? arguments = null) =>
        PostAsync(CallBody(tool, arguments));

    /// <summary>The body of a call with the next id.</summary>
    public string CallBody(string tool, object? arguments = null) =>
        Body("tools/call", JsonSerializer.Serialize(new { name = tool, arguments = arguments ?? new { } }));

    /// <summary>A request with the next id.</summary>
    public string Body(string method, string parameters)
    {
        var id = (++lastId).ToString(CultureInfo.InvariantCulture);
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}";
    }

    /// <summary>Sends a request that names nothing.</summary>
    public Task<RangeReply> AskAsync(string method) =>
        PostAsync(Body(method, "{}"));

    /// <summary>Sends a body as it is.</summary>
    public Task<RangeReply> PostAsync(string body, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null) content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return PostAsync(content, headers);
    }

    // A server may ask for its nonce once (RFC 9449 §8); then the same is sent with it.
    private async Task<RangeReply> PostAsync(ByteArrayContent content, (string Name, string Value)[] headers)
    {
        var asked = nonce;
        var answered = new HashSet<string>(StringComparer.Ordinal);
        var reply = await SendAsync(new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = content }, "application/json, text/event-stream",
            text => AnswerQuestions(text, answered), headers).ConfigureAwait(false);
        if (Prove is null || reply.Status != 401 || nonce == asked) return reply;
        var again = new ByteArrayContent(await content.ReadAsByteArrayAsync().ConfigureAwait(false));
        again.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = again }, "application/json, text/event-stream",
            _ => false, headers).ConfigureAwait(false);
    }

    // The stream of a request is read while the answer to a question on it is sent.
    private bool AnswerQuestions(string text, HashSet<string> answered)
    {
        if (Answer is not { } answer) return false;
        foreach (var question in Parse(0, text[..(text.LastIndexOf('\n') + 1)], null).Messages)
        {
            if (!question.TryGetProperty("method", out _) || !question.TryGetProperty("id", out var id) || !answered.Add(id.GetRawText())) continue;
            _ = PostAsync($"{{\"jsonrpc\":\"2.0\",\"id\":{id.GetRawText()},\"result\":{answer(question)}}}");
        }

        return false;
    }

    /// <summary>Opens a stream and reads it until it ends, the time is over, or enough was seen.</summary>
    public Task<RangeReply> GetAsync(Func<string, bool> enough, params (string Name, string Value)[] headers) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, endpoint), "text/event-stream", enough, headers);

    /// <summary>Ends the session.</summary>
    public Task<RangeReply> DeleteAsync() => SendAsync(new HttpRequestMessage(HttpMethod.Delete, endpoint), "application/json", _ => false, []);

    private async Task<RangeReply> SendAsync(HttpRequestMessage request, string accept, Func<string, bool> enough,
        (string Name, string Value)[] headers)
    {
        Complete(request, accept, headers);
        using var patience = new CancellationTokenSource(Patience);
        var text = new StringBuilder();
        var status = 0;
        string? session = null;
        try
        {
            using var response = await Loopback.Client.SendAsync(request, patience.Token).ConfigureAwait(false);
            status = (int)response.StatusCode;
            if (response.Headers.TryGetValues("DPoP-Nonce", out var nonces)) nonce = nonces.First();
            session = response.Headers.TryGetValues("Mcp-Session-Id", out var values) ? values.First() : null;
            await ReadAsync(response, text, enough, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
        {
            // What came until then is the answer; without a status there is none.
        }

        return Parse(status, text.ToString(), session);
    }

    private void Complete(HttpRequestMessage request, string accept, (string Name, string Value)[] headers)
    {
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue(Prove is null ? "Bearer" : "DPoP", token);
        if (Prove is not null) request.Headers.TryAddWithoutValidation("DPoP", LastProof = Prove(request.Method.Method, nonce));
        if (SessionId is not null) request.Headers.TryAddWithoutValidation("Mcp-Session-Id", SessionId);
        if (SessionId is not null) request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2025-11-25");
        if (Host is not null) request.Headers.Host = Host;
        if (Origin is not null) request.Headers.TryAddWithoutValidation("Origin", Origin);
        if (Certificate is not null) request.Headers.TryAddWithoutValidation("Client-Cert", Certificate);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
    }

    private static async Task ReadAsync(HttpResponseMessage response, StringBuilder text, Func<string, bool> enough, CancellationToken cancellation)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), Encoding.UTF8);
        var buffer = new char[8192];
        while (await reader.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            text.Append(buffer, 0, read);
            if (enough(text.ToString())) return;
        }
    }

    private static RangeReply Parse(int status, string text, string? session)
    {
        var messages = new List<JsonElement>();
        var eventIds = new List<string>();
        if (text.StartsWith('{') || text.StartsWith('['))
        {
            Add(messages, text);
        }
        else
        {
            foreach (var line in text.Split('\n'))
            {
                if (line.StartsWith("data:", StringComparison.Ordinal)) Add(messages, line[5..].Trim());
                if (line.StartsWith("id:", StringComparison.Ordinal)) eventIds.Add(line[3..].Trim());
            }
        }

        return new RangeReply(status, messages, eventIds, text, session);
    }

    private static void Add(List<JsonElement> messages, string json)
    {
        try
        {
            var root = JsonDocument.Parse(json).RootElement;
            if (root.ValueKind == JsonValueKind.Array) messages.AddRange(root.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object));
            else if (root.ValueKind == JsonValueKind.Object) messages.Add(root);
        }
        catch (JsonException)
        {
            // Junk stays in the text.
        }
    }
}
