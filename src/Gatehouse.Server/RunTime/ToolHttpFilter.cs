using Microsoft.Extensions.Http;

namespace Gatehouse.Server.RunTime;

/// <summary>
/// Puts the guard next to the network in every client of <see cref="IHttpClientFactory"/>. The client follows no redirect: it would lead past the guard
/// to a host that the tool did not declare (CWE-918).
/// </summary>
internal sealed class ToolHttpFilter(GatehouseOptions options) : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (options.RunTimeMode == RunTimeGuardMode.Off) return;
        builder.AdditionalHandlers.Add(new ToolHttpGuard());
        if (builder.PrimaryHandler is SocketsHttpHandler sockets) sockets.AllowAutoRedirect = false;
        if (builder.PrimaryHandler is HttpClientHandler client) client.AllowAutoRedirect = false;
    };
}
