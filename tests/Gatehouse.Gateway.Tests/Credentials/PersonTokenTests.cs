using System.Net;
using Gatehouse.Gateway.Tests.SignIn;
using Gatehouse.Peers.Partners;
using Gatehouse.Peers.Providers;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Credentials;

/// <summary>
/// People who sign in at the gateway's own authorization server: their servers get tokens in exchange for those that the gateway holds of their
/// provider.
/// </summary>
[Trait("Requirement", "ID-07")]
public sealed class PersonTokenTests
{
    [Fact]
    public async Task EachPerson_GetsATokenInExchangeForThatOfTheProvider()
    {
        await using var site = await StartAsync();
        foreach (var person in new[] { "alice", "bob" }) await site.RequireAsync(await SignInAsync(site, person));
        Assert.Equal(["alice", "bob"], CredentialGateway.TokensOf(site.Crm).Select(static token => token.GetProperty("sub").GetString()));
        Assert.All(CredentialGateway.TokensOf(site.Crm), static token => Assert.Equal("crm", token.GetProperty("aud").GetString()));
    }

    [Fact]
    public async Task ATokenOfTheProviderThatEnds_IsRefreshedOnce_AndItsSuccessorIsKept()
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        await using var site = await StartAsync(time: clock);
        var token = await SignInAsync(site, "alice");
        for (var round = 1; round <= 2; round++)
        {
            clock.Advance(TimeSpan.FromMinutes(4.5));
            site.Provider.Forget();
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => site.RequireAsync(token)));
            Assert.Equal(["refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"], site.Provider.Requests.Select(static one => one.GrantType));
        }
    }

    [Fact]
    public async Task WithoutARefreshToken_ThePersonSignsInAgain()
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        await using var site = await StartAsync(time: clock, scopes: ["openid", "profile"]);
        var token = await SignInAsync(site, "alice");
        await site.RequireAsync(token);
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.CallAsync(token)).Status);
        await site.RequireAsync(await SignInAsync(site, "alice"));
    }

    // ID-JAG: from the ID token that the gateway holds, and from no access token.
    [Fact]
    public async Task AnIdentityAssertion_GivesATokenOfTheServersOwnAuthorizationServer()
    {
        PartnerServer? partner = null;
        await using var site = await StartAsync(async (one, issued) =>
        {
            partner = await PartnerServer.StartAsync(one.Provider);
            return issued with
            {
                Kind = IssuedCredentialKind.IdentityAssertion,
                Audience = null,
                AuthorizationServer = new IssuerSettings { Issuer = partner.Issuer },
                ClientThere = new IssuerClientSettings { Id = PartnerServer.ClientId, Secret = one.Write("partner", PartnerServer.ClientSecret) },
            };
        });
        await using var ended = partner!;
        foreach (var person in new[] { "alice", "bob" }) await site.RequireAsync(await SignInAsync(site, person));
        Assert.Equal(["alice", "bob"], site.Crm.Of("tools/call").Select(
            call => partner!.SubjectOf(Assert.Single(call.Header("Authorization"))["Bearer ".Length..])));

        var (_, body, response) = await site.CallAsync(await site.TokenAsync("alice"));
        Assert.Equal("GH7018", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.Contains("not available for this sign-in", site.Gateway.EndedEntryOf(response).GetRawText(), StringComparison.Ordinal);
    }

    private static async Task<CredentialGateway> StartAsync(
        Func<CredentialGateway, IssuedCredentialSettings, Task<IssuedCredentialSettings>>? crm = null, TimeProvider? time = null,
        IReadOnlyList<string>? scopes = null)
    {
        var site = await CredentialGateway.StartAsync(
            time: time,
            change: settings => settings with
            {
                AuthorizationServer = new AuthorizationServerSettings
                {
                    Providers =
                    [
                        new SignInProviderSettings
                        {
                            Name = "corp",
                            Issuer = settings.Issuers[0].Issuer,
                            ClientId = "gateway",
                            ClientSecret = settings.Issuers[0].Client!.Secret,
                            Scopes = scopes ?? ["openid", "profile", "offline_access"],
                        },
                    ],
                    Registration = new ClientRegistrationSettings(),
                },
            });
        if (crm is not null)
        {
            var current = site.Gateway.Host.Snapshots.Current;
            var server = current.Settings.Servers[0];
            var issued = await crm(site, server.Http!.Issued!);
            site.Gateway.Host.Snapshots.Replace(current with
            {
                Settings = current.Settings with
                { Servers = [server with { Http = server.Http! with { Issued = issued } }, .. current.Settings.Servers.Skip(1)] },
            });
        }

        await site.Provider.RegisterRedirectAsync("gateway", site.Gateway.Url.GetLeftPart(UriPartial.Authority) + "/oauth/callback/corp");
        return site;
    }

    private static async Task<string> SignInAsync(CredentialGateway site, string person)
    {
        site.Provider.SignedIn = person;
        return (await SignedInClient.CreateAsync(site.Gateway, person)).AccessToken;
    }
}
