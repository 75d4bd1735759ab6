namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>The metric of a sign-in provider: an operator sees that no person can sign in before people call.</summary>
public sealed class ProviderAvailabilityTests
{
    private const string Series = "gatehouse_signin_provider_available{provider=\"corp\"}";

    [Fact]
    public async Task AProviderThatCannotBeReached_IsShownByTheMetric()
    {
        await using var people = await PeopleProvider.StartAsync();
        await using var gateway = await TestGateway.StartAsync(s => s with { AuthorizationServer = people.Section });
        Assert.Contains(Series + " 1\n", gateway.Host.Metrics().Text(), StringComparison.Ordinal);
        var origin = gateway.Url.GetLeftPart(UriPartial.Authority);
        var client = await SignedInClient.RegisterAsync(origin, "Desk");
        await people.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => SignedInClient.CreateAsync(gateway, "alice", clientId: client));
        Assert.Contains(Series + " 0\n", gateway.Host.Metrics().Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProviderAtWhichAPersonSignedIn_IsShownAsAvailable()
    {
        await using var people = await PeopleProvider.StartAsync();
        await using var gateway = await TestGateway.StartAsync(s => s with { AuthorizationServer = people.Section });
        await SignedInClient.CreateAsync(gateway, "alice");
        Assert.Contains(Series + " 1\n", gateway.Host.Metrics().Text(), StringComparison.Ordinal);
    }
}
