using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Liveness, readiness and how the servers behind are doing, on the management listener.</summary>
internal static class ManagementEndpoint
{
    public static Task HandleAsync(HttpContext context, GatewayHost host)
    {
        var (status, text) = context.Request.Path.Value switch
        {
            "/livez" => (200, "live\n"),
            "/readyz" when host.IsReady => (200, "ready\n"),
            "/readyz" => (503, host.IsDraining ? "draining\n" : "the audit log cannot be written\n"),
            // For operators alone: a caller learns nothing of other servers, and of this one only what its own answer says.
            "/upstreams" => (200, string.Concat(host.Upstreams.Health().Select(health => $"{health.Server}: {health.State}\n"))),
            _ => (404, "not found\n"),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text);
    }
}
