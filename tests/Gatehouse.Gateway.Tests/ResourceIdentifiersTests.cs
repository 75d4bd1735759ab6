using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests;

/// <summary>The resource identifiers of servers, which every request needs for the check of its token.</summary>
public sealed class ResourceIdentifiersTests
{
    private static readonly ServerSettings Billing = new() { Name = "billing", Path = "/billing" };
    private static readonly ServerSettings Other = new() { Name = "other", Path = "/other" };

    // The threat: after a reload, tokens for the resource of the configuration before are accepted (RFC 8707).
    [Fact]
    public void AnotherConfiguration_GivesItsOwnIdentifiers()
    {
        ResourceIdentifiers? cache = null;
        var (first, second) = (Settings("https://one.example"), Settings("https://two.example"));
        foreach (var settings in new[] { first, second, first })
        {
            Assert.Equal(settings.Resource(Billing), ResourceIdentifiers.Of(ref cache, settings, Billing));
            Assert.Equal(settings.Resource(Other), ResourceIdentifiers.Of(ref cache, settings, Other));
        }

        Assert.NotEqual(first.Resource(Billing), second.Resource(Billing));
    }

    [Fact]
    public void OneConfiguration_GivesEachRequestTheSameText()
    {
        ResourceIdentifiers? cache = null;
        var settings = Settings("https://one.example");
        Assert.Same(ResourceIdentifiers.Of(ref cache, settings, Billing), ResourceIdentifiers.Of(ref cache, settings, Billing));
    }

    private static GatewaySettings Settings(string url) => new()
    { PublicUrl = new Uri(url), Listen = new ListenSettings(), Servers = [Billing, Other], StateDirectory = "/state" };
}
