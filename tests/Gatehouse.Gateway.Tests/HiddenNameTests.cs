using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>What is forbidden and what was never there: one path, the same operations, the same bytes (AZ-01, design rules 4 and 15).</summary>
[Trait("Requirement", "AZ-01")]
public sealed partial class HiddenNameTests
{
    // Everything but what is hidden: here an invented name is permitted, so that only the catalogue can tell that it is not there.
    private static readonly PolicyRule[] Rules =
    [
        new PolicyRule { Id = "all" },
        new PolicyRule { Id = "hidden", Forbids = true, Tools = new NameSet(["hidden"]), Prompts = new NameSet(["hidden"]),
            Resources = new UriSet(["demo://hidden", "demo://hidden/*"]) },
    ];

    public static TheoryData<bool, string, string, bool> Uses()
    {
        var uses = new TheoryData<bool, string, string, bool>();
        foreach (var modern in new[] { true, false })
        {
            uses.Add(modern, "tools/call", "\"name\":\"NAME\"", true);
            uses.Add(modern, "prompts/get", "\"name\":\"NAME\"", true);
            uses.Add(modern, "resources/read", "\"uri\":\"demo://NAME\"", true);
            uses.Add(modern, "completion/complete",
                "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"NAME\"},\"argument\":{\"name\":\"a\",\"value\":\"b\"}", false);
            uses.Add(modern, "completion/complete",
                "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"demo://NAME/{id}\"},\"argument\":{\"name\":\"id\",\"value\":\"b\"}", false);
        }

        uses.Add(true, "subscriptions/listen", "\"notifications\":{\"resourceSubscriptions\":[\"demo://NAME\"]}", false);
        uses.Add(false, "resources/subscribe", "\"uri\":\"demo://NAME\"", false);
        uses.Add(false, "resources/unsubscribe", "\"uri\":\"demo://NAME\"", false);
        return uses;
    }

    [Theory]
    [MemberData(nameof(Uses))]
    public async Task ForbiddenAndInvented_AreOne(bool modern, string method, string parameters, bool named)
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time: time);
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();

        var known = await UseAsync("known");
        Assert.True(known.Reached, "what is there and permitted reaches the server: " + known.Bytes);
        await UseAsync("nobody"); // every list that is asked about is known now
        foreach (var pause in new[] { TimeSpan.Zero, TimeSpan.FromSeconds(2) }) // without and with lists that are fetched anew
        {
            time.Advance(pause);
            var hidden = await UseAsync("hidden");
            time.Advance(pause);
            var invented = await UseAsync("no-one");
            Assert.False(hidden.Reached);
            Assert.Equal(invented.Bytes, hidden.Bytes);
            Assert.Equal(pause == TimeSpan.Zero, hidden.Operations.Length == 0);
            Assert.Equal(invented.Operations, hidden.Operations);
            Assert.Equal(invented.Audit, hidden.Audit);
        }

        async Task<(bool Reached, string Bytes, string Operations, string Audit)> UseAsync(string name)
        {
            var before = gateway.Upstream.Received.Count;
            var text = parameters.Replace("NAME", name, StringComparison.Ordinal);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var request = alice.Request(method, text, named ? NameOf(text) : null);
            var response = await gateway.SendAsync(request);
            var bytes = response.Content.Headers.ContentType?.MediaType == "text/event-stream" && method == "subscriptions/listen"
                ? "a stream" : await response.Content.ReadAsStringAsync(patience.Token);
            var sent = gateway.Upstream.Received.Skip(before).ToList();
            var methods = string.Join(' ', sent.Select(r => Method().Match(r.Text).Groups[1].Value));
            if (bytes == "a stream")
            {
                response.Dispose();
                return (sent.Any(r => r.Text.Contains($"\"{method}\"", StringComparison.Ordinal)), bytes, methods, "");
            }

            var last = gateway.EndedEntryOf(response);
            var parts = string.Join(' ', last.GetProperty("parts").EnumerateArray()
                .Select(p => p.GetProperty("kind").GetString() + "/" + p.GetProperty("outcome").GetString()));
            var audit = $"{last.GetProperty("checks")} {parts} {(last.TryGetProperty("code", out var code) ? code.GetString() : "")}";
            return (sent.Any(r => r.Text.Contains($"\"{method}\"", StringComparison.Ordinal)), Anonymous(bytes, name), methods, audit);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ToolThatAppears_IsFoundBeforeTheListIsOld(bool modern)
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time: time);
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        Assert.True((await alice.AskAsync("tools/call", "\"name\":\"new\"", "new")).TryGetProperty("error", out _));
        gateway.Upstream.OnResult("tools/list", """{"resultType":"complete","tools":[{"name":"new"}]}""");
        // a moment later nothing is asked anew
        Assert.True((await alice.AskAsync("tools/call", "\"name\":\"new\"", "new")).TryGetProperty("error", out _));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await alice.AskAsync("tools/call", "\"name\":\"new\"", "new")).TryGetProperty("result", out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FloodOfInventedNames_IsNoFloodOfFetches(bool modern)
    {
        await using var gateway = await StartAsync(time: new ManualTimeProvider());
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        for (var i = 0; i < 50; i++) await alice.AskAsync("tools/call", $"\"name\":\"invented{i}\"", "invented" + i);
        Assert.Single(gateway.Upstream.Of("tools/list"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Resource_IsKnownByListOrTemplate_OrWhereThatIsChosen(bool modern)
    {
        await using (var strict = await StartAsync())
        {
            Assert.True(await ReadsAsync(strict, "demo://known"));
            Assert.True(await ReadsAsync(strict, "demo://known/7"));
            Assert.False(await ReadsAsync(strict, "demo://elsewhere"));
        }

        await using var open = await StartAsync(s => s with { UnlistedResources = true });
        Assert.True(await ReadsAsync(open, "demo://elsewhere"));
        Assert.False(await ReadsAsync(open, "demo://hidden"));
        Assert.False(await ReadsAsync(open, "ui://known"));

        async Task<bool> ReadsAsync(TestGateway gateway, string uri)
        {
            var alice = new Era(gateway, modern, "alice");
            await alice.BeginAsync();
            return (await alice.AskAsync("resources/read", $"\"uri\":\"{uri}\"", uri)).TryGetProperty("result", out _);
        }
    }

    [Theory]
    [InlineData(true, "Unknown argument. See also: hidden.", null)]
    [InlineData(false, "No such thing; try HIDDEN", null)]
    [InlineData(true, "bad", "{\"available\":[\"known\",\"hid\\u0064en\"]}")]
    [InlineData(false, "bad", "{\"demo://hidden\":1}")]
    public async Task ErrorThatNamesWhatIsHidden_IsWithheld(bool modern, string words, string? data)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("tools/call", (context, message) => RecordingUpstream.Json(
            context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"error\":{{\"code\":-32000,\"message\":\"{words}\"{(data is null ? "" : ",\"data\":" + data)}}}}}"));
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        foreach (var method in new[] { "tools/list", "resources/list" }) await alice.AskAsync(method);
        var error = (await alice.AskAsync("tools/call", "\"name\":\"known\"", "known")).GetProperty("error");
        Assert.Equal(-32000, error.GetProperty("code").GetInt32());
        Assert.DoesNotContain("hidden", error.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.False(error.TryGetProperty("data", out _));
    }

    // The client chooses the id: it must not be able to ask for a name by it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MemberBesideAnErrorThatNamesWhatIsHidden_IsRemovedWithIt(bool modern)
    {
        await using var gateway = await StartAsync();
        var note = "see hidden";
        gateway.Upstream.On("tools/call", (context, message) => RecordingUpstream.Json(context,
            $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"error\":{{\"code\":-32000,\"message\":\"bad\"}},\"note\":[\"{note}\"]}}"));
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        foreach (var method in new[] { "tools/list", "resources/list" }) await alice.AskAsync(method);
        var answer = await alice.AskAsync("tools/call", "\"name\":\"known\"", "known");
        Assert.DoesNotContain("hidden", answer.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(-32000, answer.GetProperty("error").GetProperty("code").GetInt32());
        note = "see known";
        answer = await alice.AskAsync("tools/call", "\"name\":\"known\"", "known");
        Assert.Equal(("see known", "bad"), (answer.GetProperty("note")[0].GetString(), answer.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task ErrorTooLongToLookThrough_IsWithheld_WhereSomethingIsHidden()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("tools/call", (context, message) => RecordingUpstream.Json(
            context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"error\":{{\"code\":-32000,\"message\":\"{new string('x', 20_000)}\"}}}}"));
        var alice = new Era(gateway, modern: true, "alice");
        Assert.InRange((await alice.AskAsync("tools/call", "\"name\":\"known\"", "known")).GetRawText().Length, 1, 1000);
    }

    [Fact]
    public async Task OtherErrors_PassInTheirBytes()
    {
        await using var gateway = await StartAsync();
        const string error = "{\"code\":-32000,\"message\":\"known was hiddenly unhidden\",\"data\":{\"a\" : 1}}";
        gateway.Upstream.On("tools/call", (context, message) =>
            RecordingUpstream.Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"error\":{error}}}"));
        var alice = new Era(gateway, modern: true, "alice");
        Assert.Equal(error, (await alice.AskAsync("tools/call", "\"name\":\"known\"", "known")).GetProperty("error").GetRawText());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Completions_HoldNoHiddenNames(bool modern)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.OnResult("completion/complete",
            """{"resultType":"complete","completion":{"values":["known","hidden","hidden words"],"total":3,"hasMore":false}}""");
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        await alice.AskAsync("tools/list");
        var answer = await alice.AskAsync("completion/complete",
            "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"known\"},\"argument\":{\"name\":\"a\",\"value\":\"\"}");
        Assert.Equal("""{"values":["known","hidden words"]}""", answer.GetProperty("result").GetProperty("completion").GetRawText());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "ST-07")]
    [Trait("Requirement", "T32")]
    [Trait("Requirement", "X10")]
    public async Task Offer_IsWhatThereIsForTheCaller(bool modern)
    {
        PolicyRule[] rules =
        [
            new PolicyRule { Id = "alice", Who = new WhoClause { Subjects = new NameSet(["alice"]) } },
            new PolicyRule { Id = "bob", Who = new WhoClause { Subjects = new NameSet(["bob"]) }, Tools = new NameSet(["known"]),
                Prompts = new NameSet(["none-of-them"]) },
        ];
        await using var gateway = await StartAsync(rules: rules);
        const string offer =
            """{"resultType":"complete","protocolVersion":"2025-11-25","supportedVersions":["2026-07-28"],"capabilities":{"tools":{"listChanged":true},"prompts":{},"resources":{"subscribe":true},"completions":{}},"serverInfo":{"name":"a","version":"1"},"instructions":"Call known first, then hidden."}""";
        gateway.Upstream.OnResult("server/discover", offer);
        if (!modern)
        {
            gateway.Upstream.On("initialize", (context, message) =>
            {
                context.Response.Headers["Mcp-Session-Id"] = "upstream-session";
                return RecordingUpstream.Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{offer}}}");
            });
            var first = new Era(gateway, modern: false, "alice"); // from now on the gateway knows what there is
            await first.BeginAsync();
            foreach (var method in new[] { "tools/list", "prompts/list", "resources/list", "resources/templates/list" }) await first.AskAsync(method);
        }

        var alice = await OfferAsync("alice");
        Assert.Equal("tools prompts resources completions", Names(alice));
        Assert.Equal("Call known first, then hidden.", alice.GetProperty("instructions").GetString());
        var bob = await OfferAsync("bob");
        Assert.Equal("tools", Names(bob));
        Assert.Equal("", bob.GetProperty("instructions").GetString());

        async Task<JsonElement> OfferAsync(string subject) => modern
            ? (await new Era(gateway, modern: true, subject).AskAsync("server/discover")).GetProperty("result")
            : (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, gateway.Token(subject)))).Body.GetProperty("result");

        static string Names(JsonElement result) => string.Join(' ', result.GetProperty("capabilities").EnumerateObject().Select(p => p.Name));
    }

    private static string NameOf(string parameters) => Regex.Match(parameters, "\"(?:name|uri)\":\"([^\"]*)\"").Groups[1].Value;

    // Ids apart, and the caller's own word, the bytes are compared.
    private static string Anonymous(string answer, string name) =>
        Identifier().Replace(answer, "\"$1\":0").Replace(name, "NAME", StringComparison.Ordinal);

    [GeneratedRegex("\"(requestId|id)\":(?:\"[^\"]*\"|[0-9]+)")]
    private static partial Regex Identifier();

    [GeneratedRegex("\"method\":\"([^\"]*)\"")]
    private static partial Regex Method();

    private static async Task<TestGateway> StartAsync(Func<ListSettings, ListSettings>? lists = null, TimeProvider? time = null,
        PolicyRule[]? rules = null)
    {
        var gateway = await TestGateway.StartAsync(
            s => s with { Servers = [s.Servers[0] with { Lists = lists?.Invoke(new ListSettings()) ?? new ListSettings() }] }, time, rules: rules
                ?? Rules);
        gateway.Upstream
            .OnResult("tools/list", """{"resultType":"complete","tools":[{"name":"known"},{"name":"hidden"}]}""")
            .OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"known"},{"name":"hidden"}]}""")
            .OnResult("prompts/get", """{"resultType":"complete","messages":[]}""")
            .OnResult("resources/list",
            """{"resultType":"complete","resources":[{"uri":"demo://known","name":"a"},{"uri":"demo://hidden","name":"b"},{"uri":"ui://known","name":"c"}]}""")
            .OnResult("resources/templates/list",
            """{"resultType":"complete","resourceTemplates":[{"uriTemplate":"demo://known/{id}","name":"a"},{"uriTemplate":"demo://hidden/{id}","name":"b"}]}""")
            .OnResult("resources/read", """{"resultType":"complete","contents":[]}""")
            .OnResult("resources/subscribe", "{}").OnResult("resources/unsubscribe", "{}")
            .OnResult("completion/complete", """{"resultType":"complete","completion":{"values":[]}}""");
        gateway.Upstream.On("subscriptions/listen", (context, _) => RecordingUpstream.Events(context, ": open\n\n"));
        return gateway;
    }
}
