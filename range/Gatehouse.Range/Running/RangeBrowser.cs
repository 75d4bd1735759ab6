using System.Collections.Concurrent;

namespace Gatehouse.Range.Running;

/// <summary>
/// A person's browser as far as sign-ins need one: cookies by origin, redirects, pages that leave by themselves, and forms with the headers that no
/// page can change. It reaches only this machine. Another address, or one at which a program waits, ends its way and is what that place receives.
/// </summary>
internal sealed class RangeBrowser
{
    private const int MostSteps = 20;

    private readonly ConcurrentDictionary<(string Origin, string Name), string> cookies = new();

    /// <summary>The requests that it sent, with their cookies, as a proxy between it and the servers records them.</summary>
    public ConcurrentQueue<(Uri Address, IReadOnlyDictionary<string, string> Cookies)> Sent { get; } = new();

    /// <summary>Sets a cookie.</summary>
    public void SetCookie(Uri place, string name, string value) => cookies[(Origin(place), name)] = value;

    /// <summary>Opens an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="until">The address at which it stops without opening it; null for none.</param>
    public Task<BrowserPage> OpenAsync(Uri address, Func<Uri, bool>? until = null) =>
        GoAsync(() => new HttpRequestMessage(HttpMethod.Get, address), until);

    /// <summary>Presses a button of a page.</summary>
    public Task<BrowserPage> PressAsync(BrowserPage page, string button, Func<Uri, bool>? until = null)
    {
        var (action, fields) = page.Press(button);
        return GoAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(fields) };
            request.Headers.TryAddWithoutValidation("Origin", Origin(page.Address));
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
            return request;
        }, until);
    }

    /// <summary>Presses the first button, which is that of those who agree, of every page until there is none.</summary>
    public async Task<BrowserPage> AgreeAsync(BrowserPage page, Func<BrowserPage, bool>? reads = null)
    {
        for (var step = 0; step < MostSteps && page is { Status: 200, Buttons: [var first, ..] } && reads?.Invoke(page) != false; step++)
            page = await PressAsync(page, first).ConfigureAwait(false);
        return page;
    }

    private async Task<BrowserPage> GoAsync(Func<HttpRequestMessage> make, Func<Uri, bool>? until)
    {
        var request = make();
        for (var step = 0; step < MostSteps; step++)
        {
            var address = request.RequestUri!;
            if (address is not { Scheme: "http", Host: "127.0.0.1" } || until?.Invoke(address) == true) return new BrowserPage(address, 0, "");
            if (await TrySendAsync(request).ConfigureAwait(false) is not { } page) return new BrowserPage(address, 0, "");
            if (page.Next is null) return page.Page;
            request = new HttpRequestMessage(HttpMethod.Get, page.Next);
        }

        throw new InvalidOperationException("the browser is sent in circles");
    }

    // A program of the range that waits on loopback reads what the address carries, and answers nothing.
    private async Task<(BrowserPage Page, Uri? Next)?> TrySendAsync(HttpRequestMessage request)
    {
        try
        {
            return await SendAsync(request).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return null;
        }
    }

    private async Task<(BrowserPage Page, Uri? Next)> SendAsync(HttpRequestMessage request)
    {
        var (address, origin) = (request.RequestUri!, Origin(request.RequestUri!));
        var own = cookies.Where(cookie => cookie.Key.Origin == origin).ToDictionary(cookie => cookie.Key.Name, cookie => cookie.Value);
        if (own.Count > 0) request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", own.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        Sent.Enqueue((address, own));
        using var response = await Loopback.Client.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        if (response.Headers.TryGetValues("Set-Cookie", out var headers)) Take(origin, headers);
        var page = new BrowserPage(address, (int)response.StatusCode, await response.Content.ReadAsStringAsync().ConfigureAwait(false));
        var next = (int)response.StatusCode is >= 300 and < 400 ? response.Headers.Location : null;
        return (page, next is null ? page.Leaving : new Uri(address, next));
    }

    private void Take(string origin, IEnumerable<string> headers)
    {
        foreach (var header in headers)
        {
            var pair = header.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0 || header.Contains("max-age=0", StringComparison.OrdinalIgnoreCase)) cookies.TryRemove((origin, pair[0]), out _);
            else cookies[(origin, pair[0])] = pair[1];
        }
    }

    private static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
