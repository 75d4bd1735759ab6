using System.Net;
using Gatehouse.AuthorizationServer.Protocol;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>While the audit log cannot be written, a person signs in for nothing, and tokens are not refreshed.</summary>
[Trait("Requirement", "AU-06")]
public sealed class UnrecordedSignInTests
{
    [Fact]
    public async Task WithoutALog_NoGrantBegins_AndNoTokenIsRefreshed()
    {
        await using var people = await PeopleProvider.StartAsync();
        await using var log = new BrokenLog();
        await using var gateway = await TestGateway.StartAsync(s => s with { AuthorizationServer = people.Section }, audit: log);
        var client = await SignedInClient.CreateAsync(gateway, "alice");
        log.Broken = true;
        var (status, body) = await client.ExchangeAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, OAuthError.Unrecorded.Error), (status, body.GetProperty("error").GetString()));
        await Assert.ThrowsAnyAsync<Exception>(() => SignedInClient.CreateAsync(gateway, "bob", clientId: client.ClientId));
        Assert.Single(await gateway.Host.Core.Services.Store.Grants.ListGrantsAsync(null, 10, TimeProvider.System.GetUtcNow()));
        await client.RevokeAsync(client.RefreshToken); // what is given back ends nevertheless
        Assert.Empty(await gateway.Host.Core.Services.Store.Grants.ListGrantsAsync(null, 10, TimeProvider.System.GetUtcNow()));
        log.Broken = false;
        await SignedInClient.CreateAsync(gateway, "bob", clientId: client.ClientId);
        Assert.Contains(log.Durable, entry => entry.Facts.Contains(KeyValuePair.Create("act", "oauth.grant")));
    }
}
