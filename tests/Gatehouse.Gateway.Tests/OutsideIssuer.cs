using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatehouse.Gateway.Tests;

/// <summary>A provider on loopback that signs any claims under any path, and answers questions about opaque tokens.</summary>
internal sealed class OutsideIssuer : IAsyncDisposable
{
    public const string Client = "gateway";
    public const string Secret = "introspection-secret";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly WebApplication web;

    private OutsideIssuer(WebApplication web) => this.web = web;

    public string Origin => web.Urls.First();

    /// <summary>What is said of opaque tokens.</summary>
    public Dictionary<string, JsonObject> Opaque { get; } = new(StringComparer.Ordinal);

    /// <summary>Metadata by path, beside those of the origin, or in place of them.</summary>
    public Dictionary<string, JsonObject> Metadata { get; } = new(StringComparer.Ordinal);

    public int Asked { get; private set; }

    /// <summary>True while every request gets 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>True while the endpoint of introspection refuses the secret, as after its end.</summary>
    public bool RefusesSecret { get; set; }

    public static async Task<OutsideIssuer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http1));
        var issuer = new OutsideIssuer(builder.Build());
        issuer.web.Run(issuer.AnswerAsync);
        await issuer.web.StartAsync();
        return issuer;
    }

    /// <summary>A good token of alice; a change makes it another.</summary>
    public string Mint(string audience, Action<JsonObject>? change = null, string type = "at+jwt")
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Origin,
            ["sub"] = "alice",
            ["aud"] = audience,
            ["client_id"] = "cli",
            ["iat"] = now,
            ["exp"] = now + 600,
            ["jti"] = RandomNumberGenerator.GetHexString(16),
            ["amr"] = new JsonArray("pwd", "mfa"), // administration demands it by default
        };
        change?.Invoke(claims);
        var signed = $"{Part(new JsonObject { ["alg"] = "ES256", ["typ"] = type, ["kid"] = "k" })}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        key.Dispose();
    }

    private static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (IsDown)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }

        if (path == "/introspect") return IntrospectAsync(context);
        if (path == "/keys") return WriteAsync(context, new JsonObject { ["keys"] = new JsonArray(Jwk()) });
        if (Metadata.TryGetValue(path, out var document)) return WriteAsync(context, document);
        if (path == "/.well-known/openid-configuration") return WriteAsync(context, Document(Origin));
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    public JsonObject Document(string issuer) =>
        new() { ["issuer"] = issuer, ["jwks_uri"] = Origin + "/keys", ["introspection_endpoint"] = Origin + "/introspect" };

    private async Task IntrospectAsync(HttpContext context)
    {
        Asked++;
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Client}:{Secret}"));
        if (RefusesSecret || context.Request.Headers.Authorization != expected)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var form = await context.Request.ReadFormAsync();
        await WriteAsync(context, Opaque.TryGetValue(form["token"].ToString(), out var answer) ? answer : new JsonObject { ["active"] = false });
    }

    private JsonObject Jwk()
    {
        var point = key.ExportParameters(false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["kid"] = "k",
            ["use"] = "sig",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y)
        };
    }

    private static Task WriteAsync(HttpContext context, JsonObject document)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(document)).AsTask();
    }
}
