using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests;

/// <summary>A collector of OTLP on loopback that keeps the bytes of each export. The exporter does not compress them.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Name, byte[] Content)> received = new();
    private readonly WebApplication web;

    private OtlpCollector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        web = builder.Build();
        web.Run(TakeAsync);
    }

    public Uri Url => new(web.Urls.First());

    /// <summary>The path and the body of each export.</summary>
    public IReadOnlyList<(string Name, byte[] Content)> Received => [.. received];

    public static async Task<OtlpCollector> StartAsync()
    {
        var collector = new OtlpCollector();
        await collector.web.StartAsync();
        return collector;
    }

    /// <summary>Returns whether an export to a path holds a text.</summary>
    public bool Holds(string path, string text) =>
        received.Any(export => export.Name == path && export.Content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        if (await ProbeRequests.RefuseAsync(context)) return;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        received.Enqueue((context.Request.Path, body.ToArray()));
    }
}
