using System.Collections.Concurrent;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Doubles;

/// <summary>Endpoints that take the answer of a provider from any browser: each browser counts as the one that consented.</summary>
internal sealed class AnyBrowser(Func<HttpContext, Peer, Task> real)
{
    private const string Prefix = "__Host-gatehouse-signin-";

    private readonly ConcurrentDictionary<string, string> bindings = new(StringComparer.Ordinal);

    public async Task HandleAsync(HttpContext context, Peer peer)
    {
        if (Routes.Of(context.Request.Path.Value ?? "") == Routes.Callback)
        {
            var all = context.Request.Headers.Cookie.Concat(bindings.Select(one => $"{one.Key}={one.Value}"));
            context.Request.Headers.Cookie = string.Join("; ", all);
        }

        await real(context, peer).ConfigureAwait(false);
        foreach (var cookie in context.Response.Headers.SetCookie.OfType<string>().Where(one => one.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            if (pair[1].Length > 0) bindings[pair[0]] = pair[1];
        }
    }
}
