using System.Text;
using Gatehouse.Identity.Metadata;

namespace Gatehouse.Identity.Tests.Metadata;

public sealed class ProtectedResourceMetadataTests
{
    [Fact]
    public void WritesTheDocument()
    {
        var metadata = new ProtectedResourceMetadata
        {
            Resource = "https://gateway.example/mcp",
            AuthorizationServers = ["https://login.example/tenant"],
            ScopesSupported = ["mcp:tools", "offline_access", "mcp:read"],
            ResourceName = "Files",
        };
        Assert.Equal(
            """{"resource":"https://gateway.example/mcp","authorization_servers":["https://login.example/tenant"],"scopes_supported":["mcp:read","mcp:tools"],"bearer_methods_supported":["header"],"resource_name":"Files"}""",
            Encoding.UTF8.GetString(metadata.ToUtf8Json()));
    }

    [Fact]
    [Trait("Requirement", "A18")]
    public void LeavesOutWhatIsEmpty()
    {
        var metadata = new ProtectedResourceMetadata
        { Resource = "https://h", AuthorizationServers = ["https://i"], ScopesSupported = ["offline_access"] };
        Assert.Equal("""{"resource":"https://h","authorization_servers":["https://i"],"bearer_methods_supported":["header"]}""",
            Encoding.UTF8.GetString(metadata.ToUtf8Json()));
    }

    [Fact]
    [Trait("Requirement", "A02")]
    public void Refuses_ToNameNoAuthorizationServer() =>
        Assert.Throws<InvalidOperationException>(
            () => new ProtectedResourceMetadata { Resource = "https://h", AuthorizationServers = [] }.ToUtf8Json());

    [Theory]
    [InlineData("/mcp", "/.well-known/oauth-protected-resource/mcp")]
    [InlineData("/a/b/", "/.well-known/oauth-protected-resource/a/b")]
    [InlineData("mcp", "/.well-known/oauth-protected-resource/mcp")]
    [InlineData("/", "/.well-known/oauth-protected-resource")]
    [InlineData("", "/.well-known/oauth-protected-resource")]
    public void InsertsTheWellKnownPrefixBeforeThePath(string resourcePath, string expected) =>
        Assert.Equal(expected, ProtectedResourceMetadata.WellKnownPath(resourcePath));
}
