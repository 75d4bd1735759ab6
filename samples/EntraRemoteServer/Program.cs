using EntraRemoteServer;
using Microsoft.AspNetCore.HostFiltering;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore.Authentication;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Server;
using OpenIddict.Abstractions;
using OpenIddict.Validation.AspNetCore;

// Settings come from the folder of the program, not from that in which it was started.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var settings = new Settings(builder.Configuration);
if (settings.Faults().ToList() is { Count: > 0 } faults)
{
    foreach (var fault in faults) Console.Error.WriteLine(fault);
    return 2;
}

// 1. Tokens: what clients get from this server, what Entra gives to it, and where both are kept.
builder.Services.AddSingleton(settings).AddSingleton<EntraTokens>().AddHostedService<StoreKeeper>();
Store.Add(builder.Services, settings);
AuthorizationServer.Add(builder.Services, settings);

// 2. Authentication: a request without a token gets 401 with the address of the metadata (RFC 9728), and no redirect.
builder.Services.AddAuthorization().AddAuthentication(options =>
    {
        options.DefaultScheme = OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme;
        options.DefaultChallengeScheme = McpAuthenticationDefaults.AuthenticationScheme;
    })
    .AddEntraSignIn(settings)
    .AddMcp(options => options.ResourceMetadata = new ProtectedResourceMetadata
    {
        Resource = settings.Url.AbsoluteUri,
        AuthorizationServers = { settings.Issuer.AbsoluteUri },
        ScopesSupported = { Settings.Scope }, // the own scope: the client has nothing to do with that of Graph
    });

// 3. Tools. Stateless serves the revision 2026-07-28 in full and older ones without sessions (see README.md).
builder.Services.AddMcpServer()
    .WithHttpTransport(options => options.Stateless = true)
    .AddAuthorizationFilters()
    .WithTools<UserTools>()
    .WithRequestFilters(filters => filters.AddCallToolFilter(next => (call, cancel) =>
    {
        // Arguments are shown to models and written to logs: no token belongs there (CWE-598). A tool takes no argument that it does not name.
        var named = call.MatchedPrimitive is McpServerTool tool ? tool.ProtocolTool.InputSchema.GetProperty("properties") : default;
        return call.Params?.Arguments?.Keys.FirstOrDefault(name => !named.TryGetProperty(name, out _)) is not { } name ? next(call, cancel)
            : throw new McpProtocolException($"No argument is named {name}. Tokens belong in the header Authorization.", McpErrorCode.InvalidParams);
    }));

// 4. Graph: 3 more attempts, after the time that Retry-After says or else 2, 4 and 8 seconds with a random part, and at most 30 seconds in all.
builder.Services.AddHttpClient("graph", client => (client.BaseAddress, client.MaxResponseContentBufferSize) = (settings.Graph, 64 * 1024))
    .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    .AddStandardResilienceHandler();

// 5. The SDK's endpoint takes any Host and Origin. A name that an attacker points at this address must not work (DNS rebinding, CWE-350).
builder.Services.Configure<HostFilteringOptions>(options => options.AllowedHosts = [settings.Url.Host]);
builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = 1024 * 1024);

var app = builder.Build();
app.UseHostFiltering();
app.Use(async (http, next) =>
{
    var origin = http.Request.Headers.Origin;
    if (origin.Count > 0 && origin != settings.Issuer.GetLeftPart(UriPartial.Authority)) http.Response.StatusCode = StatusCodes.Status403Forbidden;
    else if (http.Request.Query.ContainsKey("access_token")) // addresses are in logs and histories (CWE-598; RFC 6750, 5.3)
        await Results.BadRequest(new { error = "invalid_request", error_description = "Tokens belong in the header." }).ExecuteAsync(http);
    else await next(http);
});
app.UseAuthentication();
app.UseAuthorization();
app.MapGet("/oauth/authorize", AuthorizationServer.AuthorizeAsync);
app.MapPost("/oauth/token", AuthorizationServer.TokenAsync);
app.MapMcp(settings.Url.AbsolutePath).RequireAuthorization(policy => policy.RequireAssertion(request => request.User.HasScope(Settings.Scope)));

try
{
    await app.RunAsync();
    return 0;
}
catch (Exception failure) when (failure is IOException or Microsoft.Data.Sqlite.SqliteException)
{
    Console.Error.WriteLine($"The server did not start: {failure.Message}");
    return 1;
}
