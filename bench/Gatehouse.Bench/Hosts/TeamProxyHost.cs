using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Yarp.ReverseProxy.Configuration;

namespace Gatehouse.Bench.Hosts;

/// <summary>
/// A gateway as a .NET team builds it from libraries: YARP, tokens of ES256 by JwtBearer, a policy that asks for a claim, a token bucket for each
/// subject, and a line of JSON in a file for each request. It reads no message, and its line is not durable.
/// </summary>
internal static partial class TeamProxyHost
{
    private const string Issuer = "https://issuer.example";
    private const string Audience = "bench";
    private const string Policy = "tools";
    private const int PerSecond = 1_000_000; // one caller is the whole load

    /// <summary>Makes a key, writes its public half to a file, and returns a token of it.</summary>
    /// <param name="keyFile">The file that the host reads.</param>
    public static string Issue(string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(keyFile, key.ExportSubjectPublicKeyInfoPem());
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            Expires = DateTime.UtcNow.AddHours(12),
            Claims = new Dictionary<string, object> { ["sub"] = "developer", ["scope"] = Policy, ["client_id"] = "bench" },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>Relays until the process is ended.</summary>
    /// <param name="port">The port on loopback.</param>
    /// <param name="target">Base address of the server.</param>
    /// <param name="keyFile">The public key of the issuer.</param>
    /// <param name="remembersTokens">True to verify each token once, and to take it from memory until it expires.</param>
    public static async Task RunAsync(int port, Uri target, string keyFile, bool remembersTokens)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(keyFile).ConfigureAwait(false));
        Console.SetOut(new StreamWriter(keyFile + (remembersTokens ? ".remembered.log" : ".log")) { AutoFlush = true });

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = Path.GetDirectoryName(keyFile) });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Logging.ClearProviders().AddJsonConsole()
            .SetMinimumLevel(LogLevel.Warning).AddFilter(typeof(TeamProxyHost).FullName, LogLevel.Information);
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer(options => Configure(options, new ECDsaSecurityKey(key), remembersTokens));
        builder.Services.AddAuthorization(options => options.AddPolicy(Policy, policy => policy.RequireClaim("scope", Policy)));
        builder.Services.AddRateLimiter(options => options.AddPolicy(Policy, context => RateLimitPartition.GetTokenBucketLimiter(
            context.User.FindFirstValue("sub"),
            _ => new TokenBucketRateLimiterOptions
            { TokenLimit = PerSecond, TokensPerPeriod = PerSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1) })));
        var destinations = new Dictionary<string, DestinationConfig> { ["server"] = new() { Address = target.GetLeftPart(UriPartial.Authority) } };
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig
                {
                    RouteId = "mcp",
                    ClusterId = "mcp",
                    Match = new RouteMatch { Path = "/mcp" },
                    AuthorizationPolicy = Policy,
                    RateLimiterPolicy = Policy,
                }],
            [new ClusterConfig { ClusterId = "mcp", Destinations = destinations }]);

        var web = builder.Build();
        await using (web.ConfigureAwait(false))
        {
            var logger = web.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(TeamProxyHost).FullName!);
            web.UseAuthentication();
            web.Use((context, next) => LoggedAsync(context, next, logger));
            web.UseAuthorization();
            web.UseRateLimiter();
            web.MapReverseProxy();
            await web.RunAsync().ConfigureAwait(false);
        }
    }

    private static void Configure(JwtBearerOptions options, SecurityKey key, bool remembersTokens)
    {
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new TokenValidationParameters
        { ValidIssuer = Issuer, ValidAudience = Audience, IssuerSigningKey = key, ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256] };
        if (!remembersTokens) return;

        var known = new ConcurrentDictionary<string, (ClaimsPrincipal Caller, DateTime Until)>(StringComparer.Ordinal);
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context =>
            {
                if (known.TryGetValue(context.Request.Headers.Authorization.ToString(), out var one) && one.Until > DateTime.UtcNow)
                {
                    context.Principal = one.Caller;
                    context.Success();
                }

                return Task.CompletedTask;
            },
            OnTokenValidated = context =>
            {
                known[context.Request.Headers.Authorization.ToString()] = (context.Principal!, context.SecurityToken.ValidTo);
                return Task.CompletedTask;
            },
        };
    }

    private static async Task LoggedAsync(HttpContext context, RequestDelegate next, ILogger logger)
    {
        var started = Stopwatch.GetTimestamp();
        await next(context).ConfigureAwait(false);
        Called(logger, context.User.FindFirstValue("sub"), context.Request.Method, context.Request.Path,
            context.Request.Headers["Mcp-Name"].ToString(), context.Response.StatusCode, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    [LoggerMessage(LogLevel.Information, "{Subject} {Verb} {Path} {Name} {Status} {Milliseconds}")]
    private static partial void Called(ILogger logger, string? subject, string verb, PathString path, string name, int status, double milliseconds);
}
