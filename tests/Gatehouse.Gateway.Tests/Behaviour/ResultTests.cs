using System.Text.Json;
using Gatehouse.Settings;
using Gatehouse.Testing;
using static Gatehouse.Gateway.Tests.Behaviour.SchemaFixture;

namespace Gatehouse.Gateway.Tests.Behaviour;

/// <summary>Results against what the tool declares, however they arrive (H23, X07, TP-04).</summary>
[Trait("Requirement", "TP-04")]
public sealed class ResultTests
{
    private const string Canary = "c4nary-9a02";
    private const string Good = "\"content\":[],\"structuredContent\":{\"degrees\":21.5}";

    [Theory]
    [InlineData(true, "\"content\":[{\"type\":\"text\",\"text\":\"" + Canary + "\"}]", "structuredContent is missing")]
    [InlineData(true, "\"content\":[],\"structuredContent\":{\"degrees\":\"" + Canary + "\"}", "type /properties/degrees/type")]
    [InlineData(true, "\"content\":[],\"structuredContent\":{\"degrees\":1,\"" + Canary + "\":1}", "additionalProperties /additionalProperties")]
    [InlineData(true, "\"content\":[],\"structuredContent\":[\"" + Canary + "\"]", "type /type")]
    [InlineData(true, "\"content\":[],\"structuredContent\":null", "type /type")]
    [InlineData(true, "\"content\":[],\"isError\":\"true\"", "structuredContent is missing")]
    [InlineData(true, "\"content\":[],\"isError\":true,\"structuredContent\":{\"degrees\":\"" + Canary + "\"}", "type /properties/degrees/type")]
    [InlineData(false, "\"content\":[{\"type\":\"text\",\"text\":\"" + Canary + "\"}]", "structuredContent is missing")]
    [InlineData(false, "\"content\":[],\"structuredContent\":{\"degrees\":\"" + Canary + "\"}", "type /properties/degrees/type")]
    [InlineData(false, "\"content\":[],\"task\":{\"taskId\":\"t\",\"status\":\"working\"}", "structuredContent is missing")]
    [InlineData(false, "\"content\":[],\"resultType\":\"input_required\"", "structuredContent is missing")]
    [Trait("Requirement", "H23")]
    public async Task ResultThatDoesNotFit_IsWithheld(bool modern, string members, string rule)
    {
        foreach (var streamed in new[] { false, true })
        {
            await using var gateway = await SchemaFixture.StartAsync();
            Answer(gateway, "tools/call",
                modern && !members.Contains("resultType", StringComparison.Ordinal) ? "\"resultType\":\"complete\"," + members : members, streamed);
            var caller = await CallerAsync(gateway, modern);
            var answer = await CallAsync(caller, "weather", "{}");
            Assert.Equal("GH8004", Code(answer));
            Assert.DoesNotContain(Canary, answer.GetRawText(), StringComparison.Ordinal);
            Assert.Equal("deny " + rule, Assert.Single(Parts(gateway, modern ? 1 : 2, "result-schema")));
            Assert.DoesNotContain(gateway.EntriesWithEnded(1), entry => entry.GetRawText().Contains(Canary, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(true, Good)]
    [InlineData(true, "\"content\":[],\"isError\":true")]
    [InlineData(false, Good)]
    [InlineData(false, "\"content\":[],\"isError\":true")]
    [Trait("Requirement", "H23")]
    public async Task ResultThatFits_AndAFailedCall_PassAsTheyAre(bool modern, string members)
    {
        foreach (var streamed in new[] { false, true })
        {
            await using var gateway = await SchemaFixture.StartAsync();
            Answer(gateway, "tools/call", (modern ? "\"resultType\":\"complete\"," : "") + members, streamed);
            var caller = await CallerAsync(gateway, modern);
            Assert.Contains(members, (await CallAsync(caller, "weather", "{}")).GetRawText(), StringComparison.Ordinal);
            // A tool that declares nothing about its results may answer with anything.
            Assert.True((await CallAsync(caller, "read", "{\"path\":\"notes/a\"}")).TryGetProperty("result", out _));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RecordedOnly_TheResultPasses_AndTheEventSaysSo(bool modern)
    {
        await using var gateway = await SchemaFixture.StartAsync(new SchemaSettings { Output = EnforcementMode.Record });
        Answer(gateway, "tools/call", (modern ? "\"resultType\":\"complete\"," : "") + "\"content\":[],\"structuredContent\":{\"degrees\":\"hot\"}",
            streamed: false);
        var caller = await CallerAsync(gateway, modern);
        Assert.True((await CallAsync(caller, "weather", "{}")).TryGetProperty("result", out _));
        Assert.Equal("warn type /properties/degrees/type", Assert.Single(Parts(gateway, modern ? 1 : 2, "result-schema")));
    }

    [Fact]
    public async Task ResultThatAsksForInput_IsNotTheToolsOwnYet()
    {
        await using var gateway = await SchemaFixture.StartAsync();
        Answer(gateway, "tools/call", "\"resultType\":\"input_required\",\"requestState\":\"s\"", streamed: false);
        var caller = await CallerAsync(gateway, modern: true);
        Assert.Equal("input_required", (await CallAsync(caller, "weather", "{}")).GetProperty("result").GetProperty("resultType").GetString());
    }

    // X07: also where the gateway was started anew between the call and its result.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "X07")]
    public async Task ResultOfATask_IsHeldToTheSchemaOfItsTool(bool modern)
    {
        await using var gateway = await SchemaFixture.StartAsync();
        const string declared = """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""";
        var caller = new Era(gateway, modern, "alice");
        await caller.BeginAsync(modern ? declared : "{}");
        Answer(gateway, "tools/call", modern
            ? "\"resultType\":\"task\",\"taskId\":\"t1\",\"status\":\"working\",\"createdAt\":\"2026-01-01T00:00:00Z\",\"ttlMs\":1000"
            : "\"task\":{\"taskId\":\"t1\",\"status\":\"working\"}", streamed: false);
        var created = await caller.AskAsync("tools/call", "\"name\":\"weather\",\"arguments\":{}" + (modern ? "" : ",\"task\":{\"ttl\":1000}"),
            "weather");
        Assert.True(created.TryGetProperty("result", out _), created.GetRawText());
        var method = modern ? "tasks/get" : "tasks/result";
        foreach (var (inner, fits) in new[]
            { ("\"content\":[],\"structuredContent\":{\"degrees\":\"" + Canary + "\"}", false), ("\"content\":[]", false), (Good, true),
                ("\"content\":[],\"isError\":true", true) })
        {
            Answer(gateway, method, modern
                ? "\"resultType\":\"complete\",\"taskId\":\"t1\",\"status\":\"completed\",\"result\":{" + inner + "}" : inner, streamed: false);
            var answer = await caller.AskAsync(method, "\"taskId\":\"t1\"", "t1");
            Assert.Equal(fits ? null : "GH8004", Code(answer));
            Assert.Equal(fits, answer.TryGetProperty("result", out _));
            Assert.DoesNotContain(Canary, answer.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Requirement", "X07")]
    public async Task FinalStateInANotification_IsDropped_WhereItsResultDoesNotFit()
    {
        await using var gateway = await SchemaFixture.StartAsync();
        var caller = new Era(gateway, modern: true, "alice");
        await caller.BeginAsync("""{"extensions":{"io.modelcontextprotocol/tasks":{}}}""");
        Answer(gateway, "tools/call",
            "\"resultType\":\"task\",\"taskId\":\"t1\",\"status\":\"working\",\"createdAt\":\"2026-01-01T00:00:00Z\",\"ttlMs\":1000", streamed: false);
        Assert.True((await caller.AskAsync("tools/call", "\"name\":\"weather\",\"arguments\":{}", "weather")).TryGetProperty("result", out _));
        gateway.Upstream.On("subscriptions/listen", (context, message) => RecordingUpstream.Events(
            context, State(message, "\"content\":[],\"structuredContent\":{\"degrees\":\"" + Canary + "\"}"), State(message, Good)));
        using var response = await gateway.SendAsync(caller.Request("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
        Assert.Single(text.Split('\n'), line => line.Contains("notifications/tasks", StringComparison.Ordinal) && line.Contains(Good, StringComparison.Ordinal));

        static string State(System.Text.Json.JsonElement message, string result) =>
            $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tasks\",\"params\":{{\"taskId\":\"t1\",\"status\":\"completed\",\"result\":{{{result}}},\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{message.GetProperty("id").GetRawText()}}}}}}}\n\n";
    }

    [Fact]
    public async Task ResultOnAResumedStream_IsHeldToTheSchemaOfItsTool()
    {
        await using var gateway = await SchemaFixture.StartAsync();
        gateway.Upstream.On("tools/call",
            (context, _) => RecordingUpstream.Events(context,
                "id: e1\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\"x\"}}\n\n"));
        gateway.Upstream.On("GET",
            (context, _) => RecordingUpstream.Events(context,
                "id: e2\ndata: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[],\"structuredContent\":{\"degrees\":\"" + Canary
                    + "\"}}}\n\n"));
        var session = await gateway.InitializeAsync();
        var call = await gateway.SendAsync(
            gateway.Post("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"weather\"}}", null,
                ("Mcp-Session-Id", session)));
        var cut = await call.Content.ReadAsStringAsync();
        var position = cut.Split('\n').First(line => line.StartsWith("id: ", StringComparison.Ordinal))["id: ".Length..].Trim();
        var resumed = await gateway.SendAsync(gateway.Get(null, ("Mcp-Session-Id", session), ("Last-Event-ID", position)));
        Assert.DoesNotContain(Canary, await resumed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("deny type /properties/degrees/type", Assert.Single(Parts(gateway, 3, "result-schema")));
    }

    private static void Answer(TestGateway gateway, string method, string members, bool streamed)
    {
        if (!streamed) gateway.Upstream.OnResult(method, "{" + members + "}");
        else gateway.Upstream.On(method,
            (context, message) =>
                RecordingUpstream.Events(context,
                    $"data: {{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{{members}}}}}\n\n"));
    }
}
