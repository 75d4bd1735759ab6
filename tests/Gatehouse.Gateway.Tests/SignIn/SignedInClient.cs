using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>A client that registered itself and for which a person signed in: what it holds, and what it can do with that.</summary>
internal sealed record SignedInClient(string Origin, string ClientId, string AccessToken, string RefreshToken)
{
    private const string Redirect = "http://127.0.0.1:7777/back";

    /// <summary>The code, the state and the verifier of the sign-in.</summary>
    public IReadOnlyList<string> OfSignIn { get; private init; } = [];

    /// <summary>Registers a client at the gateway and has a person sign in for its first server.</summary>
    public static async Task<SignedInClient> CreateAsync(TestGateway gateway, string person, string name = "Desk", string? clientId = null)
    {
        var origin = gateway.Url.GetLeftPart(UriPartial.Authority);
        clientId ??= await RegisterAsync(origin, name);
        var state = RandomNumberGenerator.GetHexString(32);
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        using var browser = new SignInBrowser(origin, person);
        var answer = QueryHelpers.ParseQuery((await browser.SignInAsync(QueryHelpers.AddQueryString("/oauth/authorize", new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = clientId,
            ["redirect_uri"] = Redirect,
            ["resource"] = gateway.Url.ToString(),
            ["state"] = state,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        }))).Query);
        var (status, tokens) = await PostAsync(origin, "/oauth/token", ("grant_type", "authorization_code"), ("code", answer["code"].ToString()),
            ("code_verifier", verifier), ("redirect_uri", Redirect), ("client_id", clientId), ("resource", gateway.Url.ToString()));
        Assert.True(status == HttpStatusCode.OK, tokens.ToString());
        return new SignedInClient(origin, clientId, tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!)
        { OfSignIn = [answer["code"].ToString(), state, verifier] };
    }

    /// <summary>Registers a client, and returns its id.</summary>
    public static async Task<string> RegisterAsync(string origin, string name)
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsJsonAsync(new Uri(origin + "/oauth/register"),
            new { client_name = name, redirect_uris = new[] { Redirect } });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("client_id").GetString()!;
    }

    /// <summary>Revokes one of its tokens.</summary>
    public async Task RevokeAsync(string token) =>
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Origin, "/oauth/revoke", ("token", token), ("client_id", ClientId))).Status);

    /// <summary>Exchanges its refresh token.</summary>
    public async Task<HttpStatusCode> RefreshAsync() => (await ExchangeAsync()).Status;

    /// <summary>Exchanges its refresh token, and returns the answer too.</summary>
    public Task<(HttpStatusCode Status, JsonElement Body)> ExchangeAsync() =>
        PostAsync(Origin, "/oauth/token", ("grant_type", "refresh_token"), ("refresh_token", RefreshToken), ("client_id", ClientId));

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(
        string origin, string path, params (string Name, string Value)[] fields)
    {
        using var client = new HttpClient();
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await client.PostAsync(new Uri(origin + path), form);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default);
    }
}
