using System.Text;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Doubles;

/// <summary>The answer of the real endpoints to a request that a double makes in the name of a browser.</summary>
/// <param name="Context">The request with its answer.</param>
/// <param name="Body">The body.</param>
internal sealed record InnerAnswer(HttpContext Context, string Body)
{
    /// <summary>Sends the browser's own request and keeps the answer back.</summary>
    public static Task<InnerAnswer> GetAsync(Func<HttpContext, Peer, Task> real, HttpContext outer, Peer peer) =>
        SendAsync(real, Copy(outer, "GET", outer.Request.Path, outer.Request.QueryString), peer);

    /// <summary>Presses the first button of the page that came, as the browser of a person who agrees does.</summary>
    public Task<InnerAnswer> AgreeAsync(Func<HttpContext, Peer, Task> real, Peer peer)
    {
        var origin = $"{Context.Request.Scheme}://{Context.Request.Host}";
        var page = new BrowserPage(new Uri(origin), 200, Body);
        var (action, fields) = page.Press(page.Buttons[0]);
        var next = Copy(Context, "POST", action.AbsolutePath, default);
        next.Request.Headers.Origin = origin;
        var form = Encoding.UTF8.GetBytes(string.Join('&', fields.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}")));
        next.Request.ContentType = "application/x-www-form-urlencoded";
        (next.Request.ContentLength, next.Request.Body) = (form.Length, new MemoryStream(form));
        return SendAsync(real, next, peer);
    }

    /// <summary>Gives the answer to the browser.</summary>
    public Task GiveAsync(HttpContext outer)
    {
        outer.Response.StatusCode = Context.Response.StatusCode;
        foreach (var (name, value) in Context.Response.Headers) outer.Response.Headers[name] = value;
        return outer.Response.WriteAsync(Body);
    }

    private static async Task<InnerAnswer> SendAsync(Func<HttpContext, Peer, Task> real, HttpContext context, Peer peer)
    {
        using var body = new MemoryStream();
        context.Response.Body = body;
        await real(context, peer).ConfigureAwait(false);
        return new InnerAnswer(context, Encoding.UTF8.GetString(body.ToArray()));
    }

    private static DefaultHttpContext Copy(HttpContext outer, string method, PathString path, QueryString query)
    {
        var inner = new DefaultHttpContext();
        (inner.Request.Method, inner.Request.Scheme, inner.Request.Host) = (method, outer.Request.Scheme, outer.Request.Host);
        (inner.Request.Path, inner.Request.QueryString) = (path, query);
        inner.Request.Headers.Cookie = outer.Request.Headers.Cookie;
        inner.Request.Headers.AcceptLanguage = outer.Request.Headers.AcceptLanguage;
        return inner;
    }
}
