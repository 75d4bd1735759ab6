using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Tests.Providers;

/// <summary>The hosts of providers, to which the gateway may connect although their addresses are not public.</summary>
public sealed class ProviderHostTests
{
    [Theory]
    [InlineData("https://login.corp.example/token", DestinationTrust.Configured)]
    [InlineData("https://meta.corp.example/document", DestinationTrust.Configured)]
    [InlineData("https://keys.corp.example/keys", DestinationTrust.Configured)]
    [InlineData("https://10.0.0.1/token", DestinationTrust.Learned)]
    public void TheHostsThatAProviderNames_AreConfigured_AndNoOthers(string address, DestinationTrust trust) =>
        Assert.Equal(trust, new ConfiguredHosts(With(new SignInProviderSettings
        {
            Name = "corp",
            Issuer = "https://login.corp.example/tenant",
            Metadata = new Uri("https://meta.corp.example/document"),
            Hosts = ["keys.corp.example"],
            ClientId = "gateway",
        })).TrustOf(new Uri(address)));

    private static GatewaySettings With(SignInProviderSettings provider) => new()
    {
        PublicUrl = new Uri("https://gateway.example/"),
        Listen = new ListenSettings(),
        Servers = [],
        StateDirectory = "/nowhere",
        AuthorizationServer = new AuthorizationServerSettings { Providers = [provider] },
    };
}
