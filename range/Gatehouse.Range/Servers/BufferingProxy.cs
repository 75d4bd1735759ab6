using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Servers;

/// <summary>A reverse proxy that looks at the messages of a server, and buffers each until it is complete (<see cref="BufferingClient"/>).</summary>
internal sealed class BufferingProxy : IAsyncDisposable
{
    private readonly WebApplication web = Loopback.Build();
    private readonly Uri target;

    private BufferingProxy(Uri target) => this.target = target;

    public static async Task<Uri> StartAsync(RangeFixture fixture, Uri target)
    {
        var proxy = fixture.Own(new BufferingProxy(target));
        proxy.web.Run(proxy.HandleAsync);
        await proxy.web.StartAsync().ConfigureAwait(false);
        return new Uri(proxy.web.Urls.First() + target.AbsolutePath);
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body).ConfigureAwait(false);
        var answer = await BufferingClient.SendAsync(target, new HttpMethod(context.Request.Method), body.ToArray(), context.RequestAborted)
            .ConfigureAwait(false);
        context.Response.StatusCode = (int)answer.Status;
        context.Response.ContentType = "application/json";
        if (answer.SessionId is { } session) context.Response.Headers["Mcp-Session-Id"] = session;
        if (answer.Message.Length > 0) await context.Response.Body.WriteAsync(answer.Message).ConfigureAwait(false);
    }
}
