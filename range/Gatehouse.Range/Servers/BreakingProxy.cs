using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Servers;

/// <summary>A reverse proxy in front of a server, with a <see cref="NaiveBreaker"/>.</summary>
internal sealed class BreakingProxy : IAsyncDisposable
{
    private readonly WebApplication web = Loopback.Build();
    private readonly NaiveBreaker breaker = new();
    private readonly Uri target;

    private BreakingProxy(Uri target) => this.target = target;

    public static async Task<Uri> StartAsync(RangeFixture fixture, Uri target)
    {
        var proxy = fixture.Own(new BreakingProxy(target));
        proxy.web.Run(proxy.HandleAsync);
        await proxy.web.StartAsync().ConfigureAwait(false);
        return new Uri(proxy.web.Urls.First() + target.AbsolutePath);
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (breaker.IsOpen)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body).ConfigureAwait(false);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target) { Content = new ByteArrayContent(body.ToArray()) };
        foreach (var (name, values) in context.Request.Headers)
        {
            if (name.StartsWith("Mcp-", StringComparison.OrdinalIgnoreCase)) request.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        try
        {
            using var response = await Loopback.Client.SendAsync(request, context.RequestAborted).ConfigureAwait(false);
            breaker.Note(succeeded: true);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            if (response.Headers.TryGetValues("Mcp-Session-Id", out var session)) context.Response.Headers["Mcp-Session-Id"] = session.ToArray();
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            breaker.Note(succeeded: false);
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    }
}
