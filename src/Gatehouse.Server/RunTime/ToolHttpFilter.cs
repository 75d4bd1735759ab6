using Microsoft.Extensions.Http;

namespace Gatehouse.Server.RunTime;

/// <summary>
/// Puts the guard next to the network in every client of <see cref="IHttpClientFactory"/>. Where it blocks, the client follows no redirect: it would
/// lead past the guard to a host that the tool did not declare (CWE-918).
/// </summary>
internal sealed class ToolHttpFilter(RunTimeGuard guard) : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (guard.IsOn) builder.AdditionalHandlers.Add(new ToolHttpGuard(guard.Blocks ? FollowingOf(builder.PrimaryHandler) : null));
    };

    // Switches redirects off. Returns the remedy where that cannot be done: tools then get no request through this client.
    private static string? FollowingOf(HttpMessageHandler? handler)
    {
        while (handler is DelegatingHandler { InnerHandler: { } inner }) handler = inner;
        try
        {
            switch (handler)
            {
                case SocketsHttpHandler sockets:
                    if (sockets.AllowAutoRedirect) sockets.AllowAutoRedirect = false;
                    return null;
                case HttpClientHandler client:
                    if (client.AllowAutoRedirect) client.AllowAutoRedirect = false;
                    return null;
                default:
                    return $"its client follows redirects as {handler?.GetType().Name ?? "no handler"} does, which Gatehouse cannot switch off; "
                        + "give the client a SocketsHttpHandler or HttpClientHandler";
            }
        }
        catch (InvalidOperationException)
        {
            return "the handler of its client was in use before, and follows redirects; set AllowAutoRedirect = false where the handler is made";
        }
    }
}
