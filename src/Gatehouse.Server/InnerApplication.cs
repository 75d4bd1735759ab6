using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gatehouse.Server;

/// <summary>The server behind the gateway: its own pipeline of requests, reached within the process.</summary>
internal sealed class InnerApplication(IHttpContextFactory contexts, CallerSeal callers) : IHttpApplication<HttpContext>
{
    /// <summary>The rest of the server's pipeline; set when the server builds it.</summary>
    public RequestDelegate? Next { get; set; }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => contexts.Create(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context)
    {
        context.Features.Set(PassedOn.Mark);
        context.User = callers.Open(context.Request.Headers);
        return (Next ?? throw new InvalidOperationException("the server has not built its pipeline"))(context);
    }

    public void DisposeContext(HttpContext context, Exception? exception) => contexts.Dispose(context);
}
