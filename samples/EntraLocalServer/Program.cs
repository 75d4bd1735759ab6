using EntraLocalServer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A local MCP server over stdio that reads the profile of the person who uses it from Microsoft Graph.
// stdout carries the protocol and nothing else. Everything for a person is written to stderr.

// Settings come from the folder of the program, never from the folder in which a client happens to start it: a repository could otherwise
// redirect the sign-in (CWE-426).
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning)
    .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

EntraOptions options;
HttpClient http;
try
{
    options = EntraOptions.Read(builder.Configuration);
    http = TrustedHttp.Create(options.TrustedCertificateFile);
}
catch (InvalidOperationException exception)
{
    await Console.Error.WriteLineAsync($"EntraLocalServer: {exception.Message}");
    return 2;
}

builder.Services.AddSingleton(options);
builder.Services.AddSingleton(http);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<SignIn>();
builder.Services.AddMcpServer().WithStdioServerTransport().WithTools<GraphTools>();
await builder.Build().RunAsync();
return 0;
