using System.Globalization;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Servers;

/// <summary>A reverse proxy that sends the requests of all callers over one <see cref="KeptConnection"/>.</summary>
internal sealed class PoolingProxy : IAsyncDisposable
{
    private readonly WebApplication web = Loopback.Build();
    private readonly KeptConnection server;

    private PoolingProxy(Uri target) => server = new KeptConnection(target);

    public static async Task<Uri> StartAsync(RangeFixture fixture, Uri target)
    {
        var proxy = fixture.Own(new PoolingProxy(target));
        proxy.web.Run(proxy.HandleAsync);
        await proxy.web.StartAsync().ConfigureAwait(false);
        return new Uri(proxy.web.Urls.First() + target.AbsolutePath);
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync().ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body).ConfigureAwait(false);
        var answer = await server.SendAsync(context.Request.Method, body.ToArray()).ConfigureAwait(false);
        context.Response.StatusCode = int.Parse(answer.FirstLine.Split(' ')[1], CultureInfo.InvariantCulture);
        context.Response.ContentType = "application/json";
        if (answer.Headers.TryGetValue("Mcp-Session-Id", out var session)) context.Response.Headers["Mcp-Session-Id"] = session;
        if (answer.Body.Length > 0) await context.Response.Body.WriteAsync(answer.Body).ConfigureAwait(false);
    }
}
