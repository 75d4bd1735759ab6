using System.Net;
using System.Text.Json;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;
using Gatehouse.Identity.Development;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests;

/// <summary>What a caller is told of a decision, in both eras, and what the event says.</summary>
[Trait("Requirement", "AZ-01")]
public sealed class PolicyWireTests
{
    private const string Rules =
        """
        version: 1
        rules:
          - { id: read, permit: { scopes: [notes:read], tools: [echo] } }
          - { id: write, permit: { scopes: [notes:write], tools: [secret] }, when: [{ argument: amount, atMost: 100 }] }
        """;

    [Theory]
    [Trait("Requirement", "A13")]
    [Trait("Requirement", "A14")]
    [Trait("Requirement", "A15")]
    [Trait("Requirement", "A16")]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "H30")]
    public async Task AMissingScope_IsNamedWithAllThatTheOperationNeeds_TheSameEachTime(bool modern)
    {
        await using var gateway = await StartAsync(Rules, server => server with { Scopes = ["mcp:use"] });
        foreach (var scopes in new string[][] { [], ["notes:read"], ["mcp:use"], ["mcp:use", "notes:read"] })
        {
            var (status, _, response) = await CallAsync(gateway, modern, "secret", """{"amount":5}""", scopes);
            Assert.Equal(HttpStatusCode.Forbidden, status);
            var challenge = response.Headers.WwwAuthenticate.Single().ToString();
            Assert.Contains("error=\"insufficient_scope\"", challenge, StringComparison.Ordinal);
            Assert.Contains("scope=\"mcp:use notes:write\"", challenge, StringComparison.Ordinal);
            Assert.Contains($"error_description=\"The token lacks: {string.Join(' ', new[] { "mcp:use", "notes:write" }.Except(scopes))}\"",
                challenge, StringComparison.Ordinal);
            Assert.Contains("resource_metadata=\"http", challenge, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await CallAsync(gateway, modern, "secret", """{"amount":5}""", ["mcp:use", "notes:write"])).Status);
        Assert.Single(gateway.Upstream.Of("tools/call"));
    }

    [Theory]
    [Trait("Requirement", "A05")]
    [InlineData("tools/call", "secret", "mcp:use notes:write")]
    [InlineData("tools/call", "echo", "mcp:use notes:read")]
    [InlineData("tools/call", "invented", "mcp:use")]
    [InlineData("tools/list", null, "mcp:use")]
    [Trait("Requirement", "H31")]
    public async Task AStranger_IsToldTheScopesOfThisRequestAlone(string method, string? name, string scopes)
    {
        await using var gateway = await StartAsync(Rules, server => server with { Scopes = ["mcp:use"] });
        var (status, _, response) = await gateway.CallAsync(gateway.Modern(method, name is null ? "" : $"\"name\":\"{name}\"", name, token: ""));
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains($"scope=\"{scopes}\"", response.Headers.WwwAuthenticate.Single().ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MoreScope_IsNotAskedForWhereItWouldNotHelp(bool modern)
    {
        await using var gateway = await StartAsync(Rules);
        var (status, body, _) = await CallAsync(gateway, modern, "secret", """{"amount":500}""", ["notes:read"]);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("GH4003", Code(body));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatIsSeen_IsRefusedHonestly_AndWhatIsNot_AsIfItWereNotThere(bool modern)
    {
        await using var gateway = await StartAsync(Rules);
        string[] writer = ["notes:write"], reader = ["notes:read"];
        foreach (var arguments in new[] { """{"amount":500}""", """{"amount":"5"}""", "{}" })
            Assert.Equal("GH4001", Code((await CallAsync(gateway, modern, "secret", arguments, writer)).Body));
        await using var closed = await StartAsync(Rules.Replace("scopes: [notes:write]", "roles: [writer]", StringComparison.Ordinal));
        var forbidden = (await CallAsync(closed, modern, "secret", """{"amount":5}""", reader)).Body;
        var invented = (await CallAsync(closed, modern, "secreu", """{"amount":5}""", reader)).Body;
        Assert.Equal("GH4003", Code(forbidden));
        Assert.Equal(WithoutId(forbidden), WithoutId(invented));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        Assert.Empty(closed.Upstream.Of("tools/call"));
    }

    [Fact]
    public async Task TheEvent_HasTheTrueReason()
    {
        await using var gateway = await StartAsync(Rules);
        await CallAsync(gateway, modern: true, "secret", """{"amount":"5"}""", ["notes:write"]);
        var ended = gateway.EntriesWithEnded(1).Last(entry => entry.GetProperty("kind").GetString() == "ended");
        var details = ended.GetProperty("parts").EnumerateArray().Where(part => part.TryGetProperty("detail", out _))
            .Select(part => part.GetProperty("detail").GetString());
        Assert.Contains("write:condition-1:undecidable", details);
    }

    [Fact]
    public async Task AnObligationToKeepThePayload_KeepsThatOfTheCallsItNames()
    {
        await using var gateway = await StartAsync(
            """
            version: 1
            rules:
              - { id: all, permit: { anyone: true } }
              - { id: kept, permit: { anyone: true, tools: [secret] }, obligations: { log: payload } }
            """);
        await CallAsync(gateway, modern: true, "echo", "{}", []);
        await CallAsync(gateway, modern: true, "secret", "{}", []);
        var begun = gateway.EntriesWithEnded(2).Where(entry => entry.GetProperty("kind").GetString() == "begun").ToList();
        Assert.Equal([("echo", false), ("secret", true)],
            begun.Select(entry => (entry.GetProperty("name").GetString()!, entry.TryGetProperty("sealed", out _))).Order());
    }

    [Fact]
    public async Task AnObligationThatNoStageFulfils_Denies()
    {
        await using var gateway =
            await TestGateway.StartAsync(rules: [new PolicyRule { Id = "all", Obligations = [new Obligation(ObligationKind.Redaction)] }]);
        Assert.Equal("GH4006", Code((await CallAsync(gateway, modern: true, "echo", "{}", [])).Body));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Theory]
    [Trait("Requirement", "AZ-04")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ARuleThatAsks_HoldsForCallsThatAnotherRulePermits_AndThatCannotBeJudged(bool modern)
    {
        await using var gateway = await StartAsync(
            """
            version: 1
            rules:
              - { id: all, permit: { anyone: true } }
              - id: large
                permit: { anyone: true, tools: [secret] }
                when: [{ argument: amount, above: 100 }]
                obligations: { approval: { strength: approval } }
            """);
        gateway.CloseTerminal();
        foreach (var arguments in new[] { """{"amount":500}""", """{"amount":"500"}""", "{}" })
            Assert.Equal("GH4202", Code((await CallAsync(gateway, modern, "secret", arguments, [])).Body)); // no rule names an approver
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(gateway, modern, "secret", """{"amount":5}""", [])).Status);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(gateway, modern, "echo", "{}", [])).Status);
        Assert.Equal(2, gateway.Upstream.Of("tools/call").Count);
    }

    [Fact]
    [Trait("Requirement", "AZ-02")]
    public void PolicyFiles_AndPresets_AreReadWithTheConfiguration()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-policy-").FullName;
        File.WriteAllText(Path.Join(folder, "team.yaml"), "version: 1\nrules:\n  - { id: a, permit: { anyone: true, servers: [notes] } }\n");
        const string Configuration =
            """
            version: 1
            publicUrl: http://127.0.0.1:8080
            state: /tmp/gatehouse-state
            issuers: [{ issuer: https://login.example.com }]
            servers: { notes: { url: "http://127.0.0.1:9" } }
            policyPreset: personal
            policyFiles: [team.yaml]
            """;
        var path = Path.Join(folder, "gatehouse.yaml");
        var good = ConfigurationLoader.LoadText(Configuration, new ConfigurationRequest { Path = path });
        Assert.Equal(["a", "personal-use"], good.Settings!.Rules.Select(rule => rule.Id));
        Assert.Equal("team.yaml:3", good.Settings.Rules[0].Place);

        File.WriteAllText(Path.Join(folder, "team.yaml"),
            "version: 1\nrules:\n  - { id: a, permit: { anyone: true, servers: [note] } }\n  - { id: personal-use, permit: { anyone: false } }\n");
        var faults = ConfigurationLoader.LoadText(Configuration, new ConfigurationRequest { Path = path }).Faults;
        Assert.Equal([(3, "rules[0].permit.servers[0]"), (4, "rules[1].permit.anyone")],
            faults.Where(fault => fault.File is not null).Select(fault => (fault.Line, fault.Path)));
        Assert.Contains(faults, fault => fault.Message.Contains("occurs in several sources", StringComparison.Ordinal));
    }

    private static Task<TestGateway> StartAsync(string policy, Func<ServerSettings, ServerSettings>? change = null)
    {
        var faults = new FaultList();
        var rules = PolicyFile.Read(policy, null, PolicyNames.Unknown, faults);
        Assert.False(faults.Any);
        return TestGateway.StartAsync(settings => settings with { Servers = [(change ?? (server => server))(settings.Servers[0])] }, rules: rules);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> CallAsync(TestGateway gateway, bool modern,
        string tool, string arguments, string[] scopes)
    {
        var token = Token(gateway, scopes);
        if (modern) return await gateway.CallAsync(gateway.Modern("tools/call", $"\"name\":\"{tool}\",\"arguments\":{arguments}", tool, token));
        var handle = await gateway.InitializeAsync(Token(gateway, ["mcp:use", "notes:read", "notes:write"]));
        return await gateway.CallAsync(
            gateway.Post($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}} }}""",
                token, ("Mcp-Session-Id", handle)));
    }

    private static string Token(TestGateway gateway, string[] scopes) => gateway.Host.Development!.Mint(new DevelopmentGrant
    {
        Subject = "alice",
        Audience = gateway.Url.ToString(),
        ClientId = "tests",
        Scopes = [.. scopes],
    }).Reveal().ToString();

    private static string? Code(JsonElement body) => body.GetProperty("error").GetProperty("data").GetProperty("code").GetString();

    private static string WithoutId(JsonElement body) =>
        body.GetRawText().Replace(body.GetProperty("error").GetProperty("data").GetProperty("requestId").GetString()!, "", StringComparison.Ordinal);
}
