using System.Net;
using System.Text.Json;
using Gatehouse.Policy;
using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Testing;
using Gatehouse.Yaml;

namespace Gatehouse.Gateway.Tests;

/// <summary>
/// What the tools say of a policy, against the gateway itself: under the policy that was in force a replay changes nothing of what the gateway
/// recorded, and a case that sends a method gets the verdict of the gateway.
/// </summary>
[Trait("Requirement", "AZ-02")]
[Trait("Requirement", "AZ-03")]
[Trait("NoRetry", "yes")]
public sealed class ReplayAgreementTests
{
    private static readonly string[] Refusals = ["GH4001", "GH4002", "GH4004", "GH4005"];

    public static TheoryData<string> Policies =>
    [
        "- { id: all, permit: { anyone: true } }",
        "- { id: all, permit: { anyone: true, directions: [calls, lists, logging] } }",
        "- { id: asked, permit: { anyone: true, methods: [sampling/createMessage, vendor/do, logging/setLevel, resources/subscribe] } }",
        "- { id: some, permit: { anyone: true, tools: [echo], resources: [\"notes://a\", \"notes://b?x=1\"] } }",
        "- { id: all, permit: { anyone: true } }\n  - { id: never, forbid: { resources: [\"notes://b?x=1\", \"notes://c\"], tools: [secret] } }",
        "- { id: reads, permit: { scopes: [\"notes:read\"] } }\n  - { id: lists, permit: { anyone: true, tools: [none] } }",
        "- { id: calls, permit: { anyone: true, directions: [calls] } }",
        "- { id: all, permit: { anyone: true, directions: [calls, logging] } }\n  - { id: never, forbid: { methods: [logging/setLevel], directions: [logging] } }",
        "- { id: asked, permit: { anyone: true, methods: [resources/subscribe, resources/read] } }\n  - { id: never, forbid: { resources: [\"notes://a\"] } }",
    ];

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task ReplayOfThePolicyInForce_ChangesNothing(string policy)
    {
        var rules = Read(policy);
        await using var gateway = await StartAsync(rules);
        foreach (var modern in new[] { true, false }) await UseAsync(gateway, modern);
        var (wrong, decided) = Compare(gateway, rules);
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(decided > 40, $"{decided} requests were compared");
    }

    // The revision of the message does not have the method, so that the gateway asks about the method and about what it names.
    [Fact]
    public async Task MethodOfAnotherRevision_IsPermittedByARuleForIt_OnlyWhereItsTargetIs()
    {
        var rules = Read("- { id: some, permit: { anyone: true, tools: [echo] } }");
        await using var gateway = await StartAsync(rules);
        var alice = new Era(gateway, modern: true, "alice");
        await alice.BeginAsync();
        await alice.AskAsync("resources/subscribe", "\"uri\":\"notes://a\"", "notes://a");
        var request = Assert.Single(Recorded(gateway), one => one.Request.Method == "resources/subscribe");
        const string permit = "- { id: asked, permit: { anyone: true, methods: [resources/subscribe], resources: [\"notes://*\"] } }\n"
            + "  - { id: method, permit: { anyone: true, methods: [resources/subscribe] } }";
        Assert.True(PolicyReplay.Of(new(Read(permit)), rules, [request]).PermitsMore);
        var forbidden = PolicyReplay.Of(new(Read(permit + "\n  - { id: never, forbid: { resources: [\"notes://a\"] } }")), rules, [request]);
        Assert.Equal((1, false), (forbidden.Same, forbidden.PermitsMore));
    }

    // The server asks for a scope, which no rule does.
    [Fact]
    public async Task ScopeThatTheServerAsksFor_IsNoVerdictOfThePolicy()
    {
        var rules = Read("- { id: all, permit: { anyone: true } }");
        await using var gateway = await TestGateway.StartAsync(
            settings => settings with { Servers = [settings.Servers[0] with { Scopes = ["notes:read"] }] }, rules: rules);
        var (status, _, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Single(Recorded(gateway), one => one.WasChallenged);
        var (wrong, _) = Compare(gateway, rules);
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    // The prompt is permitted, and what its server asks meanwhile is not. A request that only reads has no begun entry.
    [Fact]
    public async Task RefusedQuestionOfAServer_IsNoRefusalOfTheRequest()
    {
        var rules = Read("- { id: all, permit: { anyone: true } }");
        await using var gateway = await StartAsync(rules);
        gateway.Upstream.On("prompts/get", (context, message) => RecordingUpstream.Events(context,
            "data: {\"jsonrpc\":\"2.0\",\"id\":\"q1\",\"method\":\"roots/list\"}\n\n",
            $"data: {{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"messages\":[]}}}}\n\n"));
        var alice = new Era(gateway, modern: false, "alice");
        await alice.BeginAsync("{\"roots\":{}}");
        Assert.True((await alice.AskAsync("prompts/get", "\"name\":\"p\"", "p")).TryGetProperty("result", out _));
        var entries = gateway.EntriesWithEnded(1);
        Assert.Contains(entries, entry => entry.GetRawText().Contains("\"outcome\":\"deny\"", StringComparison.Ordinal));
        var recorded = Assert.Single(entries.Select(RecordedRequest.Of).OfType<RecordedRequest>(), one => one.Request.Method == "prompts/get");
        Assert.Equal((true, "all"), (recorded.Permitted, recorded.RuleId));
    }

    [Fact]
    public async Task WhatTheLogLeavesOut_IsUndecidable()
    {
        var rules = Read("- { id: all, permit: { anyone: true } }");
        await using var gateway = await StartAsync(rules);
        var alice = new Era(gateway, modern: true, "alice");
        await alice.BeginAsync();
        await alice.AskAsync("resources/read", "\"uri\":\"notes://b?x=1\"", "notes://b?x=1");
        var request = Recorded(gateway).First(one => one.Request.Method == "resources/read");
        Assert.Equal("notes://b?", request.Request.Name);
        var next = Read("- { id: all, permit: { anyone: true, resources: [\"notes://b\"] } }");
        Assert.Equal(1, PolicyReplay.Of(new(next), rules, [request]).Undecidable);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task CaseThatSendsAMethod_GetsTheVerdictOfTheGateway(string policy)
    {
        var rules = Read(policy);
        await using var gateway = await StartAsync(rules);
        Era[] eras = [new(gateway, modern: true, "alice"), new(gateway, modern: false, "alice")];
        foreach (var era in eras) await era.BeginAsync();
        var methods = PolicyRequests.KnownMethods.Append("vendor/do").Where(method => !PolicyRequests.NamesTarget(method)
            && !method.StartsWith("notifications/", StringComparison.Ordinal) && method != "initialize");
        foreach (var method in methods)
        {
            var one = new PolicyCase("n", 1, new PolicyCaller { Subject = "alice", Client = "tests" },
                PolicyRequests.For("sends", "up", method), PolicyEffect.Permit, null);
            var said = PolicyTestRun.Of(gateway.Host.Snapshots.Current.Policy, [one]).IsGood;
            var isPermitted = false; // in one of the eras: a case names none
            foreach (var era in eras) isPermitted |= !IsRefused(await AskAsync(era, method));
            Assert.True(said == isPermitted, $"{method}: the case says {said}, the gateway {isPermitted}, by {policy}");
        }
    }

    private static async Task<JsonElement> AskAsync(Era era, string method) => method switch
    {
        "logging/setLevel" => await era.AskAsync(method, "\"level\":\"debug\""),
        "tasks/get" or "tasks/result" or "tasks/cancel" or "tasks/update" => await era.AskAsync(method, "\"taskId\":\"t\"", "t"),
        "sampling/createMessage" => await era.AskAsync(method, "\"messages\":[],\"maxTokens\":1"),
        _ => await era.AskAsync(method),
    };

    private static bool IsRefused(JsonElement answer) => answer.TryGetProperty("error", out var error) && error.TryGetProperty("data", out var data)
        && data.ValueKind == JsonValueKind.Object && data.TryGetProperty("code", out var code) && Refusals.Contains(code.GetString());

    private static async Task UseAsync(TestGateway gateway, bool modern)
    {
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        foreach (var tool in new[] { "echo", "secret", "nothing" }) await alice.AskAsync("tools/call", $"\"name\":\"{tool}\"", tool);
        foreach (var prompt in new[] { "p", "nothing" }) await alice.AskAsync("prompts/get", $"\"name\":\"{prompt}\"", prompt);
        foreach (var uri in new[] { "notes://a", "notes://a?x=1", "notes://b", "notes://b?x=1", "notes://b#f", "notes://c?y", "notes://nothing" })
        {
            await alice.AskAsync("resources/read", $"\"uri\":\"{uri}\",\"name\":\"echo\"", uri);
            await alice.AskAsync("resources/subscribe", $"\"uri\":\"{uri}\"", uri);
            await alice.AskAsync("completion/complete",
                $"\"ref\":{{\"type\":\"ref/resource\",\"uri\":\"{uri}\"}},\"argument\":{{\"name\":\"a\",\"value\":\"b\"}}");
        }

        foreach (var prompt in new[] { "p", "nothing" })
            await alice.AskAsync("completion/complete",
                $"\"ref\":{{\"type\":\"ref/prompt\",\"name\":\"{prompt}\"}},\"argument\":{{\"name\":\"a\",\"value\":\"b\"}}");
        foreach (var method in new[] { "logging/setLevel", "tasks/get", "sampling/createMessage", "vendor/do", "ping" }) await AskAsync(alice, method);
        await alice.AskAsync("tools/list", "\"name\":\"nothing\"");
    }

    private static async Task<TestGateway> StartAsync(IReadOnlyList<PolicyRule> rules)
    {
        var gateway = await TestGateway.StartAsync(rules: rules);
        gateway.Upstream
            .OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"p"}],"ttlMs":0,"cacheScope":"public"}""")
            .OnResult("resources/list",
            """{"resultType":"complete","resources":[{"uri":"notes://a","name":"a"},{"uri":"notes://b","name":"b"},{"uri":"notes://b?x=1","name":"x"}],"ttlMs":0,"cacheScope":"public"}""")
            .OnResult("resources/templates/list", """{"resultType":"complete","resourceTemplates":[],"ttlMs":0,"cacheScope":"public"}""");
        return gateway;
    }

    private static List<RecordedRequest> Recorded(TestGateway gateway) =>
        [.. gateway.EntriesWithEnded(1).Select(RecordedRequest.Of).OfType<RecordedRequest>()];

    // The changes that a replay reports, and the number of requests with a verdict.
    private static (List<string> Wrong, int Decided) Compare(TestGateway gateway, IReadOnlyList<PolicyRule> rules)
    {
        var (wrong, decided) = (new List<string>(), 0);
        foreach (var entry in gateway.EntriesWithEnded(1))
        {
            if (RecordedRequest.Of(entry) is not { } request) continue;
            var replay = PolicyReplay.Of(gateway.Host.Snapshots.Current.Policy, rules, [request]);
            decided += replay.Requests - replay.Undecidable;
            wrong.AddRange(replay.Changes.Select(change => $"now permitted {change.NowPermitted}: {entry.GetRawText()}"));
        }

        return (wrong, decided);
    }

    private static IReadOnlyList<PolicyRule> Read(string rules)
    {
        var faults = new FaultList();
        var read = PolicyFile.Read("version: 1\nrules:\n  " + rules + "\n", null, PolicyNames.Unknown, faults);
        Assert.True(!faults.Any, string.Join("\n", faults.ToList()));
        return read;
    }
}
