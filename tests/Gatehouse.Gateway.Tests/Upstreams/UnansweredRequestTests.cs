using System.Net;
using System.Text.Json;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Upstreams;

/// <summary>A client whose request gets no answer from the server gets an error for it, and does not wait until its own time limit.</summary>
public sealed class UnansweredRequestTests
{
    private const string Progress =
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"p\",\"progress\":1}}\n\n";

    private const string Named = "event: error\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"rate limited\"}}\n\n";

    [Theory]
    [InlineData(false, Named, true)]
    [InlineData(false, "id: e-1\n" + Named, true)]
    [InlineData(false, Progress, false)]
    [InlineData(false, "", false)]
    [InlineData(false, "id: e-1\ndata: {\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}\n\n", false)] // dropped, and its id with it
    [InlineData(true, Named, true)]
    [InlineData(true, "id: e-1\n" + Progress, false)]
    public async Task AStreamThatEndsAndCannotBeResumed_EndsWithAnErrorForTheRequest(bool modern, string events, bool isNamed)
    {
        var (error, ended) = await CallAsync(modern, events);
        Assert.Equal("GH7005", error!.Value.GetProperty("data").GetProperty("code").GetString());
        var parts = ended.GetProperty("parts").GetRawText();
        Assert.Contains("the stream ended without an answer", parts, StringComparison.Ordinal);
        Assert.Equal(isNamed, parts.Contains("event-name", StringComparison.Ordinal));
    }

    // SEP-1699: the server closes the stream, and its client asks for the rest.
    [Theory]
    [InlineData("id: e-1\ndata: \n\n")]
    [InlineData("id: e-1\n" + Progress)]
    public async Task AStreamThatCanBeResumed_EndsAsItIs(string events) => Assert.Null((await CallAsync(modern: false, events)).Error);

    [Theory]
    [InlineData(202)]
    [InlineData(204)]
    public async Task AStatusForNotifications_IsAFaultForARequest(int status)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("tools/call", (context, _) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        var era = new Era(gateway, modern: false, "alice");
        await era.BeginAsync();
        var (answered, body, _) = await gateway.CallAsync(era.Request("tools/call", "\"name\":\"echo\"", "echo"));
        Assert.Equal((HttpStatusCode.BadGateway, "GH7003"),
            (answered, body.GetProperty("error").GetProperty("data").GetProperty("code").GetString()));
    }

    private static async Task<(JsonElement? Error, JsonElement Ended)> CallAsync(bool modern, string events)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("tools/call", (context, _) => RecordingUpstream.Events(context, events));
        var era = new Era(gateway, modern, "alice");
        await era.BeginAsync();
        var parameters = modern ? "\"name\":\"echo\"" : "\"name\":\"echo\",\"_meta\":{\"progressToken\":\"p\"}";
        var (_, _, response) = await gateway.CallAsync(era.Request("tools/call", parameters, "echo"));
        var last = (await response.Content.ReadAsStringAsync()).Split('\n').LastOrDefault(line => line.StartsWith("data: {", StringComparison.Ordinal));
        JsonElement? error = last is not null && JsonDocument.Parse(last["data: ".Length..]).RootElement.TryGetProperty("error", out var found)
            ? found : null;
        return (error, gateway.EndedEntryOf(response));
    }
}
