using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Servers;

/// <summary>
/// A policy proxy as people write it in an afternoon: looks at a request in one way, passes it on as it is, and leaves it to
/// the server to read it in another.
/// </summary>
internal sealed class NaiveProxy : IAsyncDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(300); // for a place
    private static readonly string[] Dropped = ["Host", "Connection", "Transfer-Encoding", "Content-Length", "Keep-Alive"];

    private readonly WebApplication web;
    private readonly Uri target;
    private readonly Func<HttpRequest, byte[], bool> permits;
    private readonly Func<MemoryStream> newBody;

    private readonly SemaphoreSlim? places;
    private readonly HttpMessageInvoker client;

    private NaiveProxy(
        Uri target, Func<HttpRequest, byte[], bool> permits, Func<MemoryStream>? newBody, int? connections, int? places, HttpMessageInvoker? client)
    {
        this.client = client ?? Loopback.Client;
        this.places = places is { } count ? new SemaphoreSlim(count) : null;
        web = Loopback.Build(connections);
        this.newBody = newBody ?? (static () => new MemoryStream());
        this.target = target;
        this.permits = permits;
    }

    /// <summary>Starts a proxy in front of the target.</summary>
    /// <param name="fixture">Owns it.</param>
    /// <param name="target">The server.</param>
    /// <param name="permits">The policy, from headers and body.</param>
    /// <param name="newBody">Where a body is kept while it comes; null keeps as much as comes.</param>
    /// <param name="connections">Connections at once; null for any number.</param>
    /// <param name="places">Requests at the target at once; null for any number.</param>
    /// <param name="client">The client of the target; null for one that follows no redirects.</param>
    public static async Task<Uri> StartAsync(
        RangeFixture fixture, Uri target, Func<HttpRequest, byte[], bool> permits, Func<MemoryStream>? newBody = null, int? connections = null,
        int? places = null, HttpMessageInvoker? client = null)
    {
        var proxy = fixture.Own(new NaiveProxy(target, permits, newBody, connections, places, client));
        proxy.web.Run(proxy.HandleAsync);
        await proxy.web.StartAsync().ConfigureAwait(false);
        return new Uri(proxy.web.Urls.First() + target.AbsolutePath);
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync().ConfigureAwait(false);
        places?.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = newBody();
        try
        {
            await context.Request.Body.CopyToAsync(body).ConfigureAwait(false);
        }
        catch (IOException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (!permits(context.Request, body.ToArray()))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (places is not null && !await places.WaitAsync(Wait, context.RequestAborted).ConfigureAwait(false))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        try
        {
            await RelayAsync(context, body).ConfigureAwait(false);
        }
        finally
        {
            places?.Release();
        }
    }

    private async Task RelayAsync(HttpContext context, MemoryStream body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
        if (body.Length > 0) request.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, values) in context.Request.Headers)
        {
            if (Dropped.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        using var response = await client.SendAsync(request, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!Dropped.Contains(name, StringComparer.OrdinalIgnoreCase)) context.Response.Headers[name] = values.ToArray();
        }

        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
