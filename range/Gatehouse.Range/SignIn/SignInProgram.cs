using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.SignIn;

/// <summary>A client of an MCP server, of an honest person or an attacker: it finds the authorization server, begins, and gets tokens.</summary>
internal sealed class SignInProgram
{
    /// <summary>The client that an administrator configured.</summary>
    public const string Editor = "acme-editor";

    /// <summary>The name of that client.</summary>
    public const string EditorName = "Acme Editor";

    /// <summary>The place at which that client waits.</summary>
    public const string EditorRedirect = "https://editor.example/back";

    /// <summary>The host of everyone's programs, which an administrator listed for registrations.</summary>
    public const string SharedHost = "apps.example";

    private readonly JsonElement metadata;
    private readonly string resource;
    private readonly string verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private SignInProgram(JsonElement metadata, string resource, string id, string redirectUri) =>
        (this.metadata, this.resource, Id, RedirectUri) = (metadata, resource, id, redirectUri);

    /// <summary>The client id.</summary>
    public string Id { get; }

    /// <summary>The place at which it waits.</summary>
    public string RedirectUri { get; }

    /// <summary>The page on which a person sees what was granted.</summary>
    public Uri Account => new(new Uri(metadata.GetProperty("authorization_endpoint").GetString()!), "/oauth/grants");

    /// <summary>A copy of the editor, or another program that names the editor's client id or one of its own.</summary>
    public static async Task<SignInProgram> FindAsync(AttackContext context, string id = Editor, string redirectUri = EditorRedirect)
    {
        var place = new Uri(context.Endpoint, "/.well-known/oauth-protected-resource" + context.Endpoint.AbsolutePath);
        var described = await GetAsync(place).ConfigureAwait(false);
        var issuers = described.GetProperty("authorization_servers").EnumerateArray().Select(one => one.GetString()!).ToList();
        var own = issuers.First(issuer => issuer != context.Issuer.Name);
        var found = await GetAsync(new Uri(own.TrimEnd('/') + "/.well-known/oauth-authorization-server")).ConfigureAwait(false);
        return new SignInProgram(found, described.GetProperty("resource").GetString()!, id, redirectUri);
    }

    /// <summary>A program that registers itself, with a place at the host of everyone's programs.</summary>
    public static async Task<SignInProgram> RegisterAsync(AttackContext context, string name, string owner, string? place = null)
    {
        var unknown = await FindAsync(context).ConfigureAwait(false);
        var redirectUri = place ?? $"https://{SharedHost}/{owner}/back";
        using var answer = await PostAsync(
            unknown.metadata.GetProperty("registration_endpoint").GetString()!,
            JsonContent.Create(new { client_name = name, redirect_uris = new[] { redirectUri } })).ConfigureAwait(false);
        var client = JsonDocument.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false)).RootElement;
        return new SignInProgram(unknown.metadata, unknown.resource, client.GetProperty("client_id").GetString()!, redirectUri);
    }

    /// <summary>The address with which it begins.</summary>
    public Uri Begin()
    {
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        return new Uri(metadata.GetProperty("authorization_endpoint").GetString() + "?" + Form(
            ("response_type", "code"), ("client_id", Id), ("redirect_uri", RedirectUri), ("state", "s"), ("resource", resource),
            ("code_challenge", challenge), ("code_challenge_method", "S256")));
    }

    /// <summary>Signs a person in who agrees to everything, and returns the address at which the browser ended.</summary>
    public async Task<BrowserPage> SignInAsync(RangeBrowser browser, Func<BrowserPage, bool>? reads = null) =>
        await browser.AgreeAsync(await browser.OpenAsync(Begin()).ConfigureAwait(false), reads).ConfigureAwait(false);

    /// <summary>Redeems a code; null when it is refused.</summary>
    public Task<SignInTokens?> RedeemAsync(string? code) => code is null ? Task.FromResult<SignInTokens?>(null) : TokensAsync(
        ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", RedirectUri), ("client_id", Id), ("code_verifier", verifier));

    /// <summary>Uses a refresh token; null when it is refused.</summary>
    public Task<SignInTokens?> RefreshAsync(string token) => RefreshAsync(token, resource);

    /// <summary>Uses a refresh token for a resource that it names; null when it is refused.</summary>
    public Task<SignInTokens?> RefreshAsync(string token, string named) =>
        TokensForAsync(named, ("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", Id));

    /// <summary>Returns whether an address is this program's, so that it receives what the browser carries there.</summary>
    public bool Receives(BrowserPage page) => page.Status == 0 && page.Address.AbsoluteUri.StartsWith(RedirectUri, StringComparison.Ordinal);

    private Task<SignInTokens?> TokensAsync(params (string Name, string Value)[] fields) => TokensForAsync(resource, fields);

    private async Task<SignInTokens?> TokensForAsync(string named, params (string Name, string Value)[] fields)
    {
        var content = new FormUrlEncodedContent(
            fields.Append((Name: "resource", Value: named)).Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));
        using var answer = await PostAsync(metadata.GetProperty("token_endpoint").GetString()!, content).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode) return null;
        var tokens = JsonDocument.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false)).RootElement;
        return new SignInTokens(
            tokens.GetProperty("access_token").GetString()!, tokens.TryGetProperty("refresh_token", out var refresh) ? refresh.GetString() : null);
    }

    private static string Form(params (string Name, string Value)[] fields) =>
        string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));

    private static Task<HttpResponseMessage> PostAsync(string address, HttpContent content) =>
        Loopback.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, address) { Content = content }, CancellationToken.None);

    private static async Task<JsonElement> GetAsync(Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var answer = await Loopback.Client.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false)).RootElement;
    }
}
