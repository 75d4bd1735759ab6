using System.Net;
using System.Text.Json;
using Gatehouse.Gateway.Tests.SignIn;
using Gatehouse.Policy.Rules;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>
/// A contained person or client gets no token by any endpoint of the authorization server, and keeps the grants for the time after (IR-01).
/// </summary>
[Trait("Requirement", "IR-01")]
[Trait("Requirement", "OB-01")]
public sealed class ContainedSignInTests
{
    public static TheoryData<string> Parties => ["user", "client"];

    [Theory]
    [MemberData(nameof(Parties))]
    public async Task ContainedPersonOrClient_IsRefusedAtEachEndpoint_AndWorksAfterTheRelease(string kind)
    {
        var clock = new ManualTimeProvider();
        await using var provider = await PeopleProvider.StartAsync(clock);
        await using var gateway = await StartAsync(provider, clock);
        var alice = await SignedInClient.CreateAsync(gateway, "alice");
        var bob = await SignedInClient.CreateAsync(gateway, "bob");
        await using var open = await OpenExchanges.OpenAsync(gateway, alice.AccessToken);
        var origin = gateway.Host.Snapshots.Current.Settings.Origin;
        var desk = new ContainmentDesk(gateway);
        var target = new Gatehouse.Administration.ContainmentTarget(kind, origin, kind == "user" ? "corp:alice" : alice.ClientId, "");
        var made = await desk.TryContainAsync(target);
        Assert.Null(made.Refusal);
        await open.EndAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await PingAsync(gateway, alice.AccessToken));
        var (status, body) = await alice.ExchangeAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (status, body.GetProperty("error").GetString()));
        // The sign-in ends in front of the code: the person sees a page, and the client gets an error.
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SignedInClient.CreateAsync(gateway, "alice", clientId: alice.ClientId));
        Assert.Contains("Your account may not use this server", refused.Message, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => Causes(gateway).Contains("contained"), "the refused sign-in has its entry");
        Assert.Equal(HttpStatusCode.OK, await PingAsync(gateway, bob.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await bob.RefreshAsync());
        await desk.ReleaseAsync(made.Result!.Id);
        Assert.Equal(HttpStatusCode.OK, await PingAsync(gateway, alice.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await alice.RefreshAsync());
    }

    [Fact]
    public async Task NameWithoutItsProvider_IsContained_WithAHint()
    {
        var clock = new ManualTimeProvider();
        await using var provider = await PeopleProvider.StartAsync(clock);
        await using var gateway = await StartAsync(provider, clock);
        var desk = new ContainmentDesk(gateway);
        var origin = gateway.Host.Snapshots.Current.Settings.Origin;
        var made = await desk.TryContainAsync(new Gatehouse.Administration.ContainmentTarget("user", origin, "alice", ""));
        Assert.Contains("is named like corp:alice", made.Result!.Remark, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Causes(TestGateway gateway) =>
    [
        .. gateway.Entries().Select(static entry => entry.TryGetProperty("cause", out var cause) ? cause.GetString() : null).OfType<string>(),
    ];

    private static Task<TestGateway> StartAsync(PeopleProvider provider, ManualTimeProvider clock) => TestGateway.StartAsync(
        settings => settings with { AuthorizationServer = provider.Section }, clock,
        rules: [new PolicyRule { Id = "all", Who = new WhoClause { Subjects = new(["corp:alice", "corp:bob"]) }, Directions = TestGateway.EveryDirection }]);

    private static async Task<HttpStatusCode> PingAsync(TestGateway gateway, string token) =>
        (await gateway.CallAsync(gateway.Modern("tools/list", token: token))).Status;
}
