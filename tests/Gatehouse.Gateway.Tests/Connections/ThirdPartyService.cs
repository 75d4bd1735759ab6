using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Gateway.Tests.Connections;

/// <summary>
/// A third-party service on loopback at which every person agrees: codes are used once, PKCE and redirect address are checked, refresh tokens rotate.
/// </summary>
internal sealed class ThirdPartyService : IAsyncDisposable
{
    private const string Secret = "secret-of-gatehouse";

    private readonly ConcurrentDictionary<string, (string Challenge, string Redirect, string Scope)> codes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> refreshTokens = new(StringComparer.Ordinal);
    private readonly WebApplication web;
    private int tokens;

    private ThirdPartyService()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http1));
        web = builder.Build();
        web.Run(AnswerAsync);
    }

    public string Origin => web.Urls.First();

    /// <summary>Its requests: method, path, and of forms the grant type or the token.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The access tokens that were revoked.</summary>
    public ConcurrentQueue<string> Revoked { get; } = [];

    /// <summary>The number of refresh requests so far.</summary>
    public int Refreshes => Requests.Count(request => request == "POST /token refresh_token");

    /// <summary>The scopes of its answers; null for those of the request.</summary>
    public string? Scope { get; set; }

    /// <summary>The life of its access tokens in seconds; null says none and issues no refresh token.</summary>
    public int? Life { get; set; }

    /// <summary>The issuer that it names in its answers; null for none.</summary>
    public string? Issuer { get; set; }

    /// <summary>The error that it returns in place of a code; null for none.</summary>
    public string? Error { get; set; }

    /// <summary>The body of its token endpoint in place of tokens; null for none.</summary>
    public string? Body { get; set; }

    /// <summary>True while it answers 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>True when it accepts no refresh token any more.</summary>
    public bool RefusesRefresh { get; set; }

    /// <summary>The section of the configuration.</summary>
    public ConnectionProviderSettings Section(string name = "github", string title = "GitHub") => new()
    {
        Name = name,
        DisplayName = title,
        AuthorizationEndpoint = new Uri(Origin + "/consent"),
        TokenEndpoint = new Uri(Origin + "/token"),
        RevocationEndpoint = new Uri(Origin + "/revoke"),
        ClientId = "gatehouse",
        ClientSecret = new SecretReference("file", SecretFile),
    };

    private string SecretFile { get; } = Path.Combine(Directory.CreateTempSubdirectory("gatehouse-service-").FullName, "secret");

    public static async Task<ThirdPartyService> StartAsync()
    {
        var service = new ThirdPartyService();
        await File.WriteAllTextAsync(service.SecretFile, Secret);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(service.SecretFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await service.web.StartAsync();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(SecretFile)!, recursive: true);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : null;
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path} {form?["grant_type"]}".TrimEnd());
        if (IsDown) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        else if (context.Request.Path == "/consent") Consent(context);
        else if (HttpMethods.IsDelete(context.Request.Method)) await DeleteAsync(context);
        else if (form is null || form["client_id"] != "gatehouse" || form["client_secret"] != Secret) await FailAsync(context, "invalid_client");
        else if (context.Request.Path == "/revoke") Revoked.Enqueue(form["token"].ToString());
        else if (form["grant_type"] == "authorization_code") await RedeemAsync(context, form);
        else await RefreshAsync(context, form["refresh_token"].ToString());
    }

    // GitHub REST, "OAuth authorizations": basic authentication, a User-Agent, and the token in a body of JSON.
    private async Task DeleteAsync(HttpContext context)
    {
        var isClient = context.Request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("gatehouse:" + Secret));
        var body = await JsonNode.ParseAsync(context.Request.Body);
        if (!isClient || context.Request.Headers.UserAgent.Count == 0) context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (context.Response.StatusCode == StatusCodes.Status204NoContent) Revoked.Enqueue((string)body!["access_token"]!);
    }

    private void Consent(HttpContext context)
    {
        var query = context.Request.Query;
        var code = RandomNumberGenerator.GetHexString(32);
        codes[code] = (query["code_challenge"].ToString(), query["redirect_uri"].ToString(), query["scope"].ToString());
        var answer = new Dictionary<string, string?> { ["state"] = query["state"].ToString(), ["iss"] = Issuer, ["error"] = Error };
        if (Error is null) answer["code"] = code;
        context.Response.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"].ToString(), answer));
    }

    private Task RedeemAsync(HttpContext context, IFormCollection form)
    {
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        return codes.TryRemove(form["code"].ToString(), out var code) && code.Challenge == challenge && code.Redirect == form["redirect_uri"]
            ? GiveAsync(context, code.Scope) : FailAsync(context, "bad_verification_code");
    }

    private Task RefreshAsync(HttpContext context, string token) => !RefusesRefresh && refreshTokens.TryRemove(token, out var scope)
        ? GiveAsync(context, scope) : FailAsync(context, "bad_refresh_token");

    private Task GiveAsync(HttpContext context, string scope)
    {
        if (Body is not null) return context.Response.WriteAsync(Body);
        var number = Interlocked.Increment(ref tokens);
        var answer = new JsonObject { ["access_token"] = $"gho_{number}", ["token_type"] = "bearer", ["scope"] = Scope ?? scope.Replace(' ', ',') };
        if (Life is { } life)
        {
            var refresh = RandomNumberGenerator.GetHexString(32);
            refreshTokens[refresh] = scope;
            (answer["expires_in"], answer["refresh_token"]) = (life, refresh);
        }

        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(answer.ToJsonString());
    }

    // As GitHub does: an error has the status 200.
    private static Task FailAsync(HttpContext context, string error)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["error"] = error }.ToJsonString());
    }
}
