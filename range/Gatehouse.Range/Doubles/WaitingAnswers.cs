using System.Net;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatehouse.Range.Doubles;

/// <summary>A proxy that refuses requests of unknown sessions, and writes its answers as fast as its client reads them.</summary>
internal sealed class WaitingAnswers : IDrainableProxy, IAsyncDisposable
{
    private const string Refusal = """{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"unknown session"}}""";

    private readonly WebApplication web;
    private int inProgress;

    private WaitingAnswers()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null; // event streams are slow at times
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1);
        });
        web = builder.Build();
        web.Run(AnswerAsync);
    }

    public Uri Endpoint => new(web.Urls.First() + "/mcp");

    /// <summary>Starts a proxy.</summary>
    public static async Task<IDrainableProxy> StartAsync(RangeFixture fixture)
    {
        var proxy = fixture.Own(new WaitingAnswers());
        await proxy.web.StartAsync().ConfigureAwait(false);
        return proxy;
    }

    public async Task<bool> DrainAsync(TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (Volatile.Read(ref inProgress) > 0)
        {
            if (TimeProvider.System.GetElapsedTime(started) > patience) return false;
            await Task.Delay(20).ConfigureAwait(false);
        }

        return true;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref inProgress);
        try
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync(Refusal).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref inProgress);
        }
    }
}
