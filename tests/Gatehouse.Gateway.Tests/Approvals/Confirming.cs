using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Configuration;
using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>A gateway whose policy asks for a confirmation of each call of a tool, and clients of both eras that are asked.</summary>
internal static class Confirming
{
    public const string Form = "{\"elicitation\":{\"form\":{}}}";

    public static ApprovalTerms Terms { get; } = new() { Strength = ApprovalStrength.Confirm };

    /// <summary>The rule that permits the calls, and asks for their confirmation.</summary>
    public static PolicyRule Calls { get; } = AskingGateway.Calls with { Obligations = [Obligation.ForApproval(Terms)] };

    /// <summary>The answer of a person who chose a value.</summary>
    public static string Chose(string value) => $"{{\"action\":\"accept\",\"content\":{{\"decision\":{JsonSerializer.Serialize(value)}}}}}";

    /// <summary>The only answer that is a yes.</summary>
    public static string Yes { get; } = Chose(ConfirmationForm.Yes);

    public static Task<AskingGateway> StartAsync(
        TemporaryStore? data = null, TimeProvider? time = null, ApprovalTerms? terms = null, Func<GatewaySettings, GatewaySettings>? change = null,
        Func<ConfigurationResult>? reload = null, bool keepState = false, IEnumerable<PolicyRule>? rules = null, Func<IStore, IStore>? around = null,
        IAuditLog? audit = null) =>
        AskingGateway.StartAsync(data, time, terms ?? Terms, change, reload, around, keepState, rules, audit);

    /// <summary>Begins as a caller whose client shows forms.</summary>
    public static async Task<Era> BeginAsync(AskingGateway asking, bool modern = true, string subject = "alice", string capabilities = Form)
    {
        var era = new Era(asking.Gateway, modern, subject);
        await era.BeginAsync(capabilities);
        return era;
    }

    /// <summary>Asks for a call, and answers the question as a client of the era does. Returns the answer to the call.</summary>
    public static async Task<JsonElement> CallAsync(AskingGateway asking, Era era, bool modern, string answer, string arguments = "{\"amount\":10}")
    {
        if (modern) return await (await ModernQuestion.AskAsync(era, arguments)).AnswerAsync(answer);
        using var question = await LegacyQuestion.AskAsync(asking, era, arguments);
        await question.AnswerAsync(answer);
        return await question.ResultAsync();
    }

    /// <summary>Acts of the entries about confirmations and approvals, in their order.</summary>
    public static IReadOnlyList<string> Acts(AskingGateway asking) =>
        [.. Entries(asking).Select(static entry => entry.GetProperty("act").GetString()!)];

    /// <summary>The entries about confirmations and approvals, in their order.</summary>
    public static IReadOnlyList<JsonElement> Entries(AskingGateway asking) =>
    [
        .. asking.Gateway.Entries().Where(static entry => entry.TryGetProperty("act", out var act) && IsOne(act.GetString()!)),
    ];

    private static bool IsOne(string act) =>
        act.StartsWith("confirmation.", StringComparison.Ordinal) || act.StartsWith("approval.", StringComparison.Ordinal);
}

/// <summary>The question of a result that asks for input (modern era).</summary>
/// <param name="Era">The caller.</param>
/// <param name="Arguments">Arguments of the call.</param>
/// <param name="Key">The key of the question.</param>
/// <param name="Parameters">The params of the question.</param>
/// <param name="State">The state.</param>
internal sealed record ModernQuestion(Era Era, string Arguments, string Key, JsonElement Parameters, string State)
{
    public static async Task<ModernQuestion> AskAsync(Era era, string arguments = "{\"amount\":10}", string more = "") =>
        Of(era, arguments, await Rounds.CallAsync(era, more, arguments));

    /// <summary>Reads the question in an answer.</summary>
    public static ModernQuestion Of(Era era, string arguments, JsonElement answer)
    {
        Assert.True(answer.TryGetProperty("result", out var result), answer.GetRawText());
        Assert.Equal(["resultType", "inputRequests", "requestState"], result.EnumerateObject().Select(static member => member.Name));
        Assert.Equal("input_required", result.GetProperty("resultType").GetString());
        var question = Assert.Single(result.GetProperty("inputRequests").EnumerateObject());
        Assert.Equal("elicitation/create", question.Value.GetProperty("method").GetString());
        var state = result.GetProperty("requestState").GetString()!;
        return new ModernQuestion(era, arguments, question.Name, question.Value.GetProperty("params"), state);
    }

    /// <summary>Sends the call again with an answer and the state.</summary>
    public Task<JsonElement> AnswerAsync(string answer, Era? era = null, string? arguments = null, string more = "") =>
        SendAsync($"{{{JsonSerializer.Serialize(Key)}:{answer}}}", era, arguments, more);

    /// <summary>The parameters of the call with an answer and the state, for a request of one's own.</summary>
    public string Again(string answer) => $"{AskingGateway.Echo(Arguments)},\"requestState\":{JsonSerializer.Serialize(State)}"
        + $",\"inputResponses\":{{{JsonSerializer.Serialize(Key)}:{answer}}}";

    /// <summary>Sends the call again with all answers and the state.</summary>
    public Task<JsonElement> SendAsync(string responses, Era? era = null, string? arguments = null, string more = "") =>
        Rounds.AgainAsync(era ?? Era, State, $",\"inputResponses\":{responses}{more}", arguments ?? Arguments);
}

/// <summary>The question on the stream of a call (legacy era), and the answer to the call after it.</summary>
internal sealed class LegacyQuestion : IDisposable
{
    private readonly AskingGateway asking;
    private readonly Era era;
    private readonly HttpResponseMessage response;
    private readonly StreamReader reader;

    private LegacyQuestion(AskingGateway asking, Era era, HttpResponseMessage response, StreamReader reader)
    {
        this.asking = asking;
        this.era = era;
        this.response = response;
        this.reader = reader;
    }

    /// <summary>The request of the gateway.</summary>
    public JsonElement Request { get; private set; }

    public JsonElement Parameters => Request.GetProperty("params");

    public string Id => Request.GetProperty("id").GetRawText();

    public static async Task<LegacyQuestion> AskAsync(AskingGateway asking, Era era, string arguments = "{\"amount\":10}")
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var response = await client.SendAsync(
            era.Request("tools/call", AskingGateway.Echo(arguments), "echo"), HttpCompletionOption.ResponseHeadersRead);
        var question = new LegacyQuestion(asking, era, response, new StreamReader(await response.Content.ReadAsStreamAsync()));
        question.Request = await question.NextAsync();
        Assert.True(question.Request.TryGetProperty("method", out var method), question.Request.GetRawText());
        Assert.Equal("elicitation/create", method.GetString());
        return question;
    }

    /// <summary>Sends the client's response, and returns the status.</summary>
    public Task<System.Net.HttpStatusCode> AnswerAsync(string result, Era? other = null) => PostAsync((other ?? era).Answer(Id, result));

    /// <summary>Sends an error as the client's response, and returns the status.</summary>
    public Task<System.Net.HttpStatusCode> FailAsync() =>
        PostAsync(era.Notify($"{{\"jsonrpc\":\"2.0\",\"id\":{Id},\"error\":{{\"code\":-32601,\"message\":\"no forms\"}}}}"));

    /// <summary>The next message on the stream.</summary>
    public async Task<JsonElement> NextAsync()
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: {", StringComparison.Ordinal)) return JsonDocument.Parse(line["data: ".Length..]).RootElement;
        }

        throw new EndOfStreamException("the stream ended");
    }

    /// <summary>The answer to the call.</summary>
    public async Task<JsonElement> ResultAsync()
    {
        var next = await NextAsync();
        return next.TryGetProperty("method", out _) ? await ResultAsync() : next;
    }

    public void Dispose() => response.Dispose();

    private async Task<System.Net.HttpStatusCode> PostAsync(HttpRequestMessage request) => (await asking.Gateway.CallAsync(request)).Status;
}
