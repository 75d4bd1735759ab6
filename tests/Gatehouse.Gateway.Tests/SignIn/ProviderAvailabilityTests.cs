using Gatehouse.Gateway.Administration;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>The metric of a sign-in provider: an operator sees that no person can sign in before people call.</summary>
public sealed class ProviderAvailabilityTests
{
    // A wall clock that is set back must not keep the gateway from asking a provider again.
    [Fact]
    public async Task AClockThatIsSetBack_LengthensNoPause()
    {
        var clock = new ManualTimeProvider();
        await using var people = await PeopleProvider.StartAsync(clock);
        await using var gateway = await TestGateway.StartAsync(s => s with { AuthorizationServer = people.Section }, clock);
        var client = await SignedInClient.RegisterAsync(gateway.Url.GetLeftPart(UriPartial.Authority), "Desk");
        people.IsDown = true;
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => SignedInClient.CreateAsync(gateway, "alice", clientId: client));
        people.IsDown = false;
        clock.SetUtcNow(clock.GetUtcNow().AddSeconds(-30));
        clock.Advance(TimeSpan.FromSeconds(6));
        await SignedInClient.CreateAsync(gateway, "alice", clientId: client);
    }

    [Fact]
    public async Task AnOutageOfAProvider_IsShownByTheMetric_UntilAPersonSignsInAgain()
    {
        var clock = new ManualTimeProvider();
        await using var people = await PeopleProvider.StartAsync(clock);
        await using var gateway = await TestGateway.StartAsync(s => s with { AuthorizationServer = people.Section }, clock);
        var client = await SignedInClient.RegisterAsync(gateway.Url.GetLeftPart(UriPartial.Authority), "Desk");
        IsShownAs(1); // nothing was asked yet

        people.IsDown = true;
        var refused = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => SignedInClient.CreateAsync(gateway, "alice", clientId: client));
        Assert.Contains("The identity provider does not answer", refused.Message, StringComparison.Ordinal);
        IsShownAs(0);

        people.IsDown = false;
        IsShownAs(0); // the gateway asks with the next sign-in only
        clock.Advance(TimeSpan.FromMinutes(1)); // the pause after a failure
        await SignedInClient.CreateAsync(gateway, "alice", clientId: client);
        IsShownAs(1);

        void IsShownAs(int value)
        {
            Assert.Contains($"gatehouse_signin_provider_available{{provider=\"corp\"}} {value}\n", gateway.Host.Metrics().Text(), StringComparison.Ordinal);
            Assert.Equal(value == 0 ? "fails: its metadata: provider-unavailable" : null, new GatewayStatus(gateway.Host).Facts().GetValueOrDefault("provider.corp"));
        }
    }
}
