using System.Net;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Revocations;
using Gatehouse.Ipc;
using Gatehouse.Pipeline;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>A revocation lasts as long as what it revokes, over restarts, clean-ups and faults of the store (CWE-613).</summary>
public sealed class LastingRevocationTests : IAsyncLifetime
{
    private static readonly PeerAccount Own = new(1, PeerAccount.OwnUserId());

    private readonly ManualTimeProvider clock = new();
    private readonly string state = Directory.CreateTempSubdirectory("gatehouse-revocations-").FullName;
    private PeopleProvider people = null!;

    public async ValueTask InitializeAsync() => people = await PeopleProvider.StartAsync(clock);

    public async ValueTask DisposeAsync()
    {
        await people.DisposeAsync();
        Directory.Delete(state, recursive: true);
    }

    [Theory]
    [InlineData(RevocationKind.Client)]
    [InlineData(RevocationKind.Subject)]
    [InlineData(RevocationKind.Issuer)]
    public async Task WhatAnAdministratorRevoked_StaysRevoked_AsLongAsItsGrant(RevocationKind kind)
    {
        SignedInClient client;
        GatewaySettings settings;
        await using (var gateway = await StartAsync(null))
        {
            settings = gateway.Host.Snapshots.Current.Settings;
            client = await SignedInClient.CreateAsync(gateway, "alice");
            var value = kind switch { RevocationKind.Client => client.ClientId, RevocationKind.Subject => "corp:alice", _ => "" };
            var done = await GatewayAdministration.ControlOf(gateway.Host).HandleAsync(
                new RevokeTokens(kind, settings.Origin, value), Own, gateway.AdminToken());
            Assert.True(done.Ok, done.Message + done.Remedy);
            Assert.Equal(HttpStatusCode.BadRequest, await client.RefreshAsync());
        }

        clock.Advance(TimeSpan.FromDays(29)); // a day before the grant is over
        await using var again = await StartAsync(settings);
        await again.Host.Core.Services.Store.CleanUpAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, await client.RefreshAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AGrantThatCouldNotBeEnded_EndsAtTheNextStart(bool isCleanedUp)
    {
        SignedInClient client;
        GatewaySettings settings;
        await using (var gateway = await StartAsync(null, new UnendingGrants()))
        {
            settings = gateway.Host.Snapshots.Current.Settings;
            client = await SignedInClient.CreateAsync(gateway, "alice");
            await RevokeAsync(client, HttpStatusCode.ServiceUnavailable);
            Assert.Equal(HttpStatusCode.BadRequest, await client.RefreshAsync()); // revoked in memory
            clock.Advance(TimeSpan.FromMinutes(75));
            if (isCleanedUp) await gateway.Host.Core.Services.Store.CleanUpAsync(TestContext.Current.CancellationToken);
        }

        await using var again = await StartAsync(settings);
        Assert.Equal(HttpStatusCode.BadRequest, await client.RefreshAsync());
        Assert.Empty(await GrantsAsync(again));
    }

    [Fact]
    public async Task AGrantThatCouldNotBeEnded_EndsAMinuteLater()
    {
        var grants = new UnendingGrants();
        await using var gateway = await StartAsync(null, grants);
        var client = await SignedInClient.CreateAsync(gateway, "alice");
        await RevokeAsync(client, HttpStatusCode.ServiceUnavailable);
        Assert.Single(await GrantsAsync(gateway));
        grants.IsBroken = false;
        clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(async () => (await GrantsAsync(gateway)).Count == 0, "the grant has ended");
    }

    private Task<TestGateway> StartAsync(GatewaySettings? before, UnendingGrants? grants = null) => TestGateway.StartAsync(
        s => s with
        {
            StateDirectory = state,
            PublicUrl = before?.PublicUrl ?? s.PublicUrl,
            Listen = before?.Listen ?? s.Listen,
            AuthorizationServer = people.Section with { Registration = new ClientRegistrationSettings { UnusedLife = TimeSpan.FromDays(60) } },
        },
        clock, keepState: true,
        replace: grants is null ? PartReplacements.None : PartReplacements.None.Around<IGrantStore>(PartNames.Grants, grants.Around));

    private static ValueTask<IReadOnlyList<GrantRow>> GrantsAsync(TestGateway gateway) =>
        gateway.Host.Core.Services.Store.Grants.ListGrantsAsync(null, 10, gateway.Host.Core.Services.Options.Time.GetUtcNow());

    private static async Task RevokeAsync(SignedInClient client, HttpStatusCode expected)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(
            [KeyValuePair.Create("token", client.RefreshToken), KeyValuePair.Create("client_id", client.ClientId)]);
        using var answer = await http.PostAsync(new Uri(client.Origin + "/oauth/revoke"), form);
        Assert.Equal(expected, answer.StatusCode);
    }
}
