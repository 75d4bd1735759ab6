using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>Services that people connect, and the servers that take connections, as they are written (OB-05).</summary>
[Trait("Requirement", "OB-05")]
public sealed class ConnectionConfigurationTests
{
    private const string Start =
        """
        version: 1
        publicUrl: https://mcp.example.com

        """;

    private const string SignIn =
        """
        authorizationServer:
          providers:
            - { name: corp, issuer: "https://login.example.com", clientId: gatehouse }

        """;

    private const string Services =
        """
        providers:
          github:
            authorizationEndpoint: https://github.com/login/oauth/authorize
            tokenEndpoint: https://github.com/login/oauth/access_token
            client: { id: abc }

        """;

    private const string Server = "servers:\n  code: { url: \"https://code.example.com/mcp\", credential: { connection: { provider: github } } }\n";

    [Fact]
    public void Connections_AreReadAsWritten()
    {
        var settings = Samples.Load(Samples.Everything).Settings!;
        Assert.Equal(["everything", "google"], settings.ConnectionProviders.Select(one => one.Name));
        var github = settings.ConnectionProviders[0];
        Assert.Equal(("GitHub", "Iv1.0123456789abcdef", new SecretReference("vault", "github"), null),
            (github.Title, github.ClientId, github.ClientSecret, github.Issuer));
        Assert.Equal(
            ("https://github.com/login/oauth/authorize", "https://github.com/login/oauth/access_token",
                "https://api.github.com/applications/Iv1.0123456789abcdef/grant"),
            (github.AuthorizationEndpoint!.AbsoluteUri, github.TokenEndpoint!.AbsoluteUri, github.RevocationEndpoint!.AbsoluteUri));
        Assert.Equal("false", github.Parameters["allow_signup"]);
        var google = settings.ConnectionProviders[1];
        Assert.Equal(("google", "https://accounts.google.com"), (google.Title, google.Issuer));
        var http = settings.Server("connected")!.Http!;
        Assert.Null(http.Credential);
        Assert.Equal("everything", http.Connection!.Provider);
        Assert.Equal(["repo", "read:org"], http.Connection.Scopes);
        Assert.Null(settings.Server("everything")!.Http!.Connection);
    }

    [Fact]
    public void AConnection_OfPeopleWhoCanSignIn_IsGood() =>
        Assert.Equal("", Samples.Text(Samples.Load(
            Start + SignIn + Services + Server.Replace("github }", "github, scopes: [repo, \"read:org\"] }", StringComparison.Ordinal))));

    [Theory]
    [InlineData("", "issuers: [{ issuer: \"https://login.example.com\" }]\n", "people cannot sign in at the gateway")]
    [InlineData(SignIn, "issuers: [{ issuer: \"https://other.example.com\" }]\n", "people of https://other.example.com cannot sign in")]
    public void AConnection_OfPeopleWhoCannotSignIn_IsRefused(string signIn, string issuers, string said) =>
        Assert.Contains(said, Samples.Text(Samples.Load(Start + issuers + signIn + Services + Server)), StringComparison.Ordinal);

    [Theory]
    [InlineData("provider: github", "provider: gitlab", "no service of 'providers' has the name 'gitlab'")]
    [InlineData("provider: github", "provider: github, scopes: [\"a b\"]", "this is not a scope")]
    [InlineData("client: { id: abc }", "client: { id: abc }\n    issuer: https://github.com", "an issuer names its own endpoints")]
    [InlineData("    tokenEndpoint: https://github.com/login/oauth/access_token\n", "", "the service has no endpoints")]
    [InlineData("tokenEndpoint: https:", "tokenEndpoint: http:", "without TLS")]
    [InlineData("client: { id: abc }", "client: { id: abc }\n    parameters: { state: a }", "the gateway sends this parameter itself")]
    [InlineData("code: { url", "code: { path: /connect/code, url", "the authorization server uses this path")]
    [InlineData("connection: {", "header: Authorization, value: \"env:A\", connection: {", "keep exactly one of them")]
    [InlineData("connection: {", "header: X-Key, connection: {", "is always sent as a Bearer token")]
    public void AFault_IsNamed(string written, string changed, string said)
    {
        var text = Start + SignIn + Services + Server;
        Assert.Contains(written, text, StringComparison.Ordinal);
        Assert.Contains(said, Samples.Text(Samples.Load(text.Replace(written, changed, StringComparison.Ordinal))), StringComparison.Ordinal);
    }
}
