using System.Security.Claims;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Server.Tests;

/// <summary>A server of the SDK in this process, with the library and an outside issuer of tokens.</summary>
internal sealed class LibraryServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-library-");
    private WebApplication? app;

    private LibraryServer(OutsideIssuer issuer) => Issuer = issuer;

    public OutsideIssuer Issuer { get; }

    public int Port { get; } = LoopbackPorts.Next();

    public string State => Path.Join(folder.FullName, "state");

    public Uri Endpoint => new($"http://127.0.0.1:{Port}/mcp");

    public IServiceProvider Services => app!.Services;

    /// <summary>The headers of the last request that reached a tool.</summary>
    public static IHeaderDictionary? Seen { get; set; }

    /// <summary>Makes a token of alice for the server.</summary>
    public string Token() => Issuer.Mint(Endpoint.ToString(), static claims => claims["roles"] = new System.Text.Json.Nodes.JsonArray("cook"));

    public static async Task<LibraryServer> StartAsync(
        string extra = "", bool stateless = true, Action<IMcpServerBuilder>? add = null, Action<WebApplication>? map = null,
        Func<string, string>? change = null, Action<IServiceCollection>? before = null, Action<IMcpServerBuilder>? tools = null)
    {
        var server = new LibraryServer(await OutsideIssuer.StartAsync());
        try
        {
            await server.RunAsync(
                extra, stateless, add, map, change ?? (static text => text), before, tools ?? (static mcp => mcp.WithTools<KitchenTools>()));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task RunAsync(
        string extra, bool stateless, Action<IMcpServerBuilder>? add, Action<WebApplication>? map, Func<string, string> change,
        Action<IServiceCollection>? before, Action<IMcpServerBuilder> tools)
    {
        var file = Path.Join(folder.FullName, "gatehouse.yaml");
        await File.WriteAllTextAsync(file, change($$"""
            version: 1
            publicUrl: http://127.0.0.1:{{Port}}
            state: {{State}}
            issuers: [ { issuer: {{Issuer.Origin}} } ]
            servers: { kitchen: { path: /mcp } }
            policy: [ { id: alice, permit: { subjects: [alice] } } ]
            {{extra}}
            """));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Port}");
        builder.Logging.ClearProviders();
        builder.Services.AddHttpContextAccessor();
        before?.Invoke(builder.Services);
        var mcp = builder.Services.AddMcpServer();
        if (add is not null) add(mcp);
        else
        {
            tools(mcp.WithHttpTransport(http => http.Stateless = stateless));
            mcp.AddGatehouse(o => o.Configuration(file));
        }

        app = builder.Build();
        if (map is null) app.MapMcp("/mcp");
        else map(app);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
        await Issuer.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [McpServerToolType]
    internal sealed class KitchenTools
    {
        [McpServerTool(Name = "whoami")]
        public static string WhoAmI(ClaimsPrincipal user, IHttpContextAccessor http)
        {
            Seen = http.HttpContext!.Request.Headers;
            return $"{user.FindFirst("sub")?.Value} {user.IsInRole("cook")} {user.Identity?.AuthenticationType}";
        }

        [McpServerTool(Name = "bake")]
        public static async Task<string> Bake(RequestContext<CallToolRequestParams> call)
        {
            for (var i = 1; i <= 3 && call.Params?.ProgressToken is { } token; i++)
                await call.Server.NotifyProgressAsync(token, new ProgressNotificationValue { Progress = i, Total = 3 });
            return "cake";
        }
    }
}
