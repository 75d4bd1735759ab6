using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Peers.Providers;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Identity.Tests.Providers;

/// <summary>Speaks to a provider as a client does, with forms that a test changes.</summary>
internal sealed class ProviderCaller(OpenIddictProvider provider) : IDisposable
{
    public const string Gateway = "http://127.0.0.1:8080/mcp";

    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public HttpClient Http => http;

    public static Dictionary<string, string> ForItself(string client = "gateway", string secret = ProviderSetup.GatewaySecret) =>
        new() { ["grant_type"] = "client_credentials", ["client_id"] = client, ["client_secret"] = secret };

    public static Dictionary<string, string> Exchange(string subjectToken) => new(ForItself())
    {
        ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
        ["subject_token"] = subjectToken,
        ["subject_token_type"] = "urn:ietf:params:oauth:token-type:access_token",
        ["audience"] = "crm",
        ["scope"] = "read",
    };

    public static Dictionary<string, string> WithAssertion(string assertion) => new()
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = "gateway-jwt",
        ["client_assertion_type"] = AssertionType,
        ["client_assertion"] = assertion,
    };

    public async Task<(int Status, JsonElement Answer)> TokenAsync(Dictionary<string, string> form, string? basic = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, provider.TokenEndpoint) { Content = new FormUrlEncodedContent(form) };
        if (basic is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, text.StartsWith('{') ? JsonElement.Parse(text) : default);
    }

    /// <summary>An assertion of the client <c>gateway-jwt</c>, with one part that is wrong.</summary>
    public string Assertion(TimeProvider time, string fault = "")
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var own = ECDsa.Create();
        own.ImportFromPem(provider.ClientKeyPem);
        var now = time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>
        {
            ["iss"] = fault == "iss" ? "gateway" : "gateway-jwt",
            ["sub"] = fault == "sub" ? "gateway" : "gateway-jwt",
            ["aud"] = fault == "aud" ? "https://other.example" : provider.Issuer,
        };
        if (fault != "jti") claims["jti"] = Guid.NewGuid().ToString();
        var key = new ECDsaSecurityKey(fault == "key" ? stranger : own)
        { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            IssuedAt = now.AddMinutes(fault == "exp" ? -20 : 0),
            Expires = now.AddMinutes(fault == "exp" ? -10 : fault == "long" ? 30 : 2),
            TokenType = "client-authentication+jwt",
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    public void Dispose() => http.Dispose();
}
