using System.Net;
using System.Text.Json;
using Gatehouse.Gateway.Tests.Local;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Policy.Matching;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Holding;

/// <summary>
/// Rules of requests, from the client to the server: verdicts, edits of several rules, and the decision about what they made of the message.
/// </summary>
[Trait("NoRetry", "yes")]
public sealed class RequestRuleTests
{
    private const string Call = "\"name\":\"echo\",\"arguments\":{\"text\":\"say secret now\"}";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnEdit_ReachesTheServer_AndIsDecidedOnOnceMore(bool modern)
    {
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(null, TestRule.Replacing("redact", "secret", "[removed]")));
        var (ended, sent) = await CalledAsync(gateway, modern);
        Assert.Equal("say [removed] now", sent);
        Assert.Equal(2, Checks(ended).Count(check => check == "authorize"));
        Assert.Equal(2, Parts(ended, "decision")
            .Sum(part => part.TryGetProperty("n", out var n) || part.TryGetProperty("count", out n) ? n.GetInt32() : 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AMessageThatNoRuleChanged_IsDecidedOnOnce(bool modern)
    {
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(null, TestRule.Replacing("redact", "not there", "")));
        var (ended, sent) = await CalledAsync(gateway, modern);
        Assert.Equal("say secret now", sent);
        Assert.Single(Checks(ended), check => check == "authorize");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OfTwoRulesThatEditOneText_TheStrongerWins_WhateverTheirOrder(bool modern)
    {
        var annotate = TestRule.Replacing("mark", "secret now", "**secret now**", EditStrength.Annotate);
        var redact = TestRule.Replacing("redact", "secret", "[removed]", EditStrength.Remove);
        foreach (var rules in new TestRule[][] { [annotate, redact], [redact, annotate] })
        {
            await using var gateway = await HostFixture.StartAsync(HostFixture.With(null, rules));
            Assert.Equal("say [removed]", (await CalledAsync(gateway, modern)).Sent);
        }
    }

    // One rule writes the text in another form and does not know what the other takes out of it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OfTwoEquallyStrongEdits_NoneCarriesWhatTheOtherTakesOut(bool modern)
    {
        var form = TestRule.Replacing("form", "say secret now", "Say secret now.");
        var redact = TestRule.Replacing("redact", "secret", "[removed]");
        foreach (var rules in new TestRule[][] { [form, redact], [redact, form] })
        {
            await using var gateway = await HostFixture.StartAsync(HostFixture.With(null, rules));
            var era = new Era(gateway, modern, "alice");
            await era.BeginAsync();
            await era.AskAsync("tools/call", Call, "echo");
            Assert.DoesNotContain(gateway.Upstream.Of("tools/call"), call => call.Text.Contains("secret", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnEditThatThePolicyForbids_IsTheEndOfTheCall(bool modern)
    {
        const string policy =
            """
            version: 1
            rules:
              - { id: all, permit: { subjects: [alice] } }
              - { id: no, forbid: { tools: [echo] }, when: [{ argument: text, equals: forbidden }] }
            """;
        await using var gateway =
            await HostFixture.StartAsync(HostFixture.With(null, TestRule.Replacing("rewrite", "say secret now", "forbidden")), policy: policy);
        var era = new Era(gateway, modern, "alice");
        await era.BeginAsync();
        var body = await era.AskAsync("tools/call", Call, "echo");
        Assert.Equal("GH4001", CodeOf(body));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        var ended = gateway.EntriesWithEnded(modern ? 1 : 2).Last(entry => entry.GetProperty("kind").GetString() == "ended");
        Assert.Equal(["authorize", "authorize:deny"], Checks(ended).Where(check => check.StartsWith("authorize", StringComparison.Ordinal)));
        Assert.Contains(Parts(ended, "decision"), part => part.GetProperty("outcome").GetString() == "permit");
        Assert.Contains(Parts(ended, "decision"), part => part.GetProperty("outcome").GetString() == "deny");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TwoDecisions_AreChargedOnce(bool modern)
    {
        var limit = new LimitRule { Id = "one", Per = LimitParties.Caller, Tools = new NameSet(["echo"]), Daily = 2 };
        await using var gateway =
            await HostFixture.StartAsync(HostFixture.With(null, TestRule.Replacing("redact", "secret", "[removed]")),
                change: s => s with { LimitRules = [limit] });
        var era = new Era(gateway, modern, "alice");
        await era.BeginAsync();
        Assert.True((await era.AskAsync("tools/call", Call, "echo")).TryGetProperty("result", out _));
        Assert.True((await era.AskAsync("tools/call", Call, "echo")).TryGetProperty("result", out _));
        Assert.Equal("GH4102", CodeOf(await era.AskAsync("tools/call", Call, "echo")));
    }

    // What an edit may not do: there is no message, it is another message, or it does not fit what the tool declares.
    [Theory]
    [InlineData("secret", "\"", "GH6005")]
    [InlineData("{\"text\":\"say secret now\"}", "[]", "GH6004")]
    [InlineData("\"say secret now\"", "7", "GH6004")]
    [InlineData("\"name\":\"echo\"", "\"name\":\"typed\"", "GH6004")] // of another tool, whose arguments are others
    [InlineData("{\"text\":\"say secret now\"}", "{\"text\":\"say\"},\"_meta\":{\"traceparent\":\"none\"}", "GH3004")]
    [InlineData("tools/call", "tools/other", "GH4004")]
    [InlineData("tools/call", "tools/list", null)]
    public async Task AnEditThatGivesNoSoundMessage_EndsTheCall(string text, string instead, string? code)
    {
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(null, TestRule.Replacing("break", text, instead)));
        gateway.Upstream.OnResult("tools/list",
            """{"resultType":"complete","tools":[{"name":"echo","inputSchema":{"type":"object","properties":{"text":{"type":"string"}}}},{"name":"typed","inputSchema":{"type":"object","required":["n"]}}],"ttlMs":0,"cacheScope":"private"}""");
        var era = new Era(gateway, modern: false, "alice");
        await era.BeginAsync();
        var body = await era.AskAsync("tools/call", Call, "echo");
        if (code is not null) Assert.Contains(code, body.GetRawText(), StringComparison.Ordinal);
        else Assert.True(body.GetProperty("result").TryGetProperty("tools", out _)); // another method is decided on and answered as such
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Theory]
    [InlineData("\"id\":1", "\"id\":2")]
    [InlineData("\"id\":1,", "")]
    public async Task AnEditOfTheId_EndsTheCall(string text, string instead)
    {
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(null, TestRule.Replacing("break", text, instead)));
        var era = new Era(gateway, modern: true, "alice");
        await era.BeginAsync();
        Assert.Equal("GH6005", CodeOf(await era.AskAsync("tools/call", Call, "echo")));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        var ended = gateway.EntriesWithEnded(1).Last(entry => entry.GetProperty("kind").GetString() == "ended");
        Assert.Equal("break", Assert.Single(Parts(ended, "rule")).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task ARule_DropsANotification_AndCannotDropARequest()
    {
        await using var gateway =
            await HostFixture.StartAsync(HostFixture.With(null, new TestRule("drop", static _ => RuleVerdict.Drop("not wanted"))));
        var handle = await gateway.InitializeAsync();
        var (status, _, response) =
            await gateway.CallAsync(
                gateway.Post("""{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}""", null, ("Mcp-Session-Id", handle)));
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Empty(gateway.Upstream.Of("notifications/roots/list_changed"));
        Assert.Contains(Parts(gateway.EndedEntryOf(response), "rule"), part => part.GetProperty("outcome").GetString() == "drop");
        var (_, body, _) = await gateway.CallAsync(
            gateway.Post($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{{Call}}}}}", null, ("Mcp-Session-Id", handle)));
        Assert.Equal("GH6006", CodeOf(body));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnStdio_TheServerReadsWhatTheRulesLeft(bool modern)
    {
        await using var fixture = await LocalHostFixture.StartAsync("version: 1\nlock: { firstUse: off }\n", replace: HostFixture.With(null,
            TestRule.Replacing("mark", "secret now", "**secret now**", EditStrength.Annotate),
            TestRule.Replacing("redact", "secret", "[removed]", EditStrength.Remove)));
        await using var wrapper = await fixture.WrapAsync();
        if (!modern) await wrapper.InitializeAsync();
        await wrapper.SayAsync(Line(modern, 1));
        await wrapper.GiveToolsAsync();
        var call = await wrapper.ChildHearsJsonAsync();
        Assert.Equal("say [removed]", call.GetProperty("params").GetProperty("arguments").GetProperty("text").GetString());
        await wrapper.ChildAnswersAsync(call, """{"resultType":"complete","content":[]}""");
        Assert.True((await wrapper.HearJsonAsync()).TryGetProperty("result", out _));
    }

    /// <summary>A call of the one tool of a wrapped server.</summary>
    internal static string Line(bool modern, int id)
    {
        var meta = modern ? ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}" : "";
        return $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"tools/call\",\"params\":{{\"name\":\"work\",\"arguments\":{{\"text\":\"say secret "
            + $"now\"}}{meta}}}}}";
    }

    internal static string? CodeOf(JsonElement body) => body.GetProperty("error").GetProperty("data").GetProperty("code").GetString();

    private static async Task<(JsonElement Ended, string? Sent)> CalledAsync(TestGateway gateway, bool modern)
    {
        var era = new Era(gateway, modern, "alice");
        await era.BeginAsync();
        var (_, body, response) = await gateway.CallAsync(era.Request("tools/call", Call, "echo"));
        Assert.True(body.TryGetProperty("result", out _), body.ToString());
        var sent = JsonDocument.Parse(Assert.Single(gateway.Upstream.Of("tools/call")).Text).RootElement;
        return (gateway.EndedEntryOf(response), sent.GetProperty("params").GetProperty("arguments").GetProperty("text").GetString());
    }

    private static IEnumerable<string> Checks(JsonElement entry) => entry.GetProperty("checks").EnumerateArray().Select(check => check.GetString()!);

    private static List<JsonElement> Parts(JsonElement entry, string kind) =>
        [.. entry.GetProperty("parts").EnumerateArray().Where(part => part.GetProperty("kind").GetString() == kind)];
}
