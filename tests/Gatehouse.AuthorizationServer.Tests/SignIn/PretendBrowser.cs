using System.Net;
using System.Text;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.Identity.Partitions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>A browser as far as a sign-in needs one: cookies, forms, and the Origin header that no page can change.</summary>
internal sealed class PretendBrowser(AuthorizationServerEndpoints server, string origin, string home = "203.0.113.7")
{
    private readonly Dictionary<string, string> cookies = new(StringComparer.Ordinal);

    /// <summary>Names and values of the cookies.</summary>
    public IReadOnlyDictionary<string, string> Cookies => cookies;

    /// <summary>Set-Cookie headers of the last answer.</summary>
    public IReadOnlyList<string> LastCookies { get; private set; } = [];

    public Task<PretendAnswer> GetAsync(string address) => SendAsync("GET", address, null, null, null);

    /// <summary>Sends the form of a page of the server, or of another origin.</summary>
    public Task<PretendAnswer> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> fields, string? from = "own", string? site = "same-origin") =>
        SendAsync("POST", path, fields, from == "own" ? origin : from, from is null ? null : site);

    /// <summary>Gives the browser a cookie of another one, as a thief would.</summary>
    public void Steal(string name, string value) => cookies[name] = value;

    private async Task<PretendAnswer> SendAsync(
        string method, string address, IEnumerable<KeyValuePair<string, string>>? fields, string? from, string? site)
    {
        var context = Context(method, address, fields);
        if (from is not null) context.Request.Headers.Origin = from;
        if (site is not null) context.Request.Headers["Sec-Fetch-Site"] = site;
        var digest = System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(home));
        using var body = new MemoryStream();
        context.Response.Body = body;
        await server.HandleAsync(context, new Peer(home.Length == 0 ? CallerPartition.Unknown : CallerPartition.Of(IPAddress.Parse(home)), digest));
        TakeCookies(context.Response.Headers.SetCookie);
        return new PretendAnswer(context.Response.StatusCode, context.Response.Headers.Location.ToString(), Encoding.UTF8.GetString(body.ToArray()),
            context.Response.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
    }

    private DefaultHttpContext Context(string method, string target, IEnumerable<KeyValuePair<string, string>>? fields)
    {
        var uri = new Uri(new Uri(origin), target);
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Scheme = uri.Scheme;
        context.Request.Host = HostString.FromUriComponent(uri);
        context.Request.Path = uri.AbsolutePath;
        context.Request.QueryString = new QueryString(uri.Query);
        if (cookies.Count > 0) context.Request.Headers.Cookie = string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
        if (fields is null) return context;
        var form = Encoding.UTF8.GetBytes(string.Join('&', fields.Select(f => $"{Uri.EscapeDataString(f.Key)}={Uri.EscapeDataString(f.Value)}")));
        context.Request.ContentType = "application/x-www-form-urlencoded";
        context.Request.ContentLength = form.Length;
        context.Request.Body = new MemoryStream(form);
        return context;
    }

    private void TakeCookies(IEnumerable<string?> headers)
    {
        LastCookies = [.. headers.Where(header => header is not null).Select(header => header!)];
        foreach (var header in LastCookies)
        {
            var pair = header.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0) cookies.Remove(pair[0]);
            else cookies[pair[0]] = Uri.UnescapeDataString(pair[1]);
        }
    }
}
