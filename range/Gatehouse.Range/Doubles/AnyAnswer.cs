using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.SignIn;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Doubles;

/// <summary>Pages of connections to which each answer came to the address of one service, and names no issuer.</summary>
internal sealed class AnyAnswer(IPersonPages real, string service) : IPersonPages
{
    public IEnumerable<(string Method, string Path, Func<HttpContext, Peer, Task> Handler)> Of(PersonPageParts parts) =>
        real.Of(parts).Select(page => page.Path == Routes.ConnectCallback
            ? (page.Method, page.Path, (context, peer) => AnswerAsync(page.Handler, context, peer)) : page);

    private Task AnswerAsync(Func<HttpContext, Peer, Task> handler, HttpContext context, Peer peer)
    {
        context.Request.Path = Routes.ConnectCallback + service;
        context.Request.QueryString = QueryString.Create(context.Request.Query.Where(static one => one.Key != "iss"));
        return handler(context, peer);
    }
}
