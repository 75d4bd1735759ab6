using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Bench.Micro;

/// <summary>A decision point on loopback that permits everything at once.</summary>
internal sealed class InstantPoint : IAsyncDisposable
{
    private static readonly byte[] Yes = "{\"decision\":true}"u8.ToArray();
    private readonly WebApplication web;

    private InstantPoint(WebApplication web) => this.web = web;

    public Uri Url => new(web.Urls.First());

    public static async Task<InstantPoint> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var point = new InstantPoint(builder.Build());
        point.web.Run(HandleAsync);
        await point.web.StartAsync().ConfigureAwait(false);
        return point;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private static async Task HandleAsync(HttpContext context)
    {
        using var question = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted).ConfigureAwait(false);
        var answer = question.RootElement.TryGetProperty("evaluations", out var list)
            ? Encoding.UTF8.GetBytes($"{{\"evaluations\":[{string.Join(',', Enumerable.Repeat("{\"decision\":true}", list.GetArrayLength()))}]}}")
            : Yes;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);
    }
}
