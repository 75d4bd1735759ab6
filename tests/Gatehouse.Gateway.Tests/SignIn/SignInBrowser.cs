using System.Net;
using System.Text.RegularExpressions;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>
/// The browser of a person, over the wire: it keeps cookies, follows redirects and the page that forwards, and sends forms with the origin of their
/// page. Secure cookies go to loopback as in browsers.
/// </summary>
internal sealed partial class SignInBrowser(string origin, string person) : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
    private readonly Dictionary<string, string> cookies = new(StringComparer.Ordinal);

    /// <summary>The page that asked before the sign-in.</summary>
    public string Consent { get; private set; } = "";

    /// <summary>Opens an address, agrees, signs in and confirms, and returns the address at the client to which all that leads.</summary>
    public async Task<Uri> SignInAsync(string authorize)
    {
        Consent = await OpenAsync(authorize);
        var confirmation = await SendAsync("/oauth/consent", Consent, ("provider", "corp"));
        return new Uri(Leaving(await PostAsync("/oauth/confirm", [("request", Hidden(confirmation)), ("decision", "continue")])));
    }

    /// <summary>Opens a page: follows what leads away from it until there is a page that asks.</summary>
    public Task<string> OpenAsync(string address) => FollowAsync(new Uri(new Uri(origin), address));

    /// <summary>Sends the form of a page, and follows where that leads.</summary>
    public async Task<string> SendAsync(string path, string page, params (string Name, string Value)[] fields)
    {
        var body = await PostAsync(path, [("request", Hidden(page)), .. fields]);
        return Forward().IsMatch(body) ? await FollowAsync(new Uri(Leaving(body))) : body;
    }

    public void Dispose() => client.Dispose();

    private async Task<string> FollowAsync(Uri address)
    {
        for (var step = 0; step < 10; step++)
        {
            // At the provider, the person says who it is.
            if (address.AbsolutePath == "/authorize") address = new Uri($"{address.AbsoluteUri}&person={person}");
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = await ReadAsync(request);
            if (response.Headers.Location is { } next) address = new Uri(address, next);
            else if (await response.Content.ReadAsStringAsync() is var body && response.StatusCode == HttpStatusCode.OK) return body;
            else throw new InvalidOperationException($"{address} answered {response.StatusCode}: {body}");
        }

        throw new InvalidOperationException("redirects in a circle");
    }

    private async Task<string> PostAsync(string path, (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, origin + path)
        { Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) };
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var response = await ReadAsync(request);
        Assert.True((int)response.StatusCode < 400, await response.Content.ReadAsStringAsync());
        return response.Headers.Location is { } next ? await FollowAsync(new Uri(new Uri(origin), next)) : await response.Content.ReadAsStringAsync();
    }

    private async Task<HttpResponseMessage> ReadAsync(HttpRequestMessage request)
    {
        var isOurs = request.RequestUri!.AbsoluteUri.StartsWith(origin, StringComparison.Ordinal);
        if (isOurs && cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", cookies.Select(one => $"{one.Key}={one.Value}")));
        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        if (!isOurs || !response.Headers.TryGetValues("Set-Cookie", out var set)) return response;
        foreach (var pair in set.Select(line => line.Split(';')[0].Split('=', 2)))
        {
            if (pair[1].Length == 0) cookies.Remove(pair[0]);
            else cookies[pair[0]] = pair[1];
        }

        return response;
    }

    private static string Leaving(string page) => WebUtility.HtmlDecode(Forward().Match(page).Groups[1].Value);

    private static string Hidden(string page) => WebUtility.HtmlDecode(Field().Match(page).Groups[1].Value);

    [GeneratedRegex("content=\"0; ?url=([^\"]*)\"")]
    private static partial Regex Forward();

    [GeneratedRegex("<input[^>]*name=\"request\"[^>]*value=\"([^\"]*)\"")]
    private static partial Regex Field();
}
