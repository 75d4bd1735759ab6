using System.Text.Json;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Messages;

/// <summary>
/// What a client would open or show by itself: resources of MCP Apps in content and <c>_meta</c> (ST-09), icons of other schemes (E11).
/// </summary>
[Trait("NoRetry", "yes")]
public sealed class LinkTests
{
    private const string Good = """{"src":"https://a.example/i.png"}""";
    private const string Image = """{"src":"data:image/png;base64,AAAA"}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "ST-09")]
    public async Task AppInAResult_IsTakenOut_AndTheRestStays(bool modern)
    {
        await using var gateway = await TestGateway.StartAsync();
        const string plain = """{ "type":"text", "text":"see ui://kept/as/text" }""";
        gateway.Upstream.OnResult("tools/call", "{" + (modern ? "\"resultType\":\"complete\"," : "") + "\"content\":["
            + """{"type":"resource","resource":{"uri":"ui://evil/app","mimeType":"text/html","text":"<script>evil</script>"}},"""
            + plain + ","
            + """{"type":"resource_link","uri":" UI://evil/app","name":"evil"},{"type":"resource_link","uri":"\u0075i://evil/app","name":"evil"},{"type":"resource_link","uri":"demo://good","name":"good"}"""
            + """],"structuredContent":{"uri":"ui://the/tools/own"},"_meta":{"ui":{"resourceUri":"ui://evil/app"},"ui/resourceUri":"ui://evil/app","openai/outputTemplate":"ui://evil/app","kept":1}}""");
        var caller = await CallerAsync(gateway, modern);
        var result = (await caller.AskAsync("tools/call", "\"name\":\"echo\"", "echo")).GetProperty("result");
        Assert.Equal("[" + plain + """,{"type":"resource_link","uri":"demo://good","name":"good"}]""", result.GetProperty("content").GetRawText());
        Assert.Equal("""{"uri":"ui://the/tools/own"}""", result.GetProperty("structuredContent").GetRawText());
        Assert.Equal("""{"kept":1}""", result.GetProperty("_meta").GetRawText());
        RequireTaken(gateway, "mcp-app", 6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "ST-09")]
    public async Task AppInAPromptAResourceOrADefinition_IsTakenOut(bool modern)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream
            .OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"p"}]}""")
            .OnResult("prompts/get",
            """{"resultType":"complete","messages":[{"role":"user","content":{"type":"resource","resource":{"uri":"ui://evil/app","text":"evil"}}},{"role":"user","content":{"type":"text","text":"good"}}]}""")
            .OnResult("resources/list", """{"resultType":"complete","resources":[{"uri":"demo://a","name":"a"}]}""")
            .OnResult("resources/read",
            """{"resultType":"complete","contents":[{"uri":"demo://a","text":"good"},{"uri":"ui://evil/app","text":"evil"}]}""")
            .OnResult("tools/list",
            """{"resultType":"complete","tools":[{"name":"echo","inputSchema":{"type":"object"},"_meta":{"ui":{"resourceUri":"ui://evil/app"}}}]}""");
        var caller = await CallerAsync(gateway, modern);
        var answers = new[]
        {
            await caller.AskAsync("prompts/get", "\"name\":\"p\"", "p"),
            await caller.AskAsync("resources/read", "\"uri\":\"demo://a\"", "demo://a"),
            await caller.AskAsync("tools/list"),
        };
        Assert.All(answers, answer => Assert.DoesNotContain("evil", answer.GetRawText(), StringComparison.Ordinal));
        Assert.Equal("""[{"role":"user","content":{"type":"text","text":"good"}}]""",
            answers[0].GetProperty("result").GetProperty("messages").GetRawText());
        Assert.Equal("""[{"uri":"demo://a","text":"good"}]""", answers[1].GetProperty("result").GetProperty("contents").GetRawText());
        Assert.Equal("""[{"name":"echo","inputSchema":{"type":"object"},"_meta":{}}]""",
            answers[2].GetProperty("result").GetProperty("tools").GetRawText());
    }

    // E11, where no lock stands.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "E11")]
    public async Task IconOfAnotherScheme_IsTakenOut_WhereverIconsStand(bool modern)
    {
        await using var gateway = await TestGateway.StartAsync();
        string[] bad =
        [
            """{"src":"javascript:alert(1)"}""", """{"src":"JavaScript:alert(1)"}""", """{"src":"file:///etc/passwd"}""",
            """{"src":"ftp://a.example/i"}""", """{"src":"ws://a.example/i"}""",
            """{"src":"http://a.example/i.png"}""", """{"src":"data:text/html,<script>"}""", """{"src":" https://a.example"}""",
            """{"src":"//a.example/i"}""", """{"src":7}""", "\"javascript:alert(1)\"",
        ];
        var icons = "\"icons\":[" + Good + "," + string.Join(',', bad) + "," + Image + "]";
        var kept = "[" + Good + "," + Image + "]";
        var info = "{\"name\":\"r\",\"version\":\"1\",\"websiteUrl\":\"javascript:alert(1)\"," + icons + "}";
        gateway.Upstream
            .OnResult("tools/list",
            "{\"resultType\":\"complete\",\"tools\":[{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"icons\":{\"default\":[{\"src\":\"file:///kept\"}]}}}," + icons + "}]}")
            .OnResult("prompts/list", "{\"resultType\":\"complete\",\"prompts\":[{\"name\":\"p\"," + icons + "}]}")
            .OnResult("resources/list", "{\"resultType\":\"complete\",\"resources\":[{\"uri\":\"demo://a\",\"name\":\"a\"," + icons + "}]}")
            .OnResult("resources/templates/list",
            "{\"resultType\":\"complete\",\"resourceTemplates\":[{\"uriTemplate\":\"demo://{a}\",\"name\":\"a\"," + icons + "}]}")
            .OnResult("server/discover",
            "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},\"serverInfo\":" + info + "}")
            .OnResult("tools/call", "{\"resultType\":\"complete\",\"content\":[{\"type\":\"resource_link\",\"uri\":\"demo://a\",\"name\":\"a\","
            + icons + "}],\"structuredContent\":{\"icons\":[{\"src\":\"file:///the/tools/own\"}]}}");
        gateway.Upstream.On("initialize", (context, message) =>
        {
            context.Response.Headers["Mcp-Session-Id"] = "s";
            return RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{{\"tools\":{{}}}},\"serverInfo\":{info}}}}}");
        });
        var caller = await CallerAsync(gateway, modern);
        var begun = modern ? await caller.AskAsync("server/discover") : (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody))).Body;
        Assert.Equal("{\"name\":\"r\",\"version\":\"1\",\"icons\":" + kept + "}", begun.GetProperty("result").GetProperty("serverInfo").GetRawText());
        foreach (var (method, member) in new[]
            { ("tools/list", "tools"), ("prompts/list", "prompts"), ("resources/list", "resources"),
                ("resources/templates/list", "resourceTemplates") })
        {
            var entry = (await caller.AskAsync(method)).GetProperty("result").GetProperty(member)[0];
            Assert.Equal(kept, entry.GetProperty("icons").GetRawText());
            if (member == "tools") Assert.Contains("file:///kept", entry.GetRawText(), StringComparison.Ordinal);
        }

        var called = (await caller.AskAsync("tools/call", "\"name\":\"echo\"", "echo")).GetProperty("result");
        Assert.Equal(kept, called.GetProperty("content")[0].GetProperty("icons").GetRawText());
        Assert.Contains("file:///the/tools/own", called.GetRawText(), StringComparison.Ordinal);
        RequireTaken(gateway, "icon-scheme", (bad.Length * 6) + 1);
    }

    // What is all of a list leaves an empty one; white space and order around what is taken out stay.
    [Fact]
    [Trait("Requirement", "ST-05")]
    public async Task BytesAroundWhatIsTakenOut_Stay()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.OnResult("tools/call",
            """{ "a" : 1.50 , "content" : [ {"type":"resource_link","uri":"ui://x","name":"x"} ] , "z" : "\u00e9" }""");
        var session = await gateway.InitializeAsync();
        var text = await (await gateway.SendAsync(
            gateway.Post("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}""",
                null, ("Mcp-Session-Id", session)))).Content.ReadAsStringAsync();
        Assert.Contains("""{ "a" : 1.50 , "content" : [  ] , "z" : "\u00e9" }""", text, StringComparison.Ordinal);
    }

    private static async Task<Era> CallerAsync(TestGateway gateway, bool modern)
    {
        var caller = new Era(gateway, modern, "alice");
        await caller.BeginAsync();
        return caller;
    }

    // An event follows its answer.
    private static void RequireTaken(TestGateway gateway, string reason, int atLeast) => Assert.True(
        SpinWait.SpinUntil(() => Taken(gateway, reason) >= atLeast, TimeSpan.FromMinutes(2)), $"{Taken(gateway, reason)} of {atLeast} are recorded");

    private static int Taken(TestGateway gateway, string reason) =>
        gateway.Entries().Where(entry => entry.GetProperty("kind").GetString() == "ended" && entry.TryGetProperty("parts", out _))
            .SelectMany(entry => entry.GetProperty("parts").EnumerateArray())
            .Where(part => part.TryGetProperty("reason", out var slug) && slug.GetString() == reason)
            .Sum(part => part.TryGetProperty("count", out var count) ? count.GetInt32() : 1);
}
