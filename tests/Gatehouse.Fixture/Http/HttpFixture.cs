using System.Net;
using Gatehouse.Fixture.Serving;
using Gatehouse.Fixture.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Fixture.Http;

/// <summary>The fixture over HTTP, on loopback only.</summary>
internal static class HttpFixture
{
    public const string Path = "/mcp";

    public static async Task<int> RunAsync(FixtureOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        // Open streams must not hold up the end of a test.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        await using var app = builder.Build();
        await using var sessions = new SessionTable();
        app.Run(Handler(options, sessions, app.Lifetime.ApplicationStopping));
        await app.StartAsync();
        EndWithStdin(app.Lifetime);
        await Console.Out.WriteLineAsync($"listening {Address(app)}{Path}");
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static RequestDelegate Handler(FixtureOptions options, SessionTable sessions, CancellationToken stopping)
    {
        var state = new FixtureState();
        var tools = Tools.ToolCatalogue.For(state, FixtureTransport.Http);
        var server = FixtureServer.Options(state, FixtureTransport.Http);
        var legacy = new LegacyEra(server, sessions, state.Changes);
        return new McpEndpoint(new(options.RequiredHeader), new(tools), new(server), legacy, stopping).HandleAsync;
    }

    private static string Address(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    private static void EndWithStdin(IHostApplicationLifetime lifetime)
    {
        if (Environment.GetEnvironmentVariable("EXIT_WITH_STDIN") != "1") return;
        _ = Task.Run(async () =>
        {
            await Console.OpenStandardInput().CopyToAsync(Stream.Null);
            lifetime.StopApplication();
        });
    }
}
