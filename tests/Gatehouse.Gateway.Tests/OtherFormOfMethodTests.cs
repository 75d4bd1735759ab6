using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Yaml;

namespace Gatehouse.Gateway.Tests;

/// <summary>A method that is sent in another form than its revision knows is no way around rules about its target.</summary>
[Trait("Requirement", "AZ-01")]
[Trait("Requirement", "ST-05")]
[Trait("NoRetry", "yes")]
public sealed class OtherFormOfMethodTests
{
    [Theory]
    [InlineData(true, "tools/call", "\"name\":\"secret\"", "secret")]
    [InlineData(false, "tools/call", "\"name\":\"secret\"", "secret")]
    [InlineData(true, "prompts/get", "\"name\":\"secret\"", "secret")]
    [InlineData(false, "prompts/get", "\"name\":\"secret\"", "secret")]
    [InlineData(true, "resources/read", "\"uri\":\"notes://secret\"", "notes://secret")]
    [InlineData(false, "resources/read", "\"uri\":\"notes://secret\"", "notes://secret")]
    public async Task RequestMethodWithoutAnId_ReachesNoServerForAForbiddenTarget(bool modern, string method, string parameters, string name)
    {
        await using var gateway = await TestGateway.StartAsync(rules: Read($$"""
            - { id: all, permit: { anyone: true, methods: ["{{method}}"] } }
              - { id: never, forbid: { tools: [secret], prompts: [secret], resources: ["notes://secret"] } }
            """));
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        await alice.AskAsync(method, parameters, name);
        Assert.Empty(gateway.Upstream.Of(method));
        const string meta =
            ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";
        var body = $"{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":{{{parameters}{(modern ? meta : "")}}}}}";
        var notification = !modern ? alice.Notify(body) : gateway.Post(body, gateway.Token(), ("MCP-Protocol-Version", "2026-07-28"),
            ("Mcp-Method", method), ("Mcp-Name", name));
        var (status, answer, _) = await gateway.CallAsync(notification);
        Assert.True(gateway.Upstream.Of(method).Count == 0, $"{status} {answer}");
    }

    [Fact]
    public async Task RequestMethodWithoutAnId_ReachesTheServer_WhereNoRuleIsAboutItsTarget()
    {
        await using var gateway = await TestGateway.StartAsync(rules: Read("- { id: all, permit: { anyone: true, methods: [tools/call] } }"));
        var alice = new Era(gateway, modern: false, "alice");
        await alice.BeginAsync();
        await gateway.CallAsync(alice.Notify("""{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo"}}"""));
        Assert.Single(gateway.Upstream.Of("tools/call"));
    }

    [Fact]
    [Trait("Requirement", "H18")]
    public async Task CallWithoutAnId_MatchesTheSchemaOfItsTool()
    {
        await using var gateway = await TestGateway.StartAsync(rules: Read("- { id: all, permit: { anyone: true, methods: [tools/call], tools: [echo] } }"));
        gateway.Upstream.OnResult("tools/list", """
            {"resultType":"complete","ttlMs":0,"cacheScope":"public","tools":[{"name":"echo",
             "inputSchema":{"type":"object","properties":{"n":{"type":"integer","maximum":5}},"additionalProperties":false}}]}
            """);
        var alice = new Era(gateway, modern: false, "alice");
        await alice.BeginAsync();
        await SendAsync("1000");
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        await SendAsync("1");
        Assert.Single(gateway.Upstream.Of("tools/call"));

        Task SendAsync(string number) => gateway.CallAsync(alice.Notify(
            """{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo","arguments":{"n":NUMBER}}}"""
                .Replace("NUMBER", number, StringComparison.Ordinal)));
    }

    // A rule that asks a person about a tool holds for a call that cannot wait for the person as well.
    [Fact]
    [Trait("Requirement", "AZ-04")]
    public async Task CallWithoutAnId_GoesAroundNoApproval()
    {
        await using var gateway = await TestGateway.StartAsync(rules: Read("""
            - { id: all, permit: { anyone: true, methods: [tools/call] } }
              - { id: pay, permit: { anyone: true, tools: [echo] }, obligations: { approval: { approvers: 1 } } }
              - { id: who, permit: { anyone: true, tools: [echo], directions: [approvals] } }
            """));
        var alice = new Era(gateway, modern: false, "alice");
        await alice.BeginAsync();
        await gateway.CallAsync(alice.Notify("""{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo"}}"""));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Fact]
    public async Task MethodOfAnotherRevision_ReachesNoServerForAForbiddenTarget()
    {
        await using var gateway = await TestGateway.StartAsync(rules: Read("""
            - { id: all, permit: { anyone: true, methods: ["resources/subscribe"] } }
              - { id: never, forbid: { resources: ["notes://secret"] } }
            """));
        foreach (var modern in new[] { true, false })
        {
            var alice = new Era(gateway, modern, "alice");
            await alice.BeginAsync();
            var answer = await alice.AskAsync("resources/subscribe", "\"uri\":\"notes://secret\"", "notes://secret");
            Assert.True(gateway.Upstream.Of("resources/subscribe").Count == 0, $"{modern}: {answer}");
        }
    }

    private static IReadOnlyList<PolicyRule> Read(string rules)
    {
        var faults = new FaultList();
        var read = PolicyFile.Read("version: 1\nrules:\n  " + rules + "\n", null, PolicyNames.Unknown, faults);
        Assert.True(!faults.Any, string.Join("\n", faults.ToList()));
        return read;
    }
}
