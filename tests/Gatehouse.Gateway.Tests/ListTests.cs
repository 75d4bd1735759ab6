using System.Text.Json;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>Lists come from the catalogue, in pages of ours, and tell nothing of what is not there for the caller (design rules 4 and 10).</summary>
[Trait("Requirement", "AZ-01")]
public sealed class ListTests
{
    private static readonly PolicyRule[] AllButHidden =
    [
        new PolicyRule { Id = "all" },
        new PolicyRule { Id = "hidden", Forbids = true, Tools = new NameSet(["hidden*"]), Prompts = new NameSet(["hidden*"]),
            Resources = new UriSet(["demo://hidden/*"]) },
    ];

    private static readonly PolicyRule[] ByName =
    [
        new PolicyRule { Id = "alice", Who = new WhoClause { Subjects = new NameSet(["alice"]) }, Tools = new NameSet(["t*"]),
            Prompts = new NameSet(["p*"]), Resources = new UriSet(["demo://r*"]) },
        new PolicyRule { Id = "bob", Who = new WhoClause { Subjects = new NameSet(["bob"]) }, Tools = new NameSet(["t1"]) },
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "ST-05")]
    [Trait("Requirement", "H21")]
    public async Task HundredLists_AreOneRequestUpstream_AndIdentical(bool modern)
    {
        await using var gateway = await StartAsync(AllButHidden);
        foreach (var (method, member) in new[]
            { ("tools/list", "tools"), ("prompts/list", "prompts"), ("resources/list", "resources"),
                ("resources/templates/list", "resourceTemplates") })
        {
            var alice = new Era(gateway, modern, "alice");
            await alice.BeginAsync();
            var lists = new HashSet<string>();
            for (var i = 0; i < 100; i++)
            {
                var result = (await alice.AskAsync(method)).GetProperty("result");
                Assert.DoesNotContain("hidden", result.GetRawText(), StringComparison.Ordinal);
                lists.Add(result.GetProperty(member).GetRawText());
            }

            Assert.Single(lists);
            Assert.Single(gateway.Upstream.Of(method));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "ST-05")]
    [Trait("Requirement", "H26")]
    public async Task Entries_KeepTheirBytesAndOrder(bool modern)
    {
        await using var gateway = await StartAsync(AllButHidden);
        const string odd = "{ \"name\":\"t\\u0031\" , \"x\":1.50,\"inputSchema\":{ \"type\":\"object\"}}";
        gateway.Upstream.OnResult("tools/list",
            $"{{\"resultType\":\"complete\",\"tools\":[{{\"name\":\"t9\"}} ,{odd}, "
                + $"{{\"name\":\"t0\"}}],\"_meta\":{{\"a\":1}},\"ttlMs\":7000,\"cacheScope\":\"public\"}}");
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        var result = (await alice.AskAsync("tools/list")).GetProperty("result");
        Assert.Equal("[{\"name\":\"t9\"}," + odd + ",{\"name\":\"t0\"}]", result.GetProperty("tools").GetRawText());
        Assert.Equal("{\"a\":1}", result.GetProperty("_meta").GetRawText()); // nothing is hidden, so what is said of the whole may pass
        Assert.Equal(7000, result.GetProperty("ttlMs").GetInt32());
        Assert.Equal("private", result.GetProperty("cacheScope").GetString()); // H25, H26
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pages_CountOnlyWhatIsVisible(bool modern)
    {
        await using var gateway = await StartAsync(AllButHidden, lists => lists with { PageSize = 2 });
        gateway.Upstream.OnResult("tools/list", Tools("hidden1", "t1", "hidden2", "t2", "t3", "hidden3", "t4", "t5", "hidden4"));
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        List<string> pages = [];
        HashSet<int> lengths = [];
        string? cursor = null;
        do
        {
            var result = (await alice.AskAsync("tools/list", cursor is null ? "" : $"\"cursor\":\"{cursor}\"")).GetProperty("result");
            pages.Add(string.Join(' ', result.GetProperty("tools").EnumerateArray().Select(t => t.GetProperty("name").GetString())));
            cursor = result.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
            if (cursor is not null) lengths.Add(cursor.Length);
        }
        while (cursor is not null);
        Assert.Equal(["t1 t2", "t3 t4", "t5"], pages);
        Assert.Single(lengths); // where the next page begins is not to be read from its length
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cursors_OpenForTheirCallerListAndViewAlone(bool modern)
    {
        await using var gateway =
            await StartAsync([new PolicyRule { Id = "all" }, AllButHidden[1]],
                lists => lists with { PageSize = 1, MaxAge = TimeSpan.FromSeconds(1) });
        gateway.Upstream.OnResult("tools/list", Tools("t1", "t2"));
        gateway.Upstream.OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"p1"},{"name":"p2"}]}""");
        Era alice = new(gateway, modern, "alice"), bob = new(gateway, modern, "bob");
        await alice.BeginAsync();
        await bob.BeginAsync();
        var cursor = (await alice.AskAsync("tools/list")).GetProperty("result").GetProperty("nextCursor").GetString()!;
        Assert.Equal("t2", (await alice.AskAsync("tools/list", $"\"cursor\":\"{cursor}\"")).GetProperty("result")
            .GetProperty("tools")[0].GetProperty("name").GetString());
        (Era Who, string Method, string Cursor)[] refused =
        [
            (bob, "tools/list", $"\"{cursor}\""), (alice, "prompts/list", $"\"{cursor}\""),
            (alice, "tools/list", $"\"{cursor[..^2]}{(cursor[^2] == 'A' ? "BA" : "AA")}\""),
            (alice, "tools/list", "\"\""), (alice, "tools/list", "\"upstream-cursor\""), (alice, "tools/list", "null"), (alice, "tools/list", "7"),
            (alice, "tools/list", $"\"{new string('A', 9000)}\""),
        ];
        foreach (var (who, method, sent) in refused)
            Assert.Equal("GH6003", Code(await who.AskAsync(method, $"\"cursor\":{sent}")));
        Assert.Equal(-32602, (await bob.AskAsync("tools/list", $"\"cursor\":\"{cursor}\"")).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cursor_IsStaleWhenTheVisibleListChanged_AndNotWhenAHiddenEntryDid(bool modern)
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(AllButHidden, lists => lists with { PageSize = 1 }, time);
        gateway.Upstream.OnResult("tools/list", Tools("t1", "t2"));
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        var cursor = (await alice.AskAsync("tools/list")).GetProperty("result").GetProperty("nextCursor").GetString()!;
        gateway.Upstream.OnResult("tools/list", Tools("hidden1", "t1", "hidden2", "t2"));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("t2", (await alice.AskAsync("tools/list", $"\"cursor\":\"{cursor}\"")).GetProperty("result")
            .GetProperty("tools")[0].GetProperty("name").GetString());
        gateway.Upstream.OnResult("tools/list", Tools("t0", "t1", "t2"));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("GH6003", Code(await alice.AskAsync("tools/list", $"\"cursor\":\"{cursor}\"")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ServersOwnPages_BecomeOneList(bool modern)
    {
        await using var gateway = await StartAsync(AllButHidden);
        gateway.Upstream.On("tools/list", (context, message) =>
        {
            var at = message.GetProperty("params").TryGetProperty("cursor", out var cursor)
                ? int.Parse(cursor.GetString()!, System.Globalization.CultureInfo.InvariantCulture) : 0;
            var next = at < 4 ? $",\"nextCursor\":\"{at + 1}\"" : "";
            return RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"tools\":[{{\"name\":\"t{at}\"}},{{\"name\":\"hidden{at}\"}}]{next}}}}}");
        });
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        var result = (await alice.AskAsync("tools/list")).GetProperty("result");
        Assert.Equal(["t0", "t1", "t2", "t3", "t4"], result.GetProperty("tools").EnumerateArray().Select(t => t.GetProperty("name").GetString()!));
        Assert.False(result.TryGetProperty("nextCursor", out _));
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(false, "more")]
    public async Task APageThatIsTheSameAgain_EndsTheList(bool modern, string cursor)
    {
        await using var gateway = await StartAsync(AllButHidden);
        gateway.Upstream.OnResult("tools/list",
            $"{{\"resultType\":\"complete\",\"tools\":[{{\"name\":\"t1\"}},{{\"name\":\"t2\"}}],\"nextCursor\":\"{cursor}\"}}");
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        var (_, body, response) = await gateway.CallAsync(alice.Request("tools/list"));
        Assert.Equal(["t1", "t2"], body.GetProperty("result").GetProperty("tools").EnumerateArray().Select(t => t.GetProperty("name").GetString()!));
        Assert.Equal(2, gateway.Upstream.Of("tools/list").Count);
        Assert.Contains("list-cursor-repeated", gateway.EndedEntryOf(response).GetProperty("parts").EnumerateArray()
            .Select(part => part.TryGetProperty("reason", out var reason) ? reason.GetString() : null));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ACursorThatRepeatsWithNewNames_IsAFault_AndTheOperatorSeesWhy(bool modern)
    {
        await using var gateway = await StartAsync(AllButHidden);
        var pages = 0;
        gateway.Upstream.On("tools/list", (context, message) => RecordingUpstream.Json(context,
            $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"tools\":[{{\"name\":\"t{pages++}\"}}],\"nextCursor\":\"\"}}}}"));
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        Assert.Equal("GH3015", (await alice.AskAsync("tools/list")).GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.Contains("(GH3015; tools/list: upstream-too-large: pages)", gateway.Diagnostics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "ST-07")]
    [Trait("Requirement", "H20")]
    [Trait("Requirement", "H25")]
    public async Task TwoConnectionsHaveOneList_TwoTokensHaveTheirOwn(bool modern)
    {
        await using var gateway = await StartAsync(ByName);
        List<string> alice = [], bob = [];
        for (var connection = 0; connection < 2; connection++)
        {
            foreach (var (subject, lists) in new[] { ("alice", alice), ("bob", bob) })
            {
                var caller = new Era(gateway, modern, subject);
                await caller.BeginAsync();
                lists.Add((await caller.AskAsync("tools/list")).GetProperty("result").GetProperty("tools").GetRawText());
            }
        }

        Assert.Single(alice.Distinct());
        Assert.Single(bob.Distinct());
        Assert.NotEqual(alice[0], bob[0]);
    }

    [Fact]
    public async Task LegacySessions_HaveTheListsOfTheirOwnUpstreamSession()
    {
        await using var gateway = await StartAsync(AllButHidden);
        gateway.Upstream.On("tools/list", (context, message) => RecordingUpstream.Json(
            context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"tools\":[{{\"name\":\"{context.Request.Headers["Mcp-Session-Id"]}\"}}]}}}}"));
        Era one = new(gateway, modern: false, "alice"), two = new(gateway, modern: false, "alice");
        await one.BeginAsync();
        await two.BeginAsync();
        var first = (await one.AskAsync("tools/list")).GetProperty("result").GetProperty("tools")[0].GetProperty("name").GetString()!;
        var second = (await two.AskAsync("tools/list")).GetProperty("result").GetProperty("tools")[0].GetProperty("name").GetString()!;
        Assert.StartsWith("upstream-session-", first, StringComparison.Ordinal);
        Assert.NotEqual(first, second);
        Assert.Equal("GH4003", Code(await one.AskAsync("tools/call", $"\"name\":\"{second}\"", second)));
        Assert.True((await one.AskAsync("tools/call", $"\"name\":\"{first}\"", first)).TryGetProperty("result", out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ListThatCannotBeRead_RefusesListsAndCallsAlike(bool modern)
    {
        await using var gateway = await StartAsync(AllButHidden);
        gateway.Upstream.On("tools/list", (context, _) => { context.Response.StatusCode = 500; return Task.CompletedTask; });
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        Assert.Equal("GH3015", Code(await alice.AskAsync("tools/list")));
        foreach (var name in new[] { "t1", "hidden1", "invented" })
            Assert.Equal("GH3015", Code(await alice.AskAsync("tools/call", $"\"name\":\"{name}\"", name)));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    // A client that repeats after the 5 s of the reason would find the server still resting.
    [Fact]
    public async Task ListOfARestingServer_NamesTheTimeOfItsRest()
    {
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Servers = [s.Servers[0] with { Http = s.Servers[0].Http! with { BreakAfter = 2, BreakFor = TimeSpan.FromMinutes(5) } }] },
            rules: AllButHidden);
        gateway.Upstream.On("tools/list", (context, _) => { context.Response.StatusCode = 503; return Task.CompletedTask; });
        var (waits, inBody) = (new List<double>(), 0L);
        foreach (var caller in new[] { "alice", "bob", "carol" })
        {
            var (_, body, response) = await gateway.CallAsync(gateway.Modern("tools/list", token: gateway.Token(caller)));
            Assert.Equal("GH3015", Code(body));
            inBody = body.GetProperty("error").GetProperty("data").GetProperty("retryAfterMs").GetInt64();
            waits.Add(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        }

        Assert.Equal(5, waits[0]);
        Assert.InRange(waits[^1], 295, 450); // 5 minutes, and at most half of it more
        Assert.InRange(inBody, 295_000, 450_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ListsTooLargeToKeep_AreRefused(bool modern)
    {
        await using var gateway = await StartAsync(AllButHidden);
        gateway.Upstream.OnResult("tools/list", Tools([.. Enumerable.Range(0, 10_001).Select(i => "t" + i)]));
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        Assert.Equal("GH3015", Code(await alice.AskAsync("tools/list")));
        var pages = 0;
        gateway.Upstream.On("prompts/list",
            (context, message) =>
                RecordingUpstream.Json(context,
                    $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"prompts\":[],\"nextCursor\":\"again{pages++}\"}}}}"));
        Assert.Equal("GH3015", Code(await alice.AskAsync("prompts/list")));
        Assert.Equal(100, gateway.Upstream.Of("prompts/list").Count); // pages without end
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ServerWithoutTheList_LooksLikeOneThatHasNothingForTheCaller(bool modern)
    {
        await using var gateway =
            await StartAsync([ByName[1], new PolicyRule { Id = "open", Who = new WhoClause { Subjects = new NameSet(["alice"]) } }]);
        Era alice = new(gateway, modern, "alice"), bob = new(gateway, modern, "bob");
        await alice.BeginAsync();
        await bob.BeginAsync();
        var hidden = (await bob.AskAsync("prompts/list")).GetProperty("result").GetRawText(); // there are some, none for him
        gateway.Upstream.On("resources/list",
            (context, message) =>
                RecordingUpstream.Json(context,
                    $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"error\":{{\"code\":-32601,\"message\":\"Method not "
                        + $"found\"}}}}"));
        var missing = (await bob.AskAsync("resources/list")).GetProperty("result").GetRawText();
        Assert.Equal(hidden.Replace("prompts", "resources", StringComparison.Ordinal), missing);
        Assert.Equal(-32601, (await alice.AskAsync("resources/list")).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    [Trait("Requirement", "ST-07")]
    [Trait("Requirement", "H25")]
    public async Task WhatWasDecidedForOneCaller_IsPrivate()
    {
        await using var gateway = await StartAsync(AllButHidden);
        gateway.Upstream
            .OnResult("resources/read", """{"resultType":"complete","contents":[],"ttlMs":60000,"cacheScope":"public"}""")
            .OnResult("server/discover",
            """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"ttlMs":60000,"cacheScope":"public"}""");
        var alice = new Era(gateway, modern: true, "alice");
        Assert.Equal("""{"resultType":"complete","contents":[],"ttlMs":60000,"cacheScope":"private"}""",
            (await alice.AskAsync("resources/read", "\"uri\":\"demo://r1\"", "demo://r1")).GetProperty("result").GetRawText());
        Assert.Equal("private", (await alice.AskAsync("server/discover")).GetProperty("result").GetProperty("cacheScope").GetString());
    }

    [Fact]
    [Trait("Requirement", "ST-07")]
    [Trait("Requirement", "H24")]
    [Trait("Requirement", "T20")]
    [Trait("Requirement", "T21")]
    public async Task InvalidHeaderAnnotations_AreLeftOutAndNamedInTheEvent()
    {
        // T20, T21, H24
        await using var gateway = await StartAsync(AllButHidden);
        gateway.Upstream.OnResult("tools/list",
            """{"resultType":"complete","tools":[{"name":"bad","inputSchema":{"type":"object","properties":{"a":{"type":"string","x-mcp-header":""}}}},{"name":"good","inputSchema":{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"Api-Key"}}}}]}""");
        var alice = new Era(gateway, modern: true, "alice");
        var tools = (await alice.AskAsync("tools/list")).GetProperty("result").GetProperty("tools");
        Assert.Equal("good", Assert.Single(tools.EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal("GH4003", Code(await alice.AskAsync("tools/call", "\"name\":\"bad\"", "bad")));
        var listed = gateway.EntriesWithEnded(2).First(e => e.TryGetProperty("method", out var method) && method.GetString() == "tools/list")
            .GetRawText();
        Assert.Contains("tool-header-annotation", listed, StringComparison.Ordinal);
        Assert.Contains("secret-in-a-header", listed, StringComparison.Ordinal);
        var legacy = new Era(gateway, modern: false, "alice"); // there are no such headers there
        await legacy.BeginAsync();
        Assert.Equal(2, (await legacy.AskAsync("tools/list")).GetProperty("result").GetProperty("tools").GetArrayLength());
    }

    [Fact]
    public async Task ListOfAStreamingServer_IsStreamed()
    {
        await using var gateway = await StartAsync(AllButHidden);
        gateway.Upstream.On("tools/list", (context, message) => RecordingUpstream.Events(
            context,
            "data: {\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}\n\n",
            "data: {\"jsonrpc\":\"2.0\",\"id\":\"another\",\"result\":{\"tools\":[{\"name\":\"planted\"}]}}\n\n",
            $"data: {{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"tools\":[{{\"name\":\"t1\"}}]}}}}\n\n"));
        var alice = new Era(gateway, modern: false, "alice");
        await alice.BeginAsync();
        var (_, _, response) = await gateway.CallAsync(alice.Request("tools/list"));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("\"tools\":[{\"name\":\"t1\"}]", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(gateway.Upstream.Received, r => r.Text.Contains("-32601", StringComparison.Ordinal)); // the gateway answers no questions
    }

    private static string Tools(params string[] names) =>
        $"{{\"resultType\":\"complete\",\"tools\":[{string.Join(',', names.Select(n => $"{{\"name\":\"{n}\",\"inputSchema\":{{\"type\":\"object\"}}}}"))}]}}";

    private static string? Code(JsonElement answer) =>
        answer.TryGetProperty("error", out var error)
            ? error.GetProperty("data").GetProperty("code").GetString() : "no error: " + answer.GetRawText();

    private static async Task<TestGateway> StartAsync(PolicyRule[] rules, Func<ListSettings, ListSettings>? lists = null, TimeProvider? time = null)
    {
        var gateway = await TestGateway.StartAsync(
            s => s with { Servers = [s.Servers[0] with { Lists = lists?.Invoke(new ListSettings()) ?? new ListSettings() }] }, time, rules: rules);
        gateway.Upstream
            .OnResult("tools/list", Tools("t1", "hidden1", "t2"))
            .OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"p1"},{"name":"hidden"},{"name":"p2"}]}""")
            .OnResult("resources/list",
            """{"resultType":"complete","resources":[{"uri":"demo://r1","name":"a"},{"uri":"demo://hidden/1","name":"b"}]}""")
            .OnResult("resources/templates/list",
            """{"resultType":"complete","resourceTemplates":[{"uriTemplate":"demo://rt/{id}","name":"a"},{"uriTemplate":"demo://hidden/{id}","name":"b"}]}""");
        return gateway;
    }
}
