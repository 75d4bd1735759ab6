using System.Net;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>Whose bounds a request to the authorization server uses.</summary>
public sealed class SignInPeerTests
{
    [Theory]
    [InlineData("https://mcp.example.com", "http://127.0.0.1:8080", "127.0.0.1", false)]
    [InlineData("https://mcp.example.com", "http://127.0.0.1:8080", "::1", false)]
    [InlineData("https://mcp.example.com", "https://0.0.0.0:8443", "127.0.0.1", true)]
    [InlineData("https://mcp.example.com", "https://0.0.0.0:8443", "203.0.113.7", true)]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1", true)]
    public void BehindAProxyOnTheSameMachine_PeersAreNotToldApart(string publicUrl, string listen, string address, bool isKnown)
    {
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri(publicUrl),
            StateDirectory = "/",
            Listen = new ListenSettings { Url = new Uri(listen) },
            Servers = [],
        };
        Assert.Equal(isKnown, AuthorizationServerHost.PartitionOf(settings, IPAddress.Parse(address)) != Identity.Partitions.CallerPartition.Unknown);
    }
}
