using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Development;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Analysis.WhoCan;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Tests.Oracle;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>
/// Generated policies through the whole gateway in both eras: what a call gets, what a list shows and what who-can says are what
/// the brute-force oracle says, which shares no code with any of them.
/// </summary>
[Trait("Requirement", "AZ-01")]
[Trait("Requirement", "AZ-02")]
public sealed class PolicyAgreementTests
{
    private const int Hour = 10;
    private static readonly int Policies = TestSize.Of(25, 250, 5_000);
    private readonly Dictionary<string, string> sessions = [];
    private int lastId;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CallsListsAndWhoCan_EqualTheOracle(bool modern)
    {
        await using var gateway = await StartAsync();
        int permitted = 0, refused = 0, shown = 0;
        for (var seed = 0; seed < Policies; seed++)
        {
            var generator = new Generator(seed);
            var rules = generator.Policy();
            var caller = generator.Caller() with { GroupsAreIncomplete = false, Claims = [] };
            caller = caller with { Client = caller.Client ?? "app" };
            var question = generator.Question() with { Direction = PolicyDirection.Calls, Hour = Hour };
            if (question.Target == PolicyTarget.None || (question.Arguments is not (null or JsonObject))) continue;
            if (question.Target != PolicyTarget.Tool) question = question with { Arguments = null };
            var session = modern ? "" : await SessionAsync(gateway, caller, question.Server);
            var policy = Use(gateway, rules);
            var context = $"seed {seed}: {question} by {caller}\n{string.Concat(rules.Select(rule => rule.ToYaml()))}";

            var open = Permits(rules, caller, question with { Target = PolicyTarget.None, Name = null });
            var expected = open && Permits(rules, caller, question);
            var answer = await CallAsync(gateway, modern, session, caller, question);
            Assert.True(expected == answer.TryGetProperty("result", out _), $"{answer}\n{context}");
            _ = expected ? permitted++ : refused++;
            var cell = WhoCanMatrix.Row(policy, caller.ToSubject(), [new PolicyResource(question.Server, question.Target, question.Name!)],
                question.ToRequest().At).Single();
            Assert.True(cell.Answer switch { PartialResult.Yes => expected || !open, PartialResult.No => !expected, _ => true },
                $"{cell.Answer}\n{context}");

            foreach (var (target, names) in new[]
                { (PolicyTarget.Tool, Generator.Tools), (PolicyTarget.Prompt, Generator.Prompts), (PolicyTarget.Resource, Generator.Resources) })
            {
                var visible = open ? names.Where(
                    name => Permits(rules, caller, question with { Target = target, Name = name, Direction = PolicyDirection.Lists })).ToArray() : [];
                var listed = await ListAsync(gateway, modern, session, caller, question.Server, target);
                Assert.True(visible.SequenceEqual(listed),
                    $"{target}: shown {string.Join(", ", listed)}, expected {string.Join(", ", visible)}\n{context}");
                shown += visible.Length;
            }
        }

        Assert.True(permitted > Policies / 10 && refused > Policies / 10
            && shown > Policies, $"{permitted} permitted, {refused} refused, {shown} shown");
    }

    private static async Task<TestGateway> StartAsync()
    {
        var gateway = await TestGateway.StartAsync(
            settings => settings with
            { Servers = [.. Generator.Servers.Select(name => settings.Servers[0] with { Name = name, Path = "/mcp/" + name })] },
            new ManualTimeProvider(Question.Midnight.AddHours(Hour)),
            rules: [new PolicyRule { Id = "all" }]);
        gateway.Upstream
            .OnResult("tools/list",
            $"{{\"resultType\":\"complete\",\"tools\":[{Join(Generator.Tools, name => $"{{\"name\":\"{name}\",\"inputSchema\":{{\"type\":\"object\"}}}}")}],\"ttlMs\":0,\"cacheScope\":\"public\"}}")
            .OnResult("prompts/list",
            $"{{\"resultType\":\"complete\",\"prompts\":[{Join(Generator.Prompts, name => $"{{\"name\":\"{name}\"}}")}],\"ttlMs\":0,\"cacheScope\":\"public\"}}")
            .OnResult("resources/list",
            $"{{\"resultType\":\"complete\",\"resources\":[{Join(Generator.Resources, uri => $"{{\"uri\":\"{uri}\",\"name\":\"r\"}}")}],\"ttlMs\":0,\"cacheScope\":\"public\"}}")
            .OnResult("prompts/get", """{"resultType":"complete","messages":[]}""")
            .OnResult("resources/read", """{"resultType":"complete","contents":[],"ttlMs":0,"cacheScope":"private"}""");
        return gateway;
    }

    private static string Join(string[] names, Func<string, string> form) => string.Join(',', names.Select(form));

    private static PolicyDecisionPoint Use(TestGateway gateway, OracleRule[] rules)
    {
        var faults = new FaultList();
        var policy = new PolicyDecisionPoint(
            PolicyFile.Read("version: 1\nrules:\n" + string.Concat(rules.Select(rule => rule.ToYaml())), null, PolicyNames.Unknown, faults));
        Assert.False(faults.Any);
        Replace(gateway, policy);
        return policy;
    }

    private static void Replace(TestGateway gateway, PolicyDecisionPoint policy)
    {
        var snapshots = gateway.Host.Snapshots;
        snapshots.Replace(new GatewaySnapshot(snapshots.Current.Generation + 1, snapshots.Current.Settings with { Rules = policy.Rules }, policy));
    }

    private static bool Permits(OracleRule[] rules, Caller caller, Question question)
    {
        var counting = rules.Where(rule => rule.Counts(caller, question)).ToList();
        return counting.Count > 0 && !counting.Any(rule => rule.Forbids);
    }

    private static Task<JsonElement> CallAsync(TestGateway gateway, string body, Func<HttpRequestMessage, HttpRequestMessage> complete,
        string token) =>
        SendAsync(gateway, complete(gateway.Post(body, token)));

    private static async Task<JsonElement> SendAsync(TestGateway gateway, HttpRequestMessage request) =>
        (await gateway.CallAsync(request)).Body is { ValueKind: JsonValueKind.Object } body ? body : JsonDocument.Parse("{}").RootElement;

    private Task<JsonElement> CallAsync(TestGateway gateway, bool modern, string session, Caller caller, Question question)
    {
        var arguments = question.Arguments is null ? "" : $",\"arguments\":{question.Arguments.ToJsonString()}";
        var (method, member) =
            question.Target switch
            {
                PolicyTarget.Tool => ("tools/call", "name"),
                PolicyTarget.Prompt => ("prompts/get", "name"),
                _ => ("resources/read", "uri")
            };
        return AskAsync(gateway, modern, session, caller, question.Server, method, $"\"{member}\":\"{question.Name}\"{arguments}", question.Name);
    }

    private async Task<string[]> ListAsync(TestGateway gateway, bool modern, string session, Caller caller, string server, PolicyTarget target)
    {
        var (method, member, name) =
            target switch
            {
                PolicyTarget.Tool => ("tools/list", "tools", "name"),
                PolicyTarget.Prompt => ("prompts/list", "prompts", "name"),
                _ => ("resources/list", "resources", "uri")
            };
        var answer = await AskAsync(gateway, modern, session, caller, server, method, "", null);
        return answer.TryGetProperty("result", out var result)
            ? [.. result.GetProperty(member).EnumerateArray().Select(entry => entry.GetProperty(name).GetString()!)] : [];
    }

    private Task<JsonElement> AskAsync(TestGateway gateway, bool modern, string session, Caller caller, string server, string method,
        string parameters, string? name)
    {
        const string meta =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";
        var all = !modern ? parameters : parameters.Length == 0 ? meta : $"{parameters},{meta}";
        var body = $"{{\"jsonrpc\":\"2.0\",\"id\":{++lastId},\"method\":\"{method}\",\"params\":{{{all}}}}}";
        return CallAsync(gateway, body, request => Address(gateway, request, server, modern, session, method, name), Token(gateway, caller, server));
    }

    private static HttpRequestMessage Address(TestGateway gateway, HttpRequestMessage request, string server, bool modern, string session,
        string method, string? name)
    {
        request.RequestUri = new Uri(Resource(gateway, server));
        if (!modern)
        {
            request.Headers.TryAddWithoutValidation("Mcp-Session-Id", session);
            return request;
        }

        request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2026-07-28");
        request.Headers.TryAddWithoutValidation("Mcp-Method", method);
        if (name is not null) request.Headers.TryAddWithoutValidation("Mcp-Name", name);
        return request;
    }

    // Begun under a policy that lets everybody in; what counts is the policy of each message.
    private async Task<string> SessionAsync(TestGateway gateway, Caller caller, string server)
    {
        var key = $"{caller.Subject} {caller.Client} {server}";
        if (sessions.TryGetValue(key, out var known)) return known;
        Replace(gateway, new PolicyDecisionPoint([new PolicyRule { Id = "all" }]));
        var request = gateway.Post(TestGateway.InitializeBody, Token(gateway, caller, server));
        request.RequestUri = new Uri(Resource(gateway, server));
        var (_, _, response) = await gateway.CallAsync(request);
        return sessions[key] = response.Headers.GetValues("Mcp-Session-Id").Single();
    }

    private static string Resource(TestGateway gateway, string server) =>
        gateway.Host.Snapshots.Current.Settings.Resource(gateway.Host.Snapshots.Current.Settings.Server(server)!);

    private static string Token(TestGateway gateway, Caller caller, string server) => gateway.Host.Development!.Mint(new DevelopmentGrant
    {
        Subject = caller.Subject,
        ClientId = caller.Client!,
        Audience = Resource(gateway, server),
        Roles = [.. caller.Roles],
        Groups = [.. caller.Groups],
        Scopes = [.. caller.Scopes],
    }).Reveal().ToString();
}
