using System.Net;
using System.Text.Json;
using EntraStandIn;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Samples.Tests.Remote;

/// <summary>Answers of the sample without a person: challenge and metadata, and refusals of requests that are not exact.</summary>
[Trait("Requirement", "EN-02")]
public sealed class RemoteRequestTests : IAsyncLifetime
{
    private Site? site;
    private RemoteServer? server;

    private RemoteServer Server => server!;

    public async ValueTask InitializeAsync()
    {
        site = await Site.StartAsync();
        server = await RemoteServer.StartAsync(site);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        if (site is not null) await site.DisposeAsync();
    }

    // The classic tutorial redirects here, which no client can follow.
    [Fact]
    public async Task RequestWithoutToken_Gets401_AndTheMetadataLeadsToTheAuthorizationServer()
    {
        using var answer = await Server.PostAsync(null, "tools/list", []);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var challenge = Assert.Single(answer.Headers.WwwAuthenticate);
        var metadata = $"{Server.Origin}/.well-known/oauth-protected-resource/mcp";
        Assert.Equal(("Bearer", $"resource_metadata=\"{metadata}\""), (challenge.Scheme, challenge.Parameter));

        var resource = await ReadAsync(metadata);
        Assert.Equal(Server.Url, resource.GetProperty("resource").GetString());
        Assert.Equal("""["mcp.call"]""", resource.GetProperty("scopes_supported").ToString());
        Assert.Equal("""["header"]""", resource.GetProperty("bearer_methods_supported").ToString());
        var issuer = resource.GetProperty("authorization_servers")[0].GetString();
        var authorization = await ReadAsync($"{issuer}.well-known/oauth-authorization-server");
        Assert.Equal(issuer, authorization.GetProperty("issuer").GetString());
        Assert.Equal(["S256"], Texts(authorization, "code_challenge_methods_supported"));
        Assert.Equal(["authorization_code", "refresh_token"], Texts(authorization, "grant_types_supported"));
        Assert.Contains("none", Texts(authorization, "token_endpoint_auth_methods_supported"));
        Assert.True(authorization.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
    }

    [Theory]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("redirect_uri", "http://127.0.0.1:4711/other", "invalid_request")]
    [InlineData("redirect_uri", "http://127.0.0.1.example.com/callback", "invalid_request")]
    [InlineData("redirect_uri", "https://client.example.com/callback", "invalid_request")]
    [InlineData("client_id", "another-client", "invalid_request")]
    [InlineData("resource", "https://other.example.com/mcp", "invalid_target")]
    [InlineData("resource", null, "invalid_target")]
    [InlineData("scope", "openid mcp.call", "invalid_scope")]
    [InlineData("scope", "https://graph.microsoft.com/User.Read mcp.call", "invalid_scope")]
    [InlineData("scope", "offline_access", "invalid_scope")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    public async Task AuthorizationRequest_ThatIsNotExact_IsRefused_BeforeEntra(string name, string? value, string error)
    {
        var person = new RemotePerson(null!);
        using var answer = await Server.Http.GetAsync(new Uri(person.AuthorizationRequest(Server, new string('v', 43), (name, value))));
        var text = answer.Headers.Location?.OriginalString ?? await answer.Content.ReadAsStringAsync();
        Assert.Contains(error, text, StringComparison.Ordinal);
        // A redirect goes to the registered client or nowhere (CWE-601).
        if (answer.Headers.Location is not null) Assert.StartsWith(person.RedirectUri + "?error=", text, StringComparison.Ordinal);
        Assert.Equal(0, await site!.RequestsAsync("authorize"));
    }

    [Fact]
    public async Task ExactRequest_IsSentToEntra_WithProofKeyAndWithoutASecret()
    {
        var address = new RemotePerson(null!).AuthorizationRequest(Server, new string('v', 43));
        using var answer = await Server.Http.GetAsync(new Uri(address));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith(site!.Entra.Authority, answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        string OfEntra(string name) => QueryHelpers.ParseQuery(answer.Headers.Location.Query)[name].ToString();
        Assert.Equal(("code", "S256"), (OfEntra("response_type"), OfEntra("code_challenge_method")));
        Assert.Equal(Server.Origin + "/auth/callback", OfEntra("redirect_uri"));
        Assert.NotEqual(QueryHelpers.ParseQuery(new Uri(address).Query)["code_challenge"].ToString(), OfEntra("code_challenge"));
        Assert.DoesNotContain(Tenant.RemoteSecret, answer.Headers.Location.OriginalString, StringComparison.Ordinal);
    }

    // The SDK's endpoint answers these with 200 (DNS rebinding, CWE-350).
    [Theory]
    [InlineData("Host", RemoteServer.OtherName, HttpStatusCode.BadRequest)]
    [InlineData("Origin", "https://rebound.example.com", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    public async Task ForeignHostOrOrigin_IsRefused(string header, string value, HttpStatusCode status)
    {
        using var answer = await Server.PostAsync(null, "tools/list", [], request => request.Headers.Add(header, value));
        Assert.Equal(status, answer.StatusCode);
    }

    private async Task<JsonElement> ReadAsync(string address) => JsonElement.Parse(await Server.Http.GetStringAsync(new Uri(address)));

    private static List<string?> Texts(JsonElement document, string name) =>
        [.. document.GetProperty(name).EnumerateArray().Select(static text => text.GetString())];
}
