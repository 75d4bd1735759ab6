using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Tests.Containment;
using Gatehouse.Identity.Development;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Ipc;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests;

/// <summary>An agent that holds a token of an administrator gives itself no right with it (ID-08; design rule 12).</summary>
[Trait("Requirement", "ID-08")]
public sealed class CallingTokenTests
{
    private static readonly PeerAccount Own = new(1, PeerAccount.OwnUserId());

    public static TheoryData<string> Grants =>
    [
        .. AdministrationTests.Acts
            .Where(act => act is { Effect: ActionEffect.Grants, Strength: ActionStrength.Person } and not (DeleteQuarantined or ApproveServerCommand))
            .Select(act => act.GetType().Name),
    ];

    // An issuer may name several audiences in one token (RFC 7519 §4.1.3).
    [Theory]
    [InlineData("resource")]
    [InlineData("audience")]
    public async Task TokenThatIsForAServerAsWell_IsNoAdministrators_ForWhateverAct(string kind)
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        await using var gateway = await TestGateway.StartAsync(s => s with
        {
            Development = false,
            Issuers = [new IssuerSettings { Issuer = issuer.Origin }],
            Servers = [s.Servers[0] with { Audiences = ["api://files"] }],
            Administration = new AdministrationSettings { Who = new WhoClause { Subjects = new NameSet(["carol"]) } },
        });
        var audience = gateway.Host.Snapshots.Current.Settings.AdministrationResource;
        string Mint(params string[] audiences) => issuer.Mint(audience, claims =>
        {
            claims["sub"] = "carol";
            claims["client_id"] = "desk";
            claims["aud"] = new JsonArray([.. audiences.Select(one => (JsonNode)one)]);
        });
        var (both, only) = (Mint(kind == "resource" ? gateway.Url.ToString() : "api://files", audience), Mint(audience));
        AdministrativeAction[] requests =
        [
            new Contain(new ContainmentTarget("server", Name: "up"), "r"), new ReleaseContainment("ctn-0000000000", "r"),
            new ApproveDefinition("up", DefinitionKind.Tool, "add", new string('0', 64), "r", null),
            new RevokeDefinitionApproval("up", DefinitionKind.Tool, "add", "r"),
        ];
        var acts = GatewayAdministration.ControlOf(gateway.Host);
        foreach (var request in requests)
        {
            var reply = await acts.HandleAsync(request, Own, both);
            Assert.False(reply.Ok);
            Assert.Contains("is for a server as well", reply.Message, StringComparison.Ordinal);
            Assert.Contains(audience, reply.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain("is for a server", (await acts.HandleAsync(request, Own, only)).Message ?? "", StringComparison.Ordinal);
        }

        await gateway.Host.NoteDurableAsync("mark");
        var refused = gateway.Entries().Where(static one => one.TryGetProperty("why", out var why) && why.GetString() == "token: AudienceMismatch");
        Assert.Equal(requests.Length, refused.Count());
    }

    [Theory]
    [MemberData(nameof(Grants))]
    public async Task ClientThatMakesCalls_DoesNoActThatGivesARight(string name)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var listed = await gateway.SendAsync(gateway.Modern("tools/list"));
        Assert.NotEqual(HttpStatusCode.Unauthorized, listed.StatusCode);
        var act = AdministrationTests.Acts.Single(act => act.GetType().Name == name);
        var administration = GatewayAdministration.Of(gateway.Host);
        var refused = await administration.DoAsync(act, ContainmentDesk.Credentials(gateway, "carol", "tests"));
        Assert.Equal("way-of-calls", refused.Refusal?.Why);
        var other = await administration.DoAsync(act, ContainmentDesk.Credentials(gateway, "carol", "desk"));
        Assert.NotEqual("way-of-calls", other.Refusal?.Why);
    }

    // In an emergency, whoever is an administrator takes rights away.
    [Fact]
    public async Task ClientThatMakesCalls_Contains_AndDoesNotRelease()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var listed = await gateway.SendAsync(gateway.Modern("tools/list"));
        var agent = new ContainmentDesk(gateway, client: "tests");
        var id = await agent.ContainAsync("server", "up");
        Assert.Equal("way-of-calls", (await agent.TryReleaseAsync(id)).Refusal?.Why);
        Assert.Equal(id, Assert.Single(await agent.ListAsync()).Id);
        await new ContainmentDesk(gateway).ReleaseAsync(id);
    }

    // The threat: one call of a stranger with the client that administrators use keeps all of them from releasing anything until the next start.
    [Fact]
    public async Task ClientOfACallerWithoutARight_IsNoClientThatMakesCalls()
    {
        await using var gateway = await TestGateway.StartAsync();
        var desk = new ContainmentDesk(gateway, client: "common");
        var id = await desk.ContainAsync("server", "up");
        foreach (var body in new[] { "not json", """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}""" })
        {
            using var refused = await gateway.SendAsync(gateway.Post(body, MintFor(gateway, "mallory", "common")));
            Assert.False(refused.IsSuccessStatusCode);
        }

        using var listed = await gateway.SendAsync(gateway.Modern("tools/list", token: MintFor(gateway, "mallory", "common")));
        Assert.NotEqual(HttpStatusCode.OK, listed.StatusCode);
        await desk.ReleaseAsync(id);
    }

    // A caller whom only the containment keeps from the server has a right there.
    [Fact]
    public async Task ClientThatCallsAContainedServer_DoesNotReleaseIt()
    {
        await using var gateway = await TestGateway.StartAsync();
        var desk = new ContainmentDesk(gateway, client: "agent");
        var id = await desk.ContainAsync("server", "up");
        using var listed = await gateway.SendAsync(gateway.Modern("tools/list", token: MintFor(gateway, "alice", "agent")));
        Assert.Equal("way-of-calls", (await desk.TryReleaseAsync(id)).Refusal?.Why);
    }

    // So operators keep the client of administrators apart from calls, and no caller can take it from them.
    [Fact]
    public async Task ClientThatThePolicyForbids_IsNoClientThatMakesCalls()
    {
        await using var gateway = await TestGateway.StartAsync(rules:
        [
            new PolicyRule { Id = "all", Who = new WhoClause { Subjects = new NameSet(["alice"]) } },
            new PolicyRule { Id = "desk", Forbids = true, Who = new WhoClause { Clients = new NameSet(["desk"]) } },
        ]);
        var desk = new ContainmentDesk(gateway, client: "desk");
        var id = await desk.ContainAsync("tool", "echo");
        using var listed = await gateway.SendAsync(gateway.Modern("tools/list", token: MintFor(gateway, "alice", "desk")));
        Assert.Equal(HttpStatusCode.Forbidden, listed.StatusCode);
        await desk.ReleaseAsync(id);
    }

    private static string MintFor(TestGateway gateway, string subject, string client) => gateway.Host.Development!.Mint(
        new DevelopmentGrant { Subject = subject, Audience = gateway.Url.ToString(), ClientId = client, Lifetime = TimeSpan.FromMinutes(5) })
        .Reveal().ToString();
}
