using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Ipc;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>Whatever ends what a person granted, ends the streams and calls that are open by it, and those of nobody else (ID-07).</summary>
[Trait("Requirement", "ID-07")]
[Trait("Requirement", "OB-01")]
[Trait("NoRetry", "yes")]
public sealed class OpenStreamTests
{
    public static TheoryData<string> Ends => ["client-revokes-access", "client-revokes-refresh", "administrator", "administrator-person", "person", "person-line", "refresh-reuse"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task TheEndOfAGrant_EndsItsStreamAndItsRunningCall_AndNobodyElses(string end)
    {
        var clock = new ManualTimeProvider();
        await using var provider = await PeopleProvider.StartAsync(clock);
        await using var gateway = await StartAsync(provider, clock);
        var alice = await SignedInClient.CreateAsync(gateway, "alice");
        var bob = await SignedInClient.CreateAsync(gateway, "bob", clientId: alice.ClientId);
        await using var hers = await OpenExchanges.OpenAsync(gateway, alice.AccessToken);
        await using var his = await OpenExchanges.OpenAsync(gateway, bob.AccessToken);
        await EndAsync(end, gateway, alice, clock);
        await hers.EndAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await PingAsync(gateway, alice.AccessToken));
        if (end != "client-revokes-access") Assert.Equal(HttpStatusCode.BadRequest, await alice.RefreshAsync());
        Assert.Equal(HttpStatusCode.OK, await PingAsync(gateway, bob.AccessToken));
        Assert.True(his.AreOpen);
    }

    // Threat: a client that signed in twice keeps the tokens of the grant that the withdrawal did not name (CWE-613).
    [Theory]
    [InlineData("administrator", "revoked-by-administrator")]
    [InlineData("administrator-person", "revoked-by-administrator")]
    [InlineData("person-line", "withdrawn")]
    public async Task AClientThatSignedInTwice_KeepsNothing_AndEachEndIsAnEntry(string end, string cause)
    {
        var clock = new ManualTimeProvider();
        await using var provider = await PeopleProvider.StartAsync(clock);
        await using var gateway = await StartAsync(provider, clock);
        var first = await SignedInClient.CreateAsync(gateway, "alice");
        var second = await SignedInClient.CreateAsync(gateway, "alice", clientId: first.ClientId);
        await EndAsync(end, gateway, second, clock, grants: "2 grants");
        foreach (var client in new[] { first, second }) Assert.Equal(HttpStatusCode.Unauthorized, await PingAsync(gateway, client.AccessToken));
        List<JsonElement> ends = [];
        await Eventually.TrueAsync(() => (ends = EndsOfGrants(gateway)).Count >= 2, "both ends are in the log");
        Assert.Equal([cause, cause], ends.Select(entry => entry.GetProperty("cause").GetString()));
        Assert.Equal(2, ends.Select(entry => entry.GetProperty("grant").GetString()).Distinct().Count());
    }

    // A session of the legacy era has no token of its own: with a new token it would continue.
    [Fact]
    public async Task SigningOutEverywhere_EndsTheSessionsOfThatPerson_AndOfNoOther()
    {
        var clock = new ManualTimeProvider();
        await using var provider = await PeopleProvider.StartAsync(clock);
        await using var gateway = await StartAsync(provider, clock);
        var alice = await SignedInClient.CreateAsync(gateway, "alice");
        var bob = await SignedInClient.CreateAsync(gateway, "bob", clientId: alice.ClientId);
        foreach (var client in new[] { alice, bob }) await gateway.InitializeAsync(client.AccessToken);
        Assert.Equal(2, gateway.Host.Sessions.Entries.Count);
        await EndAsync("person", gateway, alice, clock);
        Assert.Equal("corp:bob", Assert.Single(gateway.Host.Sessions.Entries).Subject);
    }

    // A call that was let in goes on to its deadline, as with every token.
    [Fact]
    public async Task TheEndOfAnAccessToken_EndsItsStream()
    {
        var clock = new ManualTimeProvider();
        await using var provider = await PeopleProvider.StartAsync(clock);
        await using var gateway = await StartAsync(provider, clock);
        var alice = await SignedInClient.CreateAsync(gateway, "alice");
        await using var open = await OpenExchanges.OpenAsync(gateway, alice.AccessToken);
        clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await PingAsync(gateway, alice.AccessToken));
        Assert.True(open.AreOpen);
        clock.Advance(TimeSpan.FromSeconds(1));
        await open.StreamEndAsync();
        clock.Advance(TimeSpan.FromSeconds(5)); // the tolerance for gateways of one store
        Assert.Equal(HttpStatusCode.Unauthorized, await PingAsync(gateway, alice.AccessToken));
        // and the client goes on with its refresh token
        Assert.Equal(HttpStatusCode.OK, await alice.RefreshAsync());
    }

    private static List<JsonElement> EndsOfGrants(TestGateway gateway) =>
        [.. gateway.Entries().Where(entry => entry.TryGetProperty("act", out var act) && act.GetString() == "oauth.grant.end")];

    private static Task<TestGateway> StartAsync(PeopleProvider provider, ManualTimeProvider clock) => TestGateway.StartAsync(
        settings => settings with { AuthorizationServer = provider.Section with { AccessTokenLife = TimeSpan.FromMinutes(1) } }, clock,
        rules: [new PolicyRule { Id = "all", Who = new WhoClause { Subjects = new NameSet(["corp:alice", "corp:bob"]) }, Directions = TestGateway.EveryDirection }]);

    private static Task<ControlReply> RevokeAsync(TestGateway gateway, string subject) => GatewayAdministration.ControlOf(gateway.Host).HandleAsync(
        new RevokeSubject(subject), new PeerAccount(1, 0), gateway.AdminToken());

    private static async Task EndAsync(string end, TestGateway gateway, SignedInClient alice, ManualTimeProvider clock, string grants = "1 grant")
    {
        switch (end)
        {
            case "client-revokes-access":
                await alice.RevokeAsync(alice.AccessToken);
                break;
            case "client-revokes-refresh":
                await alice.RevokeAsync(alice.RefreshToken);
                break;
            case "administrator":
                var reply = await GatewayAdministration.ControlOf(gateway.Host).HandleAsync(
                    new RevokeConsent("corp:alice", alice.ClientId), new PeerAccount(1, 0), gateway.AdminToken());
                Assert.Contains($"1 consent removed, {grants} ended", reply.Message, StringComparison.Ordinal);
                break;
            case "administrator-person":
                Assert.Contains("named like corp:alice", (await RevokeAsync(gateway, "alice")).Message, StringComparison.Ordinal);
                var revoked = await RevokeAsync(gateway, "corp:alice");
                Assert.Contains($"{grants} ended", revoked.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("named like", revoked.Message, StringComparison.Ordinal);
                break;
            case "person":
                using (var browser = new SignInBrowser(alice.Origin, "alice"))
                    await browser.SendAsync("/oauth/grants", await browser.OpenAsync("/oauth/grants"), ("decision", "everywhere"));
                break;
            case "person-line":
                using (var browser = new SignInBrowser(alice.Origin, "alice"))
                {
                    var page = await browser.OpenAsync("/oauth/grants");
                    await browser.SendAsync("/oauth/grants", page, ("grant", Regex.Match(page, "name=\"grant\" value=\"([^\"]+)\"").Groups[1].Value));
                }

                break;
            default:
                Assert.Equal(HttpStatusCode.OK, await alice.RefreshAsync());
                clock.Advance(TimeSpan.FromSeconds(11));
                Assert.Equal(HttpStatusCode.BadRequest, await alice.RefreshAsync());
                break;
        }
    }

    private static async Task<HttpStatusCode> PingAsync(TestGateway gateway, string token) =>
        (await gateway.CallAsync(gateway.Modern("tools/list", token: token))).Status;
}
