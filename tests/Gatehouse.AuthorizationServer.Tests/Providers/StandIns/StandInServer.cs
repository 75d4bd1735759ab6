using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatehouse.AuthorizationServer.Tests.Providers.StandIns;

/// <summary>An HTTP server on loopback that plays a provider. It records the paths that were requested, in order.</summary>
internal abstract class StandInServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> requests = [];
    private readonly WebApplication web;

    protected StandInServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        web = builder.Build();
        web.Run(async context =>
        {
            if (await ProbeRequests.RefuseAsync(context)) return;
            requests.Enqueue(context.Request.Path.Value!);
            await AnswerAsync(context);
        });
    }

    /// <summary>Scheme, host and port.</summary>
    public string Origin => web.Urls.First();

    /// <summary>The paths that were requested.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    public async ValueTask DisposeAsync() => await web.DisposeAsync();

    protected Task StartAsync() => web.StartAsync();

    protected abstract Task AnswerAsync(HttpContext context);

    protected static async Task WriteAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json), context.RequestAborted);
    }

    protected static Task WriteAsync(HttpContext context, int status, JsonNode json) => WriteAsync(context, status, json.ToJsonString());

    /// <summary>Sends the browser to the redirect URI with an answer.</summary>
    protected static Task ReturnAsync(HttpContext context, string redirectUri, params (string Name, string? Value)[] answer)
    {
        var pairs = answer.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}");
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = $"{redirectUri}?{string.Join('&', pairs)}";
        return Task.CompletedTask;
    }

    /// <summary>The parameters of a query or form; a repeated one is a fault of the client.</summary>
    protected static Dictionary<string, string> Once(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> parameters) =>
        parameters.ToDictionary(pair => pair.Key, pair => pair.Value.Single()!, StringComparer.Ordinal);
}
