using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EntraStandIn;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Samples.Tests;

/// <summary>Speaks to the stand-in as a client and as a person do, with parameters that a test changes.</summary>
internal sealed partial class EntraClient(Site site)
{
    public const string Verifier = "abcdefghijklmnopqrstuvwxyz0123456789-verifier";
    public const string RemoteRedirect = "https://localhost:7443/auth/callback";
    public const string LocalRedirect = "http://localhost:50123";
    public const string RemoteApi = $"api://{Tenant.RemoteServer}/{Tenant.RemoteScope}";

    public static readonly string Challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>A right authorization request of the remote server.</summary>
    public static Dictionary<string, string> RemoteRequest(string scope = $"openid profile offline_access {RemoteApi} User.Read") => new()
    {
        ["client_id"] = Tenant.RemoteServer,
        ["response_type"] = "code",
        ["redirect_uri"] = RemoteRedirect,
        ["scope"] = scope,
        ["state"] = "s",
        ["code_challenge"] = Challenge,
        ["code_challenge_method"] = "S256",
    };

    /// <summary>A right authorization request of the local server.</summary>
    public static Dictionary<string, string> LocalRequest() => new(RemoteRequest("openid profile offline_access User.Read"))
    {
        ["client_id"] = Tenant.LocalServer,
        ["redirect_uri"] = LocalRedirect,
    };

    /// <summary>A right redemption of a code of the remote server.</summary>
    public static Dictionary<string, string> RemoteRedemption(string code) => new()
    {
        ["grant_type"] = "authorization_code",
        ["client_id"] = Tenant.RemoteServer,
        ["client_secret"] = Tenant.RemoteSecret,
        ["code"] = code,
        ["redirect_uri"] = RemoteRedirect,
        ["code_verifier"] = Verifier,
    };

    /// <summary>A right redemption of a code of the local server.</summary>
    public static Dictionary<string, string> LocalRedemption(string code)
    {
        var form = new Dictionary<string, string>(RemoteRedemption(code)) { ["client_id"] = Tenant.LocalServer, ["redirect_uri"] = LocalRedirect };
        form.Remove("client_secret");
        return form;
    }

    /// <summary>Opens an authorization request, signs in and accepts, and returns what the browser carries back, or the text of a page.</summary>
    public async Task<Dictionary<string, string>> AuthorizeAsync(Dictionary<string, string> query, string person = "alice@contoso.example", bool accepts = true)
    {
        var response = await site.Http.GetAsync(new Uri(QueryHelpers.AddQueryString(site.Entra.Authority + "/oauth2/v2.0/authorize", query!)));
        if (Ticket(await TextAsync(response)) is { } first && response.IsSuccessStatusCode)
            response = await PostAsync("/login", new() { ["ticket"] = first, ["account"] = person });
        if (await TextAsync(response) is var page && page.Contains("id=\"accept\"", StringComparison.Ordinal))
            response = await PostAsync("/consent", new() { ["ticket"] = Ticket(page)!, ["answer"] = accepts ? "accept" : "cancel" });
        if (response.StatusCode == HttpStatusCode.Redirect)
        {
            var address = response.Headers.Location!;
            return QueryHelpers.ParseQuery((address.Query + address.Fragment).TrimStart('?', '#'))
                .ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        }

        var text = await TextAsync(response);
        var hidden = HiddenField().Matches(text)
            .ToDictionary(match => match.Groups["name"].Value, match => WebUtility.HtmlDecode(match.Groups["value"].Value));
        return hidden.Count > 0 ? hidden : new() { ["page"] = WebUtility.HtmlDecode(text) };
    }

    /// <summary>Asks the token endpoint.</summary>
    public async Task<(int Status, JsonElement Answer)> TokenAsync(Dictionary<string, string> form, string? basic = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, site.Entra.Authority + "/oauth2/v2.0/token") { Content = new FormUrlEncodedContent(form) };
        if (basic is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        using var response = await site.Http.SendAsync(request);
        return ((int)response.StatusCode, JsonElement.Parse(await TextAsync(response)));
    }

    /// <summary>Signs Alice in at the remote server, and returns the tokens.</summary>
    public async Task<JsonElement> RemoteTokensAsync(string scope = $"openid profile offline_access {RemoteApi} User.Read")
    {
        var (status, answer) = await TokenAsync(RemoteRedemption((await AuthorizeAsync(RemoteRequest(scope)))["code"]));
        Assert.True(status == 200, answer.ToString());
        return answer;
    }

    /// <summary>Asks Microsoft Graph.</summary>
    public async Task<(int Status, JsonElement Answer)> GraphAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, site.Entra.Origin + path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await site.Http.SendAsync(request);
        return ((int)response.StatusCode, JsonElement.Parse(await TextAsync(response)));
    }

    /// <summary>The form for an on-behalf-of token of Microsoft Graph.</summary>
    public static Dictionary<string, string> OnBehalfOf(string assertion, string scope = "https://graph.microsoft.com/User.Read") => new()
    {
        ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ["requested_token_use"] = "on_behalf_of",
        ["client_id"] = Tenant.RemoteServer,
        ["client_secret"] = Tenant.RemoteSecret,
        ["assertion"] = assertion,
        ["scope"] = scope,
    };

    private async Task<HttpResponseMessage> PostAsync(string path, Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form);
        return await site.Http.PostAsync(new Uri(site.Entra.Authority + path), content);
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync();

    private static string? Ticket(string page) => TicketField().Match(page) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("name=\"ticket\" value=\"([^\"]+)\"")]
    private static partial Regex TicketField();

    [GeneratedRegex("type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenField();
}
