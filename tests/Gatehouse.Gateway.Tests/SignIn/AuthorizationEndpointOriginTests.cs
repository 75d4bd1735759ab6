using System.Net;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>Which endpoints of the authorization server a script of a named origin may use (FAPI 2.0 Security Profile §5.3.2.2).</summary>
public sealed class AuthorizationEndpointOriginTests
{
    private const string App = "https://app.example.com";

    [Theory]
    [InlineData("/.well-known/oauth-authorization-server", "GET", true)]
    [InlineData("/.well-known/openid-configuration", "GET", true)]
    [InlineData("/oauth/token", "POST", true)]
    [InlineData("/oauth/revoke", "POST", true)]
    [InlineData("/oauth/register", "POST", true)]
    [InlineData("/oauth/jwks", "GET", true)]
    [InlineData("/oauth/authorize", "GET", false)]
    [InlineData("/oauth/consent", "POST", false)]
    [InlineData("/oauth/callback/corp", "GET", false)]
    [InlineData("/oauth/confirm", "GET", false)]
    [InlineData("/oauth/grants", "GET", false)]
    [InlineData("/oauth/introspect", "POST", false)]
    public async Task PagesForPeople_AreReadByNoOtherOrigin(string path, string method, bool isForPrograms)
    {
        await using var gateway = await TestGateway.StartAsync(settings => settings with
        {
            AllowedOrigins = [App],
            AuthorizationServer = new AuthorizationServerSettings
            {
                Providers = [new SignInProviderSettings { Name = "corp", Issuer = "https://login.example.com", ClientId = "gatehouse" }],
            },
        });
        foreach (var origin in new[] { App, "https://evil.example" })
        {
            using var answer = await SendAsync(gateway, new HttpMethod(method), path, origin);
            using var preflight = await SendAsync(gateway, HttpMethod.Options, path, origin);
            var isAllowed = isForPrograms && origin == App;
            Assert.Equal(isAllowed, answer.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.Equal(isAllowed ? HttpStatusCode.NoContent : HttpStatusCode.Forbidden, preflight.StatusCode);
            Assert.Equal(isAllowed, preflight.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        }
    }

    private static Task<HttpResponseMessage> SendAsync(TestGateway gateway, HttpMethod method, string path, string origin)
    {
        var request = new HttpRequestMessage(method, new Uri(gateway.Url, path));
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "GET");
        return gateway.SendAsync(request);
    }
}
