using System.Net;
using System.Text;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests;

/// <summary>
/// Access tokens outside the Authorization header (RFC 6750 §2.3 and §5.3; OAuth 2.1 §5.1): refused before anything is forwarded, and in no record.
/// </summary>
[Trait("Requirement", "A11")]
[Trait("Requirement", "ID-05")]
public sealed class MisplacedTokenTests
{
    private const string Own = "ghr_0123456789-ABCDEFGHIJKLMNOPQRST_abcdefghijk";

    public static TheoryData<string> ModernPlaces { get; } =
    [
        "\"name\":\"echo\",\"arguments\":{\"a\":\"TOKEN\"}", "\"name\":\"echo\",\"arguments\":{\"TOKEN\":1}",
        "\"name\":\"echo\",\"arguments\":{\"a\":{\"b\":[1,\"Bearer TOKEN\"]}}", "\"name\":\"TOKEN\"",
        "\"name\":\"echo\",\"x\":\"https://a.example/?access_token=TOKEN\"",
        "\"name\":\"echo\",\"inputResponses\":{\"q\":{\"action\":\"accept\",\"content\":{\"a\":\"TOKEN\"}}}",
    ];

    public static TheoryData<string> LegacyBodies { get; } =
    [
        """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"a":"TOKEN"}}}""",
        """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","_meta":{"a":"TOKEN"}}}""",
        """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"TOKEN"}}""",
        """{"jsonrpc":"2.0","id":"TOKEN","method":"tools/call","params":{"name":"echo"}}""",
        """{"jsonrpc":"2.0","id":7,"method":"TOKEN"}""",
        """{"jsonrpc":"2.0","id":7,"method":"resources/read","params":{"uri":"demo://a/TOKEN"}}""",
        """{"jsonrpc":"2.0","id":7,"method":"resources/read","params":{"uri":"demo://a?access_token=TOKEN"}}""",
        """{"jsonrpc":"2.0","id":7,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"a","value":"TOKEN"}}}""",
        """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"TOKEN","progress":1}}""",
        """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"TOKEN"}}""",
        """{"jsonrpc":"2.0","id":1,"result":{"action":"accept","content":{"a":"TOKEN"}}}""",
        """{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"TOKEN"}}""",
    ];

    [Theory]
    [MemberData(nameof(ModernPlaces))]
    public async Task InAModernRequest_ATokenIsRefused_AndNothingIsForwarded(string parameters)
    {
        await using var gateway = await StartAsync();
        var token = gateway.Token();
        foreach (var misplaced in new[] { token, Own, gateway.Token("bob"), Convert.ToBase64String(Encoding.UTF8.GetBytes("x" + token)) })
        {
            var name = parameters.Contains("\"name\":\"TOKEN\"", StringComparison.Ordinal) ? misplaced : "echo";
            var request = gateway.Modern("tools/call", parameters.Replace("TOKEN", misplaced, StringComparison.Ordinal), name, token);
            await RequireRefusedAsync(gateway, request, misplaced);
        }

        RequireNowhere(gateway, token, Own);
    }

    [Theory]
    [MemberData(nameof(LegacyBodies))]
    public async Task InALegacyMessage_ATokenIsRefused_AndNothingIsForwarded(string body)
    {
        await using var gateway = await StartAsync();
        var token = gateway.Token();
        var session = await gateway.InitializeAsync(token);
        var before = gateway.Upstream.Received.Count;
        foreach (var misplaced in new[] { token, Own })
        {
            var request = gateway.Post(body.Replace("TOKEN", misplaced, StringComparison.Ordinal), token, ("Mcp-Session-Id", session),
                ("MCP-Protocol-Version", "2025-11-25"));
            var (status, answer, response) = await gateway.CallAsync(request);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.DoesNotContain(misplaced, answer.GetRawText(), StringComparison.Ordinal);
            Assert.Equal("GH3018", gateway.EndedEntryOf(response).GetProperty("code").GetString());
        }

        Assert.Equal(before, gateway.Upstream.Received.Count);
        RequireNowhere(gateway, token, Own);
    }

    [Fact]
    public async Task InAMirroredParameter_ATokenIsRefused()
    {
        await using var gateway = await StartAsync();
        var token = gateway.Token();
        var encoded = "=?base64?" + Convert.ToBase64String(Encoding.UTF8.GetBytes("Bearer " + token)) + "?=";
        foreach (var header in new[] { ("Mcp-Param-Key", token), ("Mcp-Param-Key", encoded), ("Mcp-Param-" + Own, "1") })
            await RequireRefusedAsync(gateway, gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", token, header), token);
        RequireNowhere(gateway, token, Own);
    }

    [Fact]
    public async Task InTheQueryThePathTheVerbOrAForm_ATokenIsRefused_AndInNoRecord()
    {
        await using var gateway = await StartAsync();
        var token = gateway.Token();
        foreach (var presented in new[] { token, "" })
        {
            var inQuery = gateway.Post(Call, presented);
            inQuery.RequestUri = new Uri(gateway.Url + "?access_token=" + token);
            Assert.Equal(HttpStatusCode.BadRequest, (await gateway.CallAsync(inQuery)).Status);
            var inPath = gateway.Post(Call, presented);
            inPath.RequestUri = new Uri(gateway.Url + "/" + token);
            Assert.Equal(HttpStatusCode.NotFound, (await gateway.CallAsync(inPath)).Status);
            var asVerb = gateway.Post(Call, presented);
            asVerb.Method = new HttpMethod(presented.Length > 0 ? token : Own);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, (await gateway.CallAsync(asVerb)).Status);
            var form = gateway.Post("", presented);
            form.Content = new FormUrlEncodedContent([new("access_token", token)]);
            var expected = presented.Length > 0 ? HttpStatusCode.UnsupportedMediaType : HttpStatusCode.Unauthorized;
            Assert.Equal(expected, (await gateway.CallAsync(form)).Status);
        }

        Assert.Contains(gateway.EntriesWithEnded(8), entry => entry.TryGetProperty("verb", out var verb) && verb.GetString() == "(token removed)");
        Assert.Empty(gateway.Upstream.Received);
        RequireNowhere(gateway, token, Own);
    }

    [Fact]
    public async Task TheDecisionPointAndTheKeptPayloads_GetNothing()
    {
        await using var gateway = await StartAsync(settings => settings with { Audit = settings.Audit with { KeepPayloads = true } });
        var token = gateway.Token();
        var request = gateway.Modern("tools/call", $"\"name\":\"echo\",\"arguments\":{{\"a\":\"{token}\"}}", "echo", token);
        var (_, _, response) = await gateway.CallAsync(request);
        var entry = gateway.EndedEntryOf(response);
        Assert.Equal("tools/call", entry.GetProperty("method").GetString());
        Assert.False(entry.TryGetProperty("sealedRequest", out _));
        Assert.False(entry.TryGetProperty("name", out _));
        Assert.Equal("validate:deny", entry.GetProperty("checks").EnumerateArray().Last().GetString());
        Assert.Contains("presented-token arguments", entry.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gha_ is the prefix of our tokens, and 43 characters follow it")]
    [InlineData("Authorization: Bearer <your token>")]
    [InlineData("ghp_0123456789abcdefghijklmnopqrstuvwxyz, the key of another service")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2Vsc2V3aGVyZS5leGFtcGxlIn0.c2lnbmF0dXJl")]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    public async Task ATextAboutTokens_AndAnotherServicesToken_Pass(string text)
    {
        await using var gateway = await StartAsync();
        await gateway.CallAsync(gateway.Modern("tools/call", $"\"name\":\"echo\",\"arguments\":{{\"a\":\"{text}\"}}", "echo"));
        Assert.Contains(text, Assert.Single(gateway.Upstream.Of("tools/call")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InTheAnswerOfAServer_ATokenOfTheGatewayOrOfTheCallerIsWithheld()
    {
        await using var gateway = await StartAsync();
        var token = gateway.Token();
        foreach (var leaked in new[] { Own, token })
        {
            gateway.Upstream.OnResult("tools/call",
                $"{{\"resultType\":\"complete\",\"content\":[{{\"type\":\"text\",\"text\":\"it is {leaked}\"}}]}}");
            var (_, body, response) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", token));
            Assert.Equal(8006, body.GetProperty("error").GetProperty("code").GetInt32());
            Assert.DoesNotContain(leaked, body.GetRawText(), StringComparison.Ordinal);
            Assert.Equal("GH8006", gateway.EndedEntryOf(response).GetProperty("code").GetString());
        }

        gateway.Upstream.OnResult("tools/call",
            $"{{\"resultType\":\"complete\",\"content\":[{{\"type\":\"text\",\"text\":\"a new token: {gateway.Token("bob")}\"}}]}}");
        Assert.True((await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", token))).Body.TryGetProperty("result", out _));
        RequireNowhere(gateway, token, Own);
    }

    private const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}""";

    private static Task<TestGateway> StartAsync(Func<GatewaySettings, GatewaySettings>? change = null) => TestGateway.StartAsync(change);

    private static async Task RequireRefusedAsync(TestGateway gateway, HttpRequestMessage request, string misplaced)
    {
        var (status, body, response) = await gateway.CallAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(-32600, body.GetProperty("error").GetProperty("code").GetInt32());
        Assert.DoesNotContain(misplaced, body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("GH3018", gateway.EndedEntryOf(response).GetProperty("code").GetString());
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    // The files of the gateway (log, store) and the lines for its operator.
    private static void RequireNowhere(TestGateway gateway, params string[] tokens)
    {
        var written = LeakSearch.Files(gateway.Host.State.Root).Append(LeakSearch.Text("diagnostics", gateway.Diagnostics)).ToList();
        Assert.NotEmpty(LeakSearch.Find("\"checks\":", written));
        foreach (var token in tokens) Assert.Empty(LeakSearch.Find(token, written));
    }
}
