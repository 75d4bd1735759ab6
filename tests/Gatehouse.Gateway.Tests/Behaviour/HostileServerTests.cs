using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;
using static Gatehouse.Gateway.Tests.Behaviour.SchemaFixture;

namespace Gatehouse.Gateway.Tests.Behaviour;

/// <summary>One hostile server for each deviation from what it declares, in both eras where they differ (TP-04).</summary>
[Trait("Requirement", "TP-04")]
[Trait("NoRetry", "yes")]
public sealed class HostileServerTests
{
    private const string Canary = "c4nary-52c8";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnnouncesChangesWithoutEnd_IsToldAndAskedAtTheRate_AndCounted(bool modern)
    {
        const int announced = 3000;
        const int rate = 5;
        var clock = new ManualTimeProvider();
        await using var gateway =
            await StartAsync(server =>
                server with
                {
                    Notifications = new Rate(100_000, TimeSpan.FromSeconds(1)),
                    Lists = server.Lists with { Changes = new Rate(rate, TimeSpan.FromMinutes(1)) }
                }, clock);
        var asked = 0;
        gateway.Upstream.On("tools/list", (context, message) => // another list every time, so that each is news
            RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"tools\":[{Tool("t" + Interlocked.Increment(ref asked).ToString(CultureInfo.InvariantCulture), "{\"type\":\"object\"}")}]}}}}"));
        Stream(gateway, modern, "notifications/tools/list_changed", announced);
        var caller = await CallerAsync(gateway, modern);
        await caller.AskAsync("tools/list");
        var text = await ListenAsync(gateway, caller, modern);
        Assert.Equal(2, text.Split("tools/list_changed").Length - 1); // at once, and once more at the end
        Assert.Equal(3, asked); // the first time, and for each of both
        var storms = gateway.EntriesWithEnded(modern ? 2 : 3).SelectMany(PartsOf).Where(part => Reason(part) == "list-changed-storm").ToList();
        Assert.All(storms, part =>
            Assert.Equal(("limit", "join", "lists.changes"),
                (part.GetProperty("kind").GetString(), part.GetProperty("outcome").GetString(), part.GetProperty("detail").GetString())));
        Assert.Contains(storms, part => part.TryGetProperty("count", out var count) && count.GetInt32() >= announced - 2);
        Assert.Contains("\"t3\"", (await caller.AskAsync("tools/list")).GetRawText(), StringComparison.Ordinal); // nothing that changed is lost
    }

    // Each caller has the list as the server shows it then, while the announcement of its change waits for its turn.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnnouncesTwoChanges_AndAListWhoseAnnouncementWaitsIsFetchedAgain(bool modern)
    {
        var (clock, end) = (new ManualTimeProvider(), new TaskCompletionSource());
        await using var gateway = await StartAsync(time: clock);
        var asked = 0;
        gateway.Upstream.On("tools/list", (context, message) => RecordingUpstream.Json(context,
            $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"tools\":[{Tool("t" + Interlocked.Increment(ref asked).ToString(CultureInfo.InvariantCulture), "{\"type\":\"object\"}")}]}}}}"));
        const string Announcement = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n";
        gateway.Upstream.On("tools/call", async (context, call) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(Announcement + Announcement);
            await context.Response.Body.FlushAsync();
            await end.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await context.Response.WriteAsync(
                $"data: {{\"jsonrpc\":\"2.0\",\"id\":{call.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"content\":[]}}}}\n\n");
        });
        var caller = await CallerAsync(gateway, modern);
        await caller.AskAsync("tools/list");
        var calling = gateway.SendAsync(caller.Request("tools/call", "\"name\":\"t1\",\"arguments\":{}", "t1"));
        await Eventually.TrueAsync(() => Volatile.Read(ref asked) == 2, "the first announcement has the list fetched");
        await Eventually.TrueAsync(async () => (await caller.AskAsync("tools/list")).GetRawText().Contains("\"t3\"", StringComparison.Ordinal),
            "the second one makes the list stale");
        end.SetResult();
        await (await calling).Content.ReadAsStringAsync();
        Assert.Equal(4, asked); // the second one also, before the answer
    }

    [Theory]
    [InlineData(true, "notifications/tools/list_changed", false)]
    [InlineData(true, "notifications/prompts/list_changed", false)]
    [InlineData(true, "notifications/message", true)]
    [InlineData(false, "notifications/tools/list_changed", false)]
    [InlineData(false, "notifications/resources/list_changed", false)]
    [InlineData(false, "notifications/message", true)]
    public async Task SendsWhatItDeclaresNoCapabilityFor_IsNotPassedOn_LogMessagesAreToldOf(bool modern, string method, bool passes)
    {
        foreach (var demand in new[] { EnforcementMode.Enforce, EnforcementMode.Record })
        {
            await using var gateway = await StartAsync(server => server with { Undeclared = demand });
            DeclareNothing(gateway);
            Stream(gateway, modern, method, 1);
            var caller = await CallerAsync(gateway, modern);
            var came = (await ListenAsync(gateway, caller, modern)).Contains($"\"{method}\"", StringComparison.Ordinal);
            Assert.Equal(passes || demand == EnforcementMode.Record, came);
            var part = Assert.Single(gateway.EntriesWithEnded(modern ? 1 : 2).SelectMany(PartsOf),
                p => p.TryGetProperty("detail", out var why) && why.GetString() == "capability-not-declared-by-the-server");
            Assert.Equal(came ? "warn" : "drop", part.GetProperty("outcome").GetString());
        }
    }

    [Theory]
    [InlineData(true, "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"sampling/createMessage\",\"params\":{\"text\":\"CANARY\"}}",
        "server-request-in-modern-era")]
    [InlineData(true, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/of-my-own\",\"params\":{\"text\":\"CANARY\"}}", "unknown-server-notification")]
    [InlineData(true, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"another\",\"progress\":1,\"message\":\"CANARY\"}}", "progress-for-unknown-token")]
    [InlineData(true, "{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"CANARY\"}]}}", "response-to-another-id")]
    [InlineData(false, "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"roots/list\",\"params\":{\"text\":\"CANARY\"}}", "capability-not-declared")]
    [InlineData(false, "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"elicitation/create\",\"params\":{\"mode\":\"url\",\"message\":\"CANARY\",\"url\":\"https://a.example/\",\"elicitationId\":\"e\"}}", "capability-not-declared")]
    [InlineData(false, "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/call\",\"params\":{\"name\":\"CANARY\"}}", "unknown-server-request")]
    [InlineData(false, "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"vendor/do\",\"params\":{\"text\":\"CANARY\"}}", "unknown-server-request")]
    [InlineData(false, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\",\"params\":{\"text\":\"CANARY\"}}",
        "unknown-server-notification")]
    [InlineData(false, "{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"CANARY\"}]}}",
        "response-to-another-id")]
    [InlineData(false, "{\"jsonrpc\":\"2.0\",\"id\":4711,\"error\":{\"code\":-1,\"message\":\"CANARY\"}}", "response-to-another-id")]
    [Trait("Requirement", "G17")]
    [Trait("Requirement", "H11")]
    [Trait("Requirement", "H34")]
    public async Task SaysWhatNobodyAskedFor_IsDropped_AndTheAnswerComes(bool modern, string message, string why)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("tools/call", (context, call) => RecordingUpstream.Events(
            context, $"data: {message.Replace("CANARY", Canary, StringComparison.Ordinal)}\n\n",
            $"data: {{\"jsonrpc\":\"2.0\",\"id\":{call.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"content\":[]}}}}\n\n"));
        var caller = new Era(gateway, modern, "alice");
        await caller.BeginAsync("""{"sampling":{},"elicitation":{"form":{}}}""");
        var response = await gateway.SendAsync(caller.Request("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
        Assert.Contains("\"content\":[]", text, StringComparison.Ordinal);
        var part = Assert.Single(gateway.EntriesWithEnded(modern ? 1 : 2).SelectMany(PartsOf), p => p.GetProperty("kind").GetString() == "rule");
        Assert.Equal(("drop", why), (part.GetProperty("outcome").GetString(), part.GetProperty("detail").GetString()));
        Assert.DoesNotContain(gateway.EntriesWithEnded(1), entry => entry.GetRawText().Contains(Canary, StringComparison.Ordinal));
    }

    // The client has no session, so that nobody could answer, and no question would wait for an answer.
    [Fact]
    public async Task AsksOutsideASession_IsDropped_AndTheAnswerComes()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.WithoutSessions();
        gateway.Upstream.On("tools/call", (context, call) => RecordingUpstream.Events(
            context, $"data: {{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"sampling/createMessage\",\"params\":{{\"text\":\"{Canary}\"}}}}\n\n",
            $"data: {{\"jsonrpc\":\"2.0\",\"id\":{call.GetProperty("id").GetRawText()},\"result\":{{\"content\":[]}}}}\n\n"));
        using var response = await gateway.SendAsync(
            gateway.Post("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{}}}"""));
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
        Assert.Contains("\"content\":[]", text, StringComparison.Ordinal);
        Assert.Equal(["drop server-request-without-session"], Parts(gateway, 1, "server-message"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ServesAToolThatIsInNoList_IsNotAskedForIt(bool modern)
    {
        await using var gateway = await StartAsync();
        var caller = await CallerAsync(gateway, modern);
        Assert.Equal("GH4003", Code(await CallAsync(caller, "back-door", "{}")));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        Assert.Contains(gateway.EntriesWithEnded(modern ? 1 : 2).SelectMany(PartsOf), part => Reason(part) == "not-in-the-catalogue");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ListsANameTwice_AndTheFirstCounts(bool modern)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.OnResult("tools/list",
            $"{{\"resultType\":\"complete\",\"tools\":[{{\"inputSchema\":{{\"type\":\"object\"}}}},{Tool("t", Strict)},{Tool("t", "{\"type\":\"object\"}")}]}}");
        var caller = await CallerAsync(gateway, modern);
        var shown = Assert.Single((await caller.AskAsync("tools/list")).GetProperty("result").GetProperty("tools").EnumerateArray().ToList());
        Assert.Equal(Strict, shown.GetProperty("inputSchema").GetRawText());
        Assert.Equal("GH6004", Code(await CallAsync(caller, "t", "{}"))); // what is shown is what is checked
    }

    // H21: twenty lists, each in another order of the server's.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "H21")]
    public async Task ShufflesItsList_IsShownInOneOrder_AndToldOf(bool modern)
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await StartAsync(time: clock);
        var turn = 0;
        gateway.Upstream.On("tools/list", (context, message) =>
        {
            var names = Enumerable.Range(0, 7).Select(i => (i + turn) % 7).ToList();
            turn++;
            return RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"tools\":[{string.Join(',', names.Select(i => Tool("t" + i.ToString(CultureInfo.InvariantCulture), "{\"type\":\"object\"}")))}]}}}}");
        });
        HashSet<string> seen = [];
        for (var i = 0; i < 20; i++)
        {
            var caller = await CallerAsync(gateway, modern, i % 2 == 0 ? "alice" : "bob");
            seen.Add((await caller.AskAsync("tools/list")).GetProperty("result").GetProperty("tools").GetRawText());
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Single(seen);
        Assert.Equal(20, turn); // of which each seventh is in the first order
        Assert.Equal(17, Parts(gateway, modern ? 20 : 40, "list-order-varies").Count);
    }

    // H20: the same credential, the same declared capabilities, another list in each session.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "H20")]
    public async Task ShowsEachConnectionAnotherList_IsToldOf(bool varies)
    {
        await using var gateway = await StartAsync();
        var sessions = new HashSet<string>();
        gateway.Upstream.On("tools/list", (context, message) =>
        {
            lock (sessions) sessions.Add(context.Request.Headers["Mcp-Session-Id"].ToString());
            var name = varies ? "t" + sessions.Count.ToString(CultureInfo.InvariantCulture) : "t";
            return RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"tools\":[{Tool(name, "{\"type\":\"object\"}")}]}}}}");
        });
        foreach (var subject in new[] { "alice", "alice", "bob" })
        {
            var caller = await CallerAsync(gateway, modern: false, subject);
            await caller.AskAsync("tools/list");
        }

        Assert.Equal(3, sessions.Count);
        Assert.Equal(varies ? 2 : 0, Parts(gateway, 6, "list-varies-by-session").Count);
    }

    // H17: what a server says of the harmlessness of its tools changes no decision, no durability and no answer.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "H17")]
    public async Task CallsItsToolHarmless_AndNothingIsRelaxed(bool modern)
    {
        HashSet<string> outcomes = [];
        foreach (var annotations in new[]
            { "", ",\"annotations\":{\"readOnlyHint\":true,\"idempotentHint\":true,\"destructiveHint\":false,\"openWorldHint\":false}" })
        {
            await using var gateway = await TestGateway.StartAsync(rules:
            [
                new PolicyRule { Id = "all", Directions = TestGateway.EveryDirection },
                new PolicyRule { Id = "no-drop", Forbids = true, Tools = new NameSet(["drop"]) },
            ]);
            gateway.Upstream.OnResult("tools/list",
                $"{{\"resultType\":\"complete\",\"tools\":[{{\"name\":\"drop\"{annotations}}},{{\"name\":\"echo\",\"inputSchema\":{Strict}{annotations}}}]}}");
            var caller = await CallerAsync(gateway, modern);
            var denied = Code(await CallAsync(caller, "drop", "{}"));
            var misfit = Code(await CallAsync(caller, "echo", "{}"));
            var called = (await CallAsync(caller, "echo", "{\"path\":\"notes/a\"}")).TryGetProperty("result", out _);
            var begun = gateway.EntriesWithEnded(modern ? 3 : 4)
                .Count(entry => entry.GetProperty("kind").GetString() == "begun" && entry.GetProperty("method").GetString() == "tools/call");
            outcomes.Add($"{denied} {misfit} {called} {begun}");
        }

        Assert.Equal("GH4003 GH6004 True 1", Assert.Single(outcomes));
    }

    private static Task<TestGateway> StartAsync(Func<ServerSettings, ServerSettings>? change = null, TimeProvider? time = null) =>
        TestGateway.StartAsync(settings => settings with { Servers = [change?.Invoke(settings.Servers[0]) ?? settings.Servers[0]] }, time);

    private static void DeclareNothing(TestGateway gateway)
    {
        gateway.Upstream.OnResult("prompts/list", """{"resultType":"complete","prompts":[]}""")
            .OnResult("resources/list", """{"resultType":"complete","resources":[]}""")
            .OnResult("resources/templates/list", """{"resultType":"complete","resourceTemplates":[]}""");
        gateway.Upstream.OnResult("server/discover",
            """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"serverInfo":{"name":"r","version":"1"},"ttlMs":0,"cacheScope":"private"}""");
        gateway.Upstream.On("initialize", (context, message) =>
        {
            context.Response.Headers["Mcp-Session-Id"] = "s1";
            return RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{{\"tools\":{{}},\"prompts\":{{\"listChanged\":false}}}},\"serverInfo\":{{\"name\":\"r\",\"version\":\"1\"}}}}}}");
        });
    }

    private static void Stream(TestGateway gateway, bool modern, string method, int count) =>
        gateway.Upstream.On(modern ? "subscriptions/listen" : "GET", (context, message) =>
    {
        var meta = modern ? $"\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{message.GetProperty("id").GetRawText()}}}" : "";
        var content = method == "notifications/message" ? "\"level\":\"info\",\"data\":1" + (modern ? "," : "") : "";
        var frames = new StringBuilder();
        for (var i = 0; i < count; i++) frames.Append(CultureInfo.InvariantCulture,
            $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":{{{content}{meta}}}}}\n\n");
        return RecordingUpstream.Events(context, frames.ToString());
    });

    private static async Task<string> ListenAsync(TestGateway gateway, Era caller, bool modern)
    {
        var request = modern
            ? caller.Request("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true,\"promptsListChanged\":true}") : caller.Listen();
        return await (await gateway.SendAsync(request)).Content.ReadAsStringAsync();
    }

    private static string? Reason(JsonElement part) => part.TryGetProperty("reason", out var reason) ? reason.GetString() : null;

    private static IEnumerable<JsonElement> PartsOf(JsonElement entry) =>
        entry.GetProperty("kind").GetString() == "ended" && entry.TryGetProperty("parts", out var parts) ? parts.EnumerateArray() : [];
}
