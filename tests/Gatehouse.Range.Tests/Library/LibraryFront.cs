using Gatehouse.Gateway;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Range.Running;
using Gatehouse.Server;
using Gatehouse.Server.RunTime;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Range.Tests.Library;

/// <summary>
/// Puts the library in front of the server of an exercise, in place of the gateway: a web application whose own code passes what reaches it on to the
/// server.
/// </summary>
internal static class LibraryFront
{
    private static readonly string[] Kept =
        ["Accept", "Content-Type", "Last-Event-ID", "Mcp-Session-Id", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"];

    /// <summary>Starts it with the settings and doubles of the exercise.</summary>
    public static async Task<GatewayHost> StartAsync(RangeFixture fixture, GatewaySettings settings, GatewayHostOptions options)
    {
        var servers = settings.Servers.Where(static server => server.Http is not null)
            .ToDictionary(static server => server.Path, static server => server.Http!);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(settings.Listen.Url.GetLeftPart(UriPartial.Authority));
        builder.Services.AddSingleton(new GatehouseOptions()).AddSingleton(new RunTimeGuard(RunTimeGuardMode.Off)).AddSingleton<InProcessGateway>()
            .AddSingleton<IStartupFilter, GatehouseStartupFilter>();
        var app = fixture.Own(builder.Build());
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });
        app.Lifetime.ApplicationStopped.Register(client.Dispose);
        app.Run(context => ForwardAsync(context, client, servers[context.Request.Path.Value!]));
        await app.Services.GetRequiredService<InProcessGateway>().StartAsync(
            settings with
            {
                Servers =
                [
                    .. settings.Servers.Select(server => server.Http is null ? server
                        : server with { Http = server.Http with { Url = new Uri(settings.Resource(server)), Credential = null } }),
                ],
            },
            options);
        await app.StartAsync();
        return app.Services.GetRequiredService<InProcessGateway>().Host!;
    }

    private static async Task ForwardAsync(HttpContext context, HttpClient client, HttpUpstreamSettings server)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), server.Url);
        // The code of a server has credentials of its own for what is behind it.
        if (server.Credential is { } own)
            request.Headers.TryAddWithoutValidation(own.Header, own.Prefix + await File.ReadAllTextAsync(own.Value.Location));
        if (HttpMethods.IsPost(context.Request.Method)) request.Content = new StreamContent(context.Request.Body);
        foreach (var name in context.Request.Headers.Keys.Where(
            static name => Kept.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith("Mcp-Param-", StringComparison.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, context.Request.Headers[name].ToArray()))
                request.Content?.Headers.TryAddWithoutValidation(name, context.Request.Headers[name].ToArray());
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(static header => header.Key != "Transfer-Encoding"))
            context.Response.Headers[name] = values.ToArray();
        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[8192];
        while (await body.ReadAsync(buffer, context.RequestAborted) is var read and > 0)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
