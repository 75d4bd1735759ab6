// A server of a shop, written with the official SDK. It is vulnerable on purpose: see ShopTools.cs. Never offer it to others.
//
//   dotnet run                       without any protection, on http://127.0.0.1:5080/mcp
//   dotnet run -- --guarded          the same server with Gatehouse: the two lines below
//   dotnet run -- --stdio            on stdio; with --guarded, too

using GuardedServer;
using Gatehouse.Server;
using Microsoft.Data.Sqlite;

var isGuarded = args.Contains("--guarded");
var isStdio = args.Contains("--stdio");
args = [.. args.Except(["--guarded", "--stdio"])];
if (isStdio)
{
    var host = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    host.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace); // standard output is for messages
    Shop.Add(host.Services);
    var local = host.Services.AddMcpServer().WithStdioServerTransport().WithTools<ShopTools>();
    if (isGuarded) local.AddGatehouse(options => options.Configuration("gatehouse.stdio.yaml").State(host.Configuration["state"] ?? Shop.State));
    await host.Build().RunAsync();
    return;
}

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.UseUrls(builder.Configuration["urls"] ?? "http://127.0.0.1:5080");
Shop.Add(builder.Services);
var state = builder.Configuration["state"] ?? Shop.State;
var server = builder.Services.AddMcpServer().WithHttpTransport(http => http.Stateless = true).WithTools<ShopTools>();
if (isGuarded)
{
    server.AddGatehouse(options => options
        .Configuration(builder.Configuration["gatehouse"] ?? "gatehouse.yaml")
        .State(state)
        .Development()); // its own issuer, for this machine alone: a real server names its identity provider in the file
}

builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();
app.MapMcp("/mcp");
app.MapGet("/health", () => "ok");
app.Lifetime.ApplicationStarted.Register(() =>
{
    Console.WriteLine($"{(isGuarded ? "guarded" : "without protection")}, listening {app.Urls.First()}");
    if (isGuarded) Console.WriteLine($"a token for calls: gatehouse token --state {state}");
});
app.Run();
