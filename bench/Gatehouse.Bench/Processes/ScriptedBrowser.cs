using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gatehouse.Bench.Processes;

/// <summary>
/// Signs in as a person with a browser would: redirects, cookies, and the forms of the gateway. The provider logs people in by itself.
/// </summary>
internal sealed partial class ScriptedBrowser : IDisposable
{
    /// <summary>The redirect URI of the client. Nothing listens there: the script reads the code out of the address.</summary>
    public const string RedirectUri = "http://127.0.0.1:5555/callback";

    private readonly HttpClient http;

    // The framework's own container refuses a cookie for another path than that of the answer (RFC 2109), which browsers accept (RFC 6265).
    private readonly Dictionary<string, Dictionary<string, string>> cookies = new(StringComparer.Ordinal);

    public ScriptedBrowser() => http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <summary>Signs in and redeems the code. Returns the refresh token.</summary>
    /// <param name="origin">The origin of the authorization server.</param>
    /// <param name="authorize">Path of the authorization endpoint.</param>
    /// <param name="token">Path of the token endpoint.</param>
    /// <param name="client">The client id; a public client.</param>
    /// <param name="parameters">Further parameters of the authorization request.</param>
    public async Task<string> SignInAsync(
        string origin, string authorize, string token, string client, params (string Name, string Value)[] parameters)
    {
        var verifier = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var challenge = System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var query = new (string, string)[]
        {
            ("response_type", "code"), ("client_id", client), ("redirect_uri", RedirectUri), ("state", "s"), ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        }.Concat(parameters);
        var code = await FollowAsync(new Uri($"{origin}{authorize}?{Form(query)}")).ConfigureAwait(false);
        using var redeem = Encoded(
            [("grant_type", "authorization_code"), ("client_id", client), ("redirect_uri", RedirectUri), ("code", code), ("code_verifier", verifier)]);
        using var answer = await http.PostAsync(new Uri(origin + token), redeem).ConfigureAwait(false);
        var text = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.TryGetProperty("refresh_token", out var refresh)
            ? refresh.GetString()! : throw new InvalidOperationException($"{origin} gave no refresh token: {text}");
    }

    public void Dispose() => http.Dispose();

    private async Task<string> FollowAsync(Uri address)
    {
        for (var step = 0; step < 20; step++)
        {
            if (address.AbsoluteUri.StartsWith(RedirectUri, StringComparison.Ordinal))
                return Code().Match(address.Query) is { Success: true } code
                    ? Uri.UnescapeDataString(code.Groups[1].Value) : throw new InvalidOperationException($"no code: {address}");
            using var ask = new HttpRequestMessage(HttpMethod.Get, address);
            using var answer = await SendAsync(ask).ConfigureAwait(false);
            address = answer.Headers.Location is { } location
                ? new Uri(address, location)
                : await LeaveAsync(address, await answer.Content.ReadAsStringAsync().ConfigureAwait(false)).ConfigureAwait(false);
        }

        throw new InvalidOperationException($"too many steps, last {address}");
    }

    // A page of the gateway either leaves by itself, or has the form that confirms.
    private async Task<Uri> LeaveAsync(Uri page, string html)
    {
        if (Refresh().Match(html) is { Success: true } refresh) return new Uri(page, WebUtility.HtmlDecode(refresh.Groups[1].Value));
        if (Request().Match(html) is not { Success: true } form) throw new InvalidOperationException($"{page} has nothing to follow: {html}");
        using var confirm = new HttpRequestMessage(HttpMethod.Post, page.GetLeftPart(UriPartial.Path))
        {
            Content = Encoded([("request", WebUtility.HtmlDecode(form.Groups[1].Value)), ("decision", "continue")]),
        };
        confirm.Headers.Add("Origin", page.GetLeftPart(UriPartial.Authority));
        using var answer = await SendAsync(confirm).ConfigureAwait(false);
        return await LeaveAsync(page, await answer.Content.ReadAsStringAsync().ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        var authority = request.RequestUri!.Authority;
        if (!cookies.TryGetValue(authority, out var jar)) cookies.Add(authority, jar = new(StringComparer.Ordinal));
        if (jar.Count > 0) request.Headers.Add("Cookie", string.Join("; ", jar.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        var answer = await http.SendAsync(request).ConfigureAwait(false);
        foreach (var header in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var pair = header.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0) jar.Remove(pair[0]);
            else jar[pair[0]] = pair[1];
        }

        return answer;
    }

    private static string Form(IEnumerable<(string Name, string Value)> fields) =>
        string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));

    private static StringContent Encoded(IEnumerable<(string Name, string Value)> fields) =>
        new(Form(fields), Encoding.UTF8, "application/x-www-form-urlencoded");

    [GeneratedRegex("[?&]code=([^&]+)")]
    private static partial Regex Code();

    [GeneratedRegex("content=\"0; url=([^\"]*)\"")]
    private static partial Regex Refresh();

    [GeneratedRegex("name=\"request\" value=\"([^\"]*)\"")]
    private static partial Regex Request();
}
