using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Audit;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Audit.Verification.Proofs;
using Gatehouse.Gateway.Tests.Local;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>A caller that asks for a receipt gets one, of its own call and of nothing else; no server sees that it asked.</summary>
[Trait("Requirement", "AU-02")]
public sealed class ReceiptTests
{
    private const string Meta = "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}";
    private static readonly JsonSerializerOptions FewEscapes = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Asking = "\"gatehouse/receipt\":true";

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"TOKEN","_meta":{"gatehouse/receipt":1}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"TOKEN","method":"tools/call","params":{"name":"echo","_meta":{"gatehouse/receipt":1}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"resources/read","params":{"uri":"demo://a/TOKEN","_meta":{"gatehouse/receipt":1}}}""")]
    public async Task AMalformedAsk_DoesNotSwitchOffTheTokenCheck(string body)
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = gateway.Token();
        var session = await gateway.InitializeAsync(token);
        var (status, answer, _) = await gateway.CallAsync(gateway.Post(body.Replace("TOKEN", token, StringComparison.Ordinal), token,
            ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var last = token[^40..];
        Assert.DoesNotContain(last, answer.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.EntriesWithEnded(2), entry => entry.GetRawText().Contains(last, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ModernCall_GetsAReceipt_ThatTheLogKeeps(bool isStream)
    {
        await using var gateway = await TestGateway.StartAsync();
        if (isStream)
            gateway.Upstream.On("tools/call", (context, _) => RecordingUpstream.Events(context, "data: {\"jsonrpc\":\"2.0\",\r\ndata: \"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[],\"n\":1.50}}\n\n"));
        var request = Request("tools/call", "\"name\":\"echo\",\"arguments\":{\"e\":1e3,\"\\u0041\":\"\\u00e9\"}");
        var response = await gateway.SendAsync(Modern(gateway, request, "tools/call", "echo"));
        var answer = Json(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var receipt = ReceiptOf(gateway, request, answer);
        Assert.Equal(request.Replace("," + Asking, "", StringComparison.Ordinal), gateway.Upstream.Of("tools/call").Single().Text);
        var entry = gateway.EndedEntryOf(response);
        Assert.Equal(receipt.Receipt.Call.ToString(), entry.GetProperty("receipt").GetProperty("call").GetString());
        Assert.Equal(24, entry.GetProperty("receipt").GetProperty("blind").GetString()!.Length);
        await RequireKeptAsync(gateway, receipt);
        // The log holds nothing by which the call could be guessed.
        var salt = Convert.ToBase64String(receipt.Salt!.Value.Span);
        Assert.DoesNotContain(gateway.Entries(), one => one.GetRawText().Contains(salt, StringComparison.Ordinal));
    }

    // The event model says what the numbers count: an auditor must not take them for the size of the answer.
    [Fact]
    public async Task OutAndBytesOut_CountTheServersMessage_BeforeTheReceipt_AndNothingWhereTheGatewayAnswers()
    {
        const string Result = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[]}}";
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("tools/call", (context, _) => RecordingUpstream.Json(context, Result));
        var request = Request("tools/call", "\"name\":\"echo\",\"arguments\":{}");
        var plain = request.Replace("," + Asking, "", StringComparison.Ordinal);
        foreach (var body in (string[])[request, plain])
        {
            var response = await gateway.SendAsync(Modern(gateway, body, "tools/call", "echo"));
            var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(body == plain, answer == Result);
            Assert.Equal((1, Result.Length), Out(gateway.EndedEntryOf(response)));
        }

        var refused = await gateway.SendAsync(Modern(gateway, Request("tools/unknown", ""), "tools/unknown", null));
        Assert.NotEmpty(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal((0, 0), Out(gateway.EndedEntryOf(refused)));

        static (int, int) Out(JsonElement entry) => (entry.GetProperty("out").GetInt32(), entry.GetProperty("bytesOut").GetInt32());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LegacyCall_GetsAReceipt_FromTheHandshakeOn(bool isStream)
    {
        await using var gateway = await TestGateway.StartAsync();
        var initialize = TestGateway.InitializeBody.Replace("\"params\":{", "\"params\":{\"_meta\":{" + Asking + "},", StringComparison.Ordinal);
        var (_, begun, response) = await gateway.CallAsync(gateway.Post(initialize));
        await RequireKeptAsync(gateway, ReceiptOf(gateway, initialize, begun));
        var session = response.Headers.GetValues("Mcp-Session-Id").Single();
        gateway.Upstream.On("tools/call", (context, _) => isStream
            ? RecordingUpstream.Events(context, "id: 1\ndata: {\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"_meta\":{\"k\":1},\"content\":[]}}\n\n")
            : RecordingUpstream.Json(context, "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"_meta\":{\"k\":1},\"content\":[]}}"));
        var request = $"{{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",\"_meta\":{{{Asking},\"progressToken\":7}}}}}}";
        var answered = await gateway.SendAsync(gateway.Post(request, null, ("Mcp-Session-Id", session)));
        var answer = Json(await answered.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, answer.GetProperty("result").GetProperty("_meta").GetProperty("k").GetInt32());
        await RequireKeptAsync(gateway, ReceiptOf(gateway, request, answer));
        Assert.DoesNotContain(gateway.Upstream.Received, one => one.Text.Contains("gatehouse/receipt", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "{\"gatehouse/receipt\":R}")]
    [InlineData(",\"data\":{\"why\":[1]}", "{\"why\":[1],\"gatehouse/receipt\":R}")]
    [InlineData(",\"data\":{}", "{\"gatehouse/receipt\":R}")]
    [InlineData(",\"data\":\"words\"", "{\"gatehouse/data\":\"words\",\"gatehouse/receipt\":R}")]
    public async Task ErrorOfAServer_HasTheReceiptInItsData(string data, string expected)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("tools/call", (context, _) => RecordingUpstream.Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{{\"code\":-1,\"message\":\"no\"{data}}}}}"));
        var request = Request("tools/call", "\"name\":\"echo\"");
        var (_, answer, _) = await gateway.CallAsync(Modern(gateway, request, "tools/call", "echo"));
        ReceiptOf(gateway, request, answer);
        var got = answer.GetProperty("error").GetProperty("data");
        Assert.Equal(expected, got.GetRawText().Replace(got.GetProperty("gatehouse/receipt").GetRawText(), "R", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReceiptsOfRefusedAndPermittedCalls_HaveTheSameForm_AndTakeAsManyIndexes()
    {
        var rule = new PolicyRule
        {
            Id = "rule-canary",
            Who = new WhoClause { Subjects = new NameSet(["alice"]) },
            Tools = new NameSet(["echo"]),
            Directions = TestGateway.EveryDirection,
        };
        await using var gateway = await TestGateway.StartAsync(rules: [rule]);
        await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo")); // what happens once for a caller has happened
        await gateway.NothingUnderWayAsync();
        var receipts = new List<(bool IsRefused, GivenReceipt Receipt, JsonElement Member)>();
        for (var round = 0; round < 12; round++)
        {
            var name = (round % 4) switch { 0 or 1 => "echo", 2 => "secret", _ => "nothing" };
            var request = Request("tools/call", $"\"name\":\"{name}\"");
            var (_, answer, _) = await gateway.CallAsync(Modern(gateway, request, "tools/call", name));
            receipts.Add((answer.TryGetProperty("error", out _), ReceiptOf(gateway, request, answer), Member(answer)));
            await gateway.NothingUnderWayAsync();
        }

        Assert.Equal(6, receipts.Count(one => one.IsRefused));
        Assert.All(receipts, one =>
        {
            Assert.Equal(["note", "salt"], one.Member.EnumerateObject().Select(member => member.Name));
            Assert.Equal(["gatehouse-audit-receipt/v1", "log", "index", "leaf", "time", "within", "call"],
                one.Receipt.Note.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
            Assert.Single(one.Receipt.Note.Signatures);
        });
        Assert.Single(receipts.Select(one => (one.Receipt.Receipt with { Index = 0 }).ToText().Length).Distinct());
        // Each takes two entries, whatever was decided.
        Assert.All(receipts.Zip(receipts.Skip(1)), pair => Assert.Equal(2, pair.Second.Receipt.Receipt.Index - pair.First.Receipt.Receipt.Index));
        Assert.DoesNotContain(receipts, one => one.Member.GetRawText().Contains("canary", StringComparison.Ordinal));
        await RequireKeptAsync(gateway, receipts[2].Receipt);
    }

    [Theory]
    [InlineData("tools/list", "")]
    [InlineData("ping", "")]
    public async Task ReadingCall_GetsAReceiptToo(string method, string parameters)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.OnResult("ping", """{"resultType":"complete"}""");
        var request = Request(method, parameters);
        var (_, answer, _) = await gateway.CallAsync(Modern(gateway, request, method, null));
        await RequireKeptAsync(gateway, ReceiptOf(gateway, request, answer));
    }

    [Fact]
    public async Task ServersOwnReceipt_IsNone()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.OnResult("tools/call", """{"resultType":"complete","_meta":{"a":1,"gatehouse\/receipt":{"note":"forged"},"b":2},"content":[]}""");
        var request = Request("tools/call", "\"name\":\"echo\"");
        var (_, answer, _) = await gateway.CallAsync(Modern(gateway, request, "tools/call", "echo"));
        ReceiptOf(gateway, request, answer);
        Assert.DoesNotContain("forged", answer.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(2, answer.GetProperty("result").GetProperty("_meta").GetProperty("b").GetInt32());
    }

    [Fact]
    public async Task CallThatDoesNotAsk_GetsNone()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (_, answer, response) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        Assert.DoesNotContain("receipt", answer.GetRawText(), StringComparison.Ordinal);
        Assert.False(gateway.EndedEntryOf(response).TryGetProperty("receipt", out _));
        Assert.DoesNotContain(gateway.Entries(), entry => entry.GetRawText().Contains("receipt", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"yes\"")]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("1")]
    public async Task OtherForms_AreRefused_AndNothingIsForwarded(string value)
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var name in (string[])["gatehouse/receipt", "gatehouse\\/receipt"])
        {
            var request = Request("tools/call", "\"name\":\"echo\"").Replace(Asking, $"\"{name}\":{value}", StringComparison.Ordinal);
            var (status, answer, _) = await gateway.CallAsync(Modern(gateway, request, "tools/call", "echo"));
            Assert.Equal((HttpStatusCode.BadRequest, "GH3019"), (status, Code(answer)));
        }

        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Fact]
    public async Task Notification_GetsNoReceipt_AndIsRefused()
    {
        await using var gateway = await TestGateway.StartAsync();
        var session = await gateway.InitializeAsync();
        var (status, _, _) = await gateway.CallAsync(gateway.Post(
            $"{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\",\"params\":{{\"_meta\":{{{Asking}}}}}}}", null, ("Mcp-Session-Id", session)));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Empty(gateway.Upstream.Of("notifications/initialized"));
    }

    [Theory]
    [InlineData(AuditUnavailableMode.Refuse)]
    [InlineData(AuditUnavailableMode.Allow)]
    public async Task LogThatCannotPromise_GivesNoReceipt_AndTheConfigurationSaysWhatElse(AuditUnavailableMode mode)
    {
        // It keeps every entry, and cannot make one durable before the answer.
        await using var gateway =
            await TestGateway.StartAsync(s => s with { Audit = s.Audit with { WhenUnavailable = mode } }, audit: new BrokenLog());
        var (_, answer, _) = await gateway.CallAsync(Modern(gateway, Request("tools/list", ""), "tools/list", null));
        Assert.DoesNotContain("gatehouse/receipt", answer.GetRawText(), StringComparison.Ordinal);
        if (mode == AuditUnavailableMode.Refuse) Assert.Equal("GH9001", Code(answer));
        else Assert.True(answer.TryGetProperty("result", out _));

        // A call that may act is never answered without what it asked for.
        var (_, acted, _) = await gateway.CallAsync(Modern(gateway, Request("tools/call", "\"name\":\"echo\""), "tools/call", "echo"));
        Assert.DoesNotContain("gatehouse/receipt", acted.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("GH9001", Code(acted));
    }

    [Fact]
    public async Task TooManyReceipts_AreRefused_BeforeTheServerIsAsked()
    {
        await using var gateway = await TestGateway.StartAsync(audit: new SparingLog());
        var (status, answer, _) = await gateway.CallAsync(Modern(gateway, Request("tools/call", "\"name\":\"echo\""), "tools/call", "echo"));
        Assert.Equal((HttpStatusCode.TooManyRequests, "GH9009"), (status, Code(answer)));
        Assert.DoesNotContain("gatehouse/receipt", answer.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"))).Status);
    }

    // A promise that the log may not keep is none.
    [Fact]
    public async Task LogWithoutCheckpointsForHalfOfTheTime_GivesNoReceipt_AndNoServerIsAsked()
    {
        await using var gateway = await TestGateway.StartAsync(audit: new SparingLog { MayPromise = false });
        var (status, answer, _) = await gateway.CallAsync(Modern(gateway, Request("tools/call", "\"name\":\"echo\""), "tools/call", "echo"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "GH9001"), (status, Code(answer)));
        Assert.DoesNotContain("gatehouse/receipt", answer.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"))).Status);
    }

    /// <summary>A caller without any right cannot fill the log by asking for receipts: its refusals have one bound.</summary>
    [Fact]
    public async Task RefusedCaller_WritesNoMore_BecauseItAsksForReceipts()
    {
        var rule = new PolicyRule
        {
            Id = "r",
            Who = new WhoClause { Subjects = new NameSet(["alice"]) },
            Tools = new NameSet(["echo"]),
            Directions = TestGateway.EveryDirection,
        };
        await using var gateway = await TestGateway.StartAsync(rules: [rule]);
        await gateway.Host.Core.Services.Audit.FlushAsync();
        var before = gateway.Host.AuditStatistics.Entries;
        var started = TimeProvider.System.GetTimestamp();
        var receipts = 0;
        for (var i = 0; i < 300; i++)
        {
            var (_, answer, _) = await gateway.CallAsync(Modern(gateway, Request("tools/call", "\"name\":\"secret\""), "tools/call", "secret"));
            Assert.True(answer.TryGetProperty("error", out _));
            if (answer.GetRawText().Contains("gatehouse/receipt", StringComparison.Ordinal)) receipts++;
        }

        await gateway.Host.Core.Services.Audit.FlushAsync();
        var seconds = (long)Math.Ceiling(TimeProvider.System.GetElapsedTime(started).TotalSeconds);
        // 300 in a row and one a second, of which a receipt takes two; and the entries in which the rest is counted, one a minute.
        Assert.InRange(receipts, 1, 150 + (seconds / 2));
        Assert.InRange(gateway.Host.AuditStatistics.Entries - before, 2 * receipts, 301 + seconds + (seconds / 60) + 10);
        // A permitted call has its receipt nevertheless.
        var (_, permitted, _) = await gateway.CallAsync(Modern(gateway, Request("tools/call", "\"name\":\"echo\""), "tools/call", "echo"));
        Assert.Contains("gatehouse/receipt", permitted.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrappedServer_GivesReceiptsOverItsLines()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        var request = $"{{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{{\"name\":\"work\",\"_meta\":{{{Asking}}}}}}}";
        await wrapper.SayAsync(request);
        await wrapper.GiveToolsAsync();
        var heard = await wrapper.ChildHearsJsonAsync();
        Assert.DoesNotContain("receipt", heard.GetRawText(), StringComparison.Ordinal);
        await wrapper.ChildAnswersAsync(heard, """{"content":[]}""");
        var audit = Path.Join(fixture.Places.State, "audit");
        var answer = await wrapper.HearJsonAsync();
        Assert.True(answer.TryGetProperty("result", out _), answer.GetRawText());
        await RequireKeptAsync(audit, ReceiptOf(audit, request, answer));

        // A line that is refused has one as well.
        await wrapper.SayAsync(request.Replace("\"name\":\"work\"", "\"name\":7", StringComparison.Ordinal));
        var refused = await wrapper.HearJsonAsync();
        Assert.True(refused.TryGetProperty("error", out _));
        ReceiptOf(audit, request.Replace("\"name\":\"work\"", "\"name\":7", StringComparison.Ordinal), refused);
    }

    private static string Request(string method, string parameters) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{{{(parameters.Length == 0 ? "" : parameters + ",")}\"_meta\":{{{Meta},{Asking}}}}}}}";

    private static HttpRequestMessage Modern(TestGateway gateway, string body, string method, string? name) => gateway.Post(body, null,
        [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method), .. name is null ? [] : new[] { ("Mcp-Name", name) }]);

    private static string? Code(JsonElement answer) => answer.GetProperty("error").GetProperty("data").GetProperty("code").GetString();

    private static JsonElement Json(string body)
    {
        var isEvent = !body.StartsWith('{');
        return JsonDocument.Parse(isEvent ? body.Split('\n').Single(line => line.StartsWith("data: {", StringComparison.Ordinal))[6..] : body).RootElement;
    }

    private static JsonElement Member(JsonElement answer) => (answer.TryGetProperty("result", out var result)
        ? result.GetProperty("_meta") : answer.GetProperty("error").GetProperty("data")).GetProperty("gatehouse/receipt");

    private static GivenReceipt ReceiptOf(TestGateway gateway, string request, JsonElement answer) =>
        ReceiptOf(gateway.Host.State.Audit, request, answer);

    // The holder's side, without code of the gateway but for the signature: the hash is made from what was sent and what came back.
    private static GivenReceipt ReceiptOf(string audit, string request, JsonElement answer)
    {
        var given = GivenReceipt.Parse(Encoding.UTF8.GetBytes(answer.GetRawText()))!;
        using var log = EvidenceLog.In(audit)[^1].Open();
        var keys = log.Keys().Select(line => NoteKey.TryParse(line, out var key, out _) ? key : null).OfType<NoteKey>().ToList();
        Assert.Single(given.Note.Verified(keys)!);
        var got = answer.TryGetProperty("result", out _) ? Digest(answer.GetRawText(), "result", "_meta") : Digest(answer.GetRawText(), "error", "data");
        var call = SHA256.HashData([.. "gatehouse-call/v1\n"u8, .. given.Salt!.Value.Span, .. Digest(request, "params", "_meta"), .. got]);
        Assert.Equal(Convert.ToBase64String(call), given.Receipt.Call.ToString());
        return given;
    }

    private static byte[] Digest(string message, string outer, string inner)
    {
        var root = JsonNode.Parse(message)!.AsObject();
        var container = root[outer]![inner]!.AsObject();
        Assert.True(container.Remove("gatehouse/receipt"));
        if (container.Count == 0) root[outer]!.AsObject().Remove(inner);
        var text = new StringBuilder();
        Canonical(root, text);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    // RFC 8785 for the messages of these tests: no number of theirs needs an exponent.
    private static void Canonical(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case JsonObject one:
                var members = one.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => Plain(member.Key) + ":" + Of(member.Value));
                text.Append('{').AppendJoin(',', members).Append('}');
                break;
            case JsonArray list:
                text.Append('[').AppendJoin(',', list.Select(Of)).Append(']');
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                text.Append(value.GetValue<double>().ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                text.Append(Plain(value.GetValue<string>()));
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private static string Of(JsonNode? node)
    {
        var text = new StringBuilder();
        Canonical(node, text);
        return text.ToString();
    }

    private static string Plain(string text) => JsonSerializer.Serialize(text, FewEscapes);

    private static Task RequireKeptAsync(TestGateway gateway, GivenReceipt receipt) => RequireKeptAsync(gateway.Host.State.Audit, receipt);

    private static async Task RequireKeptAsync(string audit, GivenReceipt receipt)
    {
        ReceiptAnswer? answer = null;
        await Eventually.TrueAsync(() => (answer = ReceiptProof.Of(audit, receipt, DateTimeOffset.UtcNow)).State != ReceiptState.Pending, "a checkpoint covers it");
        Assert.Equal(ReceiptState.Kept, answer!.State);
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, answer.Evidence, TestContext.Current.CancellationToken);
        using var log = EvidenceLog.In(audit)[^1].Open();
        Assert.True(NoteKey.TryParse(log.Keys()[0], out var key, out _));
        Assert.True(EvidenceCheck.Check(file, [key], []).IsVouched);
        File.Delete(file);
    }

    /// <summary>A log whose callers got all the receipts that they may.</summary>
    private sealed class SparingLog : IAuditLog
    {
        public bool IsAvailable => true;

        public AuditLogStatistics Statistics => default;

        public ValueTask AppendDurableAsync(AuditEntry entry) => ValueTask.CompletedTask;

        public bool TryAppend(AuditEntry entry) => true;

        public bool MayPromise { get; init; } = true;

        public bool TryCountReceipt(object? owner, bool isRefusal = false) => false;

        public ValueTask FlushAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
