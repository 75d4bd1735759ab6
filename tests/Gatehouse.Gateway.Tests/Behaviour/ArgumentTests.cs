using System.Net;
using System.Text.Json;
using Gatehouse.Settings;
using Gatehouse.Testing;
using static Gatehouse.Gateway.Tests.Behaviour.SchemaFixture;

namespace Gatehouse.Gateway.Tests.Behaviour;

/// <summary>Arguments against what the definition declares, in both eras (H18, TP-04).</summary>
[Trait("Requirement", "TP-04")]
public sealed class ArgumentTests
{
    private const string Canary = "c4nary-7f31";

    [Theory]
    [Trait("Requirement", "H18")]
    [InlineData(true, "{\"path\":\"notes/a\",\"extra\":\"" + Canary + "\"}", "", "additionalProperties")]
    [InlineData(true, "{\"path\":\"../" + Canary + "\"}", "/path", "pattern")]
    [InlineData(true, "{\"path\":[\"notes/" + Canary + "\"]}", "/path", "type")]
    [InlineData(true, "{\"count\":1}", "", "required")]
    [InlineData(true, null, "", "required")]
    [InlineData(true, "[\"" + Canary + "\"]", "", "type")]
    [InlineData(true, "\"" + Canary + "\"", "", "type")]
    [InlineData(true, "null", "", "type")]
    [InlineData(false, "{\"path\":\"notes/a\",\"extra\":\"" + Canary + "\"}", "", "additionalProperties")]
    [InlineData(false, "{\"path\":\"../" + Canary + "\"}", "/path", "pattern")]
    [InlineData(false, "{\"path\":\"notes/a\",\"count\":\"" + Canary + "\"}", "/count", "type")]
    [InlineData(false, null, "", "required")]
    [InlineData(false, "[\"" + Canary + "\"]", "", "type")]
    public async Task ArgumentsThatDoNotFit_AreRefusedWithTheirPlace_AndTheValueIsNowhere(bool modern, string? arguments, string at, string keyword)
    {
        await using var gateway = await SchemaFixture.StartAsync();
        var caller = await CallerAsync(gateway, modern);
        var (status, answer, response) =
            await gateway.CallAsync(
                caller.Request("tools/call", "\"name\":\"read\"" + (arguments is null ? "" : ",\"arguments\":" + arguments), "read"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(caller.LastId, answer.GetProperty("id").GetInt32());
        var result = answer.GetProperty("result");
        Assert.True(result.GetProperty("isError").GetBoolean());
        Assert.Equal(modern, result.TryGetProperty("resultType", out var type) && type.GetString() == "complete");
        var refusal = Refusal(answer)!.Value;
        Assert.Equal("GH6004", refusal.GetProperty("code").GetString());
        Assert.Equal(response.Headers.GetValues("Gatehouse-Request-Id").Single(), refusal.GetProperty("requestId").GetString());
        Assert.NotEmpty(refusal.GetProperty("remedy").GetString()!);
        var place = refusal.GetProperty("places")[0];
        Assert.Equal((at, keyword), (place.GetProperty("at").GetString(), place.GetProperty("keyword").GetString()));
        Assert.Contains($"\n- {(at.Length == 0 ? "(the arguments)" : at)} ", SchemaFixture.Text(answer), StringComparison.Ordinal);
        Assert.Contains($"({keyword})", SchemaFixture.Text(answer), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, answer.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        var part = Assert.Single(Parts(gateway, modern ? 1 : 2, "input-schema"));
        Assert.StartsWith("deny " + keyword, part, StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.EntriesWithEnded(1), entry => entry.GetRawText().Contains(Canary, StringComparison.Ordinal));
        Assert.Contains(gateway.EntriesWithEnded(1), entry => entry.TryGetProperty("code", out var code) && code.GetString() == "GH6004");
    }

    // SEP-1303: a model corrects all of it at once, so all of it is told: what is missing, what is too much, what was expected.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EachFault_IsNamedWithItsRuleAndWhatWasExpected(bool modern)
    {
        const string schema =
            """{"type":"object","properties":{"connectionId":{"type":"string"},"database":{"type":"string"},"mode":{"enum":["read","write"]},"limit":{"type":"integer","maximum":100},"name":{"type":"string","pattern":"^[a-z]+$"},"größe":{"type":"number"}},"required":["connectionId","database"],"additionalProperties":false}""";
        await using var gateway = await SchemaFixture.StartAsync(tools: Tool("find", schema));
        var answer = await CallAsync(await CallerAsync(gateway, modern),
            "find", "{\"mode\":\"" + Canary + "\",\"limit\":500,\"name\":\"A\",\"gr\u00f6\u00dfe\":\"x\",\"e\\u202extra\":1}");
        var lines = SchemaFixture.Text(answer).Split('\n');
        foreach (var line in new[]
        {
            "- (the arguments) lacks the member \"connectionId\" (required)",
            "- (the arguments) lacks the member \"database\" (required)",
            "- (the arguments) has the member \"e\\u202extra\", which is not allowed (additionalProperties)",
            "- /mode is not an allowed value (enum); expected [\"read\",\"write\"]",
            "- /limit is more than 100 (maximum)",
            "- /name does not match the pattern (pattern); expected \"^[a-z]+$\"",
            "- /gr\\u00f6\\u00dfe is not of type number (type)",
        }) Assert.Contains(line, lines);
        Assert.Equal(8, lines.Length);
        Assert.DoesNotContain(Canary, answer.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_AreToldUpToABound()
    {
        var names = Enumerable.Range(0, 300).Select(at => "member-" + at.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await using var gateway =
            await SchemaFixture.StartAsync(
                tools: Tool("many", "{\"type\":\"object\",\"required\":[" + string.Join(',', names.Select(name => $"\"{name}\"")) + "]}"));
        var answer = await CallAsync(await CallerAsync(gateway, modern: true), "many", "{}");
        Assert.Equal(21, SchemaFixture.Text(answer).Split('\n').Length);
        Assert.Equal(20, Refusal(answer)!.Value.GetProperty("places").GetArrayLength());
    }

    // MCP 2025-11-25, tasks: who asked for a task is answered by one, or by an error. In the modern era the result itself may come.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CallThatAsksForATask_GetsWhatItsEraKnows(bool modern)
    {
        await using var gateway = await SchemaFixture.StartAsync();
        var caller = new Era(gateway, modern, "alice");
        await caller.BeginAsync(modern ? """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""" : "{}");
        var answer = await caller.AskAsync("tools/call", "\"name\":\"read\",\"arguments\":{}" + (modern ? "" : ",\"task\":{\"ttl\":1000}"), "read");
        Assert.Equal("GH6004", Code(answer));
        Assert.Equal(modern, answer.TryGetProperty("result", out _));
        if (modern) return;
        Assert.Equal(-32602, answer.GetProperty("error").GetProperty("code").GetInt32());
        Assert.EndsWith("(the arguments) lacks the member \"path\" (required)", answer.GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ArgumentsThatFit_CrossAsTheyAre_AndDefaultsAreNotFilledIn(bool modern)
    {
        await using var gateway = await SchemaFixture.StartAsync();
        var caller = await CallerAsync(gateway, modern);
        var answer = await CallAsync(caller, "read", "{ \"path\" : \"notes/\\u0061\" }");
        Assert.Null(Code(answer));
        Assert.Contains("{ \"path\" : \"notes/\\u0061\" }", Assert.Single(gateway.Upstream.Of("tools/call")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(true, "{}")]
    [InlineData(false, null)]
    [InlineData(false, "{}")]
    public async Task AbsentArguments_AreAnEmptyObject(bool modern, string? arguments)
    {
        await using var gateway =
            await SchemaFixture.StartAsync(tools: Tool("now", """{"type":"object","properties":{},"additionalProperties":false}"""));
        Assert.Null(Code(await CallAsync(await CallerAsync(gateway, modern), "now", arguments)));
    }

    // T16: what is null is left out, for what is optional and declared; the message stays as it is.
    [Theory]
    [InlineData(true, "{\"path\":\"notes/a\",\"count\":null}", null)]
    [InlineData(false, "{\"path\":\"notes/a\",\"c\\u006funt\":null}", null)]
    [InlineData(true, "{\"path\":null}", "required")]
    [InlineData(true, "{\"path\":\"notes/a\",\"extra\":null}", "additionalProperties")]
    [InlineData(false, "{\"path\":\"../a\",\"count\":null}", "pattern")]
    [Trait("Requirement", "T16")]
    public async Task NullInPlaceOfAnOptionalArgument_CountsAsAbsent(bool modern, string arguments, string? keyword)
    {
        await using var gateway = await SchemaFixture.StartAsync();
        var answer = await CallAsync(await CallerAsync(gateway, modern), "read", arguments);
        Assert.Equal(keyword is null ? null : "GH6004", Code(answer));
        if (keyword is null) Assert.Contains(arguments, Assert.Single(gateway.Upstream.Of("tools/call")).Text, StringComparison.Ordinal);
        else Assert.Equal(keyword, Refusal(answer)!.Value.GetProperty("places")[0].GetProperty("keyword").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RecordedOnly_TheCallPasses_AndTheEventSaysSo(bool modern)
    {
        await using var gateway = await SchemaFixture.StartAsync(new SchemaSettings { Input = EnforcementMode.Record });
        var caller = await CallerAsync(gateway, modern);
        Assert.Null(Code(await CallAsync(caller, "read", "{\"path\":7}")));
        Assert.Equal("warn type /properties/path/type", Assert.Single(Parts(gateway, modern ? 1 : 2, "input-schema")));
    }

    // A definition that nobody can check is a finding at listing, and its tool is not there (design rule 10, E09, E10).
    [Theory]
    [InlineData(true, """{"type":"object","properties":{"a":{"$ref":"http://127.0.0.1:1/schema.json"}}}""")]
    [InlineData(false, """{"type":"object","properties":{"a":{"$ref":"http://127.0.0.1:1/schema.json"}}}""")]
    [InlineData(true, """{"type":"object","properties":{"a":{"pattern":"(a)\\1"}}}""")]
    [InlineData(false, """{"type":"nothing"}""")]
    [InlineData(false, "7")]
    [Trait("Requirement", "E09")]
    [Trait("Requirement", "E10")]
    public async Task ToolWhoseSchemaCannotBeUsed_IsNotThere_UnlessDeviationsAreOnlyRecorded(bool modern, string schema)
    {
        var tools = Tool("bad", schema) + "," + Tool("good", """{"type":"object"}""");
        await using (var gateway = await SchemaFixture.StartAsync(tools: tools))
        {
            var caller = await CallerAsync(gateway, modern);
            var list = (await caller.AskAsync("tools/list")).GetProperty("result").GetProperty("tools");
            Assert.Equal(["good"], list.EnumerateArray().Select(tool => tool.GetProperty("name").GetString()!));
            Assert.Equal("GH4003", Code(await CallAsync(caller, "bad", "{}")));
            Assert.Empty(gateway.Upstream.Of("tools/call"));
            Assert.StartsWith("drop ", Assert.Single(Parts(gateway, modern ? 2 : 3, "input-schema-unusable")), StringComparison.Ordinal);
        }

        await using var open = await SchemaFixture.StartAsync(new SchemaSettings { Input = EnforcementMode.Record }, tools);
        var other = await CallerAsync(open, modern);
        Assert.Equal(2, (await other.AskAsync("tools/list")).GetProperty("result").GetProperty("tools").GetArrayLength());
        Assert.Null(Code(await CallAsync(other, "bad", "{}")));
        Assert.StartsWith("warn ", Assert.Single(Parts(open, modern ? 2 : 3, "input-schema-unusable")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task ToolWhoseSchemaCannotBeUsed_IsNamedToTheOperatorOnce_AndCounted(bool modern, bool isEnforced)
    {
        var tools = Tool("boolreq", """{"type":"object","properties":{"a":{"type":"string","required":true}}}""") + ","
            + Tool("good", """{"type":"object"}""");
        await using var gateway = await SchemaFixture.StartAsync(
            new SchemaSettings { Input = isEnforced ? EnforcementMode.Enforce : EnforcementMode.Record }, tools);
        var caller = await CallerAsync(gateway, modern);
        for (var i = 0; i < 3; i++) await caller.AskAsync("tools/list");
        string[] expected = isEnforced
            ? ["server up: callers do not see the tool boolreq: its inputSchema cannot be used at /properties/a/required: a list of names is wanted "
                + "here; 'servers.up.schemas.input: record' lets it pass"]
            : [];
        Assert.Equal(expected, gateway.Diagnostics.Split('\n').Where(line => line.Contains("boolreq", StringComparison.Ordinal)));
        Assert.Equal(isEnforced ? 1 : 0, gateway.Host.Core.Services.SeenTools.Unusable);
        Assert.Equal(isEnforced, gateway.Host.Core.DefinitionFacts().Any(fact => fact.Key == "definitions.unusable"
            && fact.Value.StartsWith("1;", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Requirement", "E10")]
    public async Task WorkBeyondItsBound_IsNoFit()
    {
        // Each element is looked at by each of a hundred schemas: more steps than a validation may take.
        var tools = Tool("big", "{\"type\":\"object\",\"properties\":{\"a\":{\"allOf\":["
            + string.Join(',', Enumerable.Repeat("{\"items\":{\"type\":\"integer\"}}", 100)) + "]}}}");
        await using var gateway = await SchemaFixture.StartAsync(tools: tools);
        var caller = await CallerAsync(gateway, modern: false);
        var answer = await CallAsync(caller, "big", "{\"a\":[" + string.Join(',', Enumerable.Range(0, 30_000)) + "]}");
        Assert.Equal("GH6004", Code(answer));
        Assert.Equal("undecided", Refusal(answer)!.Value.GetProperty("places")[0].GetProperty("keyword").GetString());
    }

    // What the protocol puts beside the arguments is no part of them: facts of the request, a wish for a task, mirrored parameters.
    [Fact]
    public async Task WhatStandsBesideTheArguments_IsNotChecked()
    {
        const string marked =
            """{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}},"required":["region"],"additionalProperties":false}""";
        await using var gateway = await SchemaFixture.StartAsync(tools: Tool("marked", marked));
        var (_, good, _) = await gateway.CallAsync(
            gateway.Modern("tools/call", "\"name\":\"marked\",\"arguments\":{\"region\":\"eu\"}", "marked", null, ("Mcp-Param-Region", "eu")));
        Assert.Null(Code(good));
        var legacy = await CallerAsync(gateway, modern: false);
        var task = await legacy.AskAsync("tools/call",
            "\"name\":\"marked\",\"arguments\":{\"region\":\"eu\"},\"task\":{\"ttl\":1000},\"_meta\":{\"x.example/y\":[1]}");
        Assert.Null(Code(task));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ChangedSchema_IsTheOneThatCounts(bool modern)
    {
        var time = new Testing.ManualTimeProvider();
        await using var gateway = await SchemaFixture.StartAsync(time: time);
        var caller = await CallerAsync(gateway, modern);
        Assert.Null(Code(await CallAsync(caller, "read", "{\"path\":\"notes/a\"}")));
        gateway.Upstream.OnResult("tools/list",
            "{\"resultType\":\"complete\",\"tools\":[" + Tool("read", """{"type":"object","properties":{"path":{"const":"other"}}}""") + "]}");
        time.Advance(TimeSpan.FromMinutes(1));
        var other = await CallerAsync(gateway, modern, "bob"); // who was not told of the one before
        Assert.Equal("GH6004", Code(await CallAsync(other, "read", "{\"path\":\"notes/a\"}")));
        Assert.Null(Code(await CallAsync(other, "read", "{\"path\":\"other\"}")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Prompts_NeedWhatTheyDeclareAsRequired_AsTexts(bool modern)
    {
        await using var gateway = await SchemaFixture.StartAsync();
        gateway.Upstream.OnResult("prompts/list",
            """{"resultType":"complete","prompts":[{"name":"p","arguments":[{"name":"code","required":true},{"name":"tone"}]},{"name":"plain"}]}""");
        gateway.Upstream.OnResult("prompts/get", """{"resultType":"complete","messages":[]}""");
        var caller = await CallerAsync(gateway, modern);
        foreach (var (arguments, at, keyword) in new[]
            { ("", "", "required"), (",\"arguments\":{\"tone\":\"dry\"}", "", "required"),
                (",\"arguments\":{\"code\":\"x\",\"to/ne\":7}", "/to~1ne", "type"), (",\"arguments\":[]", "", "type") })
        {
            var answer = await caller.AskAsync("prompts/get", "\"name\":\"p\"" + arguments, "p");
            Assert.Equal("GH6004", Code(answer));
            Assert.Equal(at, answer.GetProperty("error").GetProperty("data").GetProperty("at").GetString());
            Assert.Equal(keyword, answer.GetProperty("error").GetProperty("data").GetProperty("keyword").GetString());
            Assert.Equal(-32602, answer.GetProperty("error").GetProperty("code").GetInt32());
            if (keyword == "required")
                Assert.EndsWith("lacks the member \"code\" (required)", answer.GetProperty("error").GetProperty("message").GetString(),
                    StringComparison.Ordinal);
        }

        Assert.Empty(gateway.Upstream.Of("prompts/get"));
        Assert.True((await caller.AskAsync("prompts/get", "\"name\":\"p\",\"arguments\":{\"code\":\"x\"}", "p")).TryGetProperty("result", out _));
        Assert.True((await caller.AskAsync("prompts/get", "\"name\":\"plain\"", "plain")).TryGetProperty("result", out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ToolWithoutSchema_TakesAnyObject_AndOnlyObjects(bool modern)
    {
        await using var gateway = await SchemaFixture.StartAsync(tools: Tool("free", null));
        var caller = await CallerAsync(gateway, modern);
        Assert.Null(Code(await CallAsync(caller, "free", "{\"a\":[1]}")));
        Assert.Equal("GH6004", Code(await CallAsync(caller, "free", "[1]")));
    }
}
