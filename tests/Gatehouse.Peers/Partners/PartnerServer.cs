using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Peers.Providers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Peers.Partners;

/// <summary>
/// The authorization server of a partner on loopback. It gives an access token for an identity assertion of the one provider that it trusts
/// (draft-ietf-oauth-identity-assertion-authz-grant, by the grant of RFC 7523), for its own client, once.
/// </summary>
public sealed class PartnerServer : IAsyncDisposable
{
    /// <summary>The client.</summary>
    public const string ClientId = "gatehouse-at-partner";

    /// <summary>Its secret.</summary>
    public const string ClientSecret = "secret-of-gatehouse-at-the-partner";

    private const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private const int TokenSeconds = 600;

    private readonly WebApplication web;
    private readonly OpenIddictProvider provider;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, (string Subject, string Scope, DateTimeOffset End)> tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> used = new(StringComparer.Ordinal);
    private readonly HttpClient http = new();

    private PartnerServer(WebApplication web, OpenIddictProvider provider, TimeProvider time) =>
        (this.web, this.provider, this.time) = (web, provider, time);

    /// <summary>The issuer, and the audience of assertions.</summary>
    public string Issuer => web.Urls.First();

    /// <summary>The token endpoint.</summary>
    public string TokenEndpoint => Issuer + "/token";

    /// <summary>The subject of an access token that is valid now; null for none.</summary>
    public string? SubjectOf(string accessToken) =>
        tokens.TryGetValue(accessToken, out var token) && token.End > time.GetUtcNow() ? token.Subject : null;

    /// <summary>Starts the server on a free port of loopback, and makes it a partner of the provider.</summary>
    public static async Task<PartnerServer> StartAsync(OpenIddictProvider provider, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1));
        var server = new PartnerServer(builder.Build(), provider, time ?? TimeProvider.System);
        server.web.Run(server.AnswerAsync);
        await server.web.StartAsync();
        provider.AddPartner(server.Issuer, ClientId);
        return server;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        http.Dispose();
    }

    private Task AnswerAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET", "/.well-known/oauth-authorization-server") => JsonAsync(context, new JsonObject
        {
            ["issuer"] = Issuer,
            ["token_endpoint"] = TokenEndpoint,
            ["grant_types_supported"] = new JsonArray(JwtBearer),
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic", "client_secret_post"),
            ["response_types_supported"] = new JsonArray(),
        }),
        ("POST", "/token") when context.Request.HasFormContentType => TokenAsync(context),
        _ => JsonAsync(context, new JsonObject { ["error"] = "not_found" }, 404),
    };

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!IsClient(context, form)) await RefuseAsync(context, "invalid_client", "The client is unknown, or not proved.", 401);
        else if (form["grant_type"] != JwtBearer) await RefuseAsync(context, "unsupported_grant_type", "Use an assertion.");
        else if (form["assertion"] is not [{ } text] || await ReadAsync(text) is not { } assertion)
            await RefuseAsync(context, "invalid_grant", "The assertion is not valid here.");
        else await GiveAsync(context, assertion);
    }

    private Task GiveAsync(HttpContext context, JsonWebToken assertion)
    {
        var token = "partner-" + RandomNumberGenerator.GetHexString(40);
        var scope = assertion.TryGetPayloadValue<string>("scope", out var asked) ? asked : "";
        tokens[token] = (assertion.Subject, scope, time.GetUtcNow().AddSeconds(TokenSeconds));
        return JsonAsync(context, new JsonObject
        { ["access_token"] = token, ["token_type"] = "Bearer", ["expires_in"] = TokenSeconds, ["scope"] = scope });
    }

    private async Task<JsonWebToken?> ReadAsync(string text)
    {
        var handler = new JsonWebTokenHandler();
        if (!handler.CanReadToken(text)) return null;
        var metadata = JsonElement.Parse(await http.GetStringAsync(new Uri(provider.Issuer + "/.well-known/openid-configuration")));
        var keys = new JsonWebKeySet(await http.GetStringAsync(new Uri(metadata.GetProperty("jwks_uri").GetString()!)));
        var now = time.GetUtcNow().UtcDateTime;
        var result = await handler.ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = provider.Issuer,
            ValidAudience = Issuer,
            ValidTypes = ["oauth-id-jag+jwt"], // no other token of the provider is an assertion (RFC 8725, section 3.11)
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKeys = keys.GetSigningKeys(),
            LifetimeValidator = (_, until, _, _) => until > now && until < now.AddMinutes(10),
        });
        return result.IsValid && result.SecurityToken is JsonWebToken token && token.Audiences.Count() == 1
            && token.TryGetPayloadValue<string>("client_id", out var client) && client == ClientId
            && token.TryGetPayloadValue<string>("jti", out var id) && used.TryAdd(id, true) ? token : null;
    }

    private static bool IsClient(HttpContext context, IFormCollection form)
    {
        var basic = context.Request.Headers.Authorization.ToString();
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}"));
        return basic == expected || basic.Length == 0 && form["client_id"] == ClientId && form["client_secret"] == ClientSecret;
    }

    private static Task RefuseAsync(HttpContext context, string error, string text, int status = 400) =>
        JsonAsync(context, new JsonObject { ["error"] = error, ["error_description"] = text }, status);

    private static Task JsonAsync(HttpContext context, JsonObject answer, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }
}
