using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Gatehouse.Browser.Tests.SignIn;

/// <summary>The address on loopback to which the browser returns, for a client in this process.</summary>
internal sealed class ReturnListener : IAsyncDisposable
{
    private readonly WebApplication web;
    private readonly TaskCompletionSource<Dictionary<string, StringValues>> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ReturnListener(WebApplication web) => this.web = web;

    /// <summary>The redirect URI.</summary>
    public Uri Address => new(web.Urls.Single() + "/callback");

    /// <summary>What the browser brought.</summary>
    public Task<Dictionary<string, StringValues>> Answer => answer.Task;

    public static async Task<ReturnListener> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var listener = new ReturnListener(builder.Build());
        listener.web.MapGet("/callback", (HttpContext context) =>
        {
            listener.answer.TrySetResult(QueryHelpers.ParseQuery(context.Request.QueryString.Value));
            return Results.Content("<!doctype html><title>Signed in</title>", "text/html");
        });
        await listener.web.StartAsync();
        return listener;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();
}
