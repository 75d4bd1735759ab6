using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>An OpenID provider on loopback at which everybody signs in whose name stands in the address. Its clock is that of the test.</summary>
internal sealed class PeopleProvider : IAsyncDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ConcurrentDictionary<string, (string Person, string Nonce, string Challenge)> codes = new(StringComparer.Ordinal);
    private readonly TimeProvider time;
    private readonly WebApplication web;

    private PeopleProvider(TimeProvider time)
    {
        this.time = time;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http1));
        web = builder.Build();
        web.Run(context => IsDown ? Task.Run(() => context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable) : AnswerAsync(context));
    }

    public string Origin => web.Urls.First();

    /// <summary>The values of its sign-ins that are for the gateway only: states, nonces, codes, verifiers and ID tokens.</summary>
    public ConcurrentQueue<string> Confidential { get; } = [];

    /// <summary>The last header with which the gateway authenticated; empty for none.</summary>
    public string Authorization { get; private set; } = "";

    /// <summary>Whether it answers every request with 503, as during an outage.</summary>
    public bool IsDown { get; set; }

    /// <summary>The section of the configuration that names it. Programs on loopback may register.</summary>
    public AuthorizationServerSettings Section => new()
    {
        Providers = [new SignInProviderSettings { Name = "corp", Issuer = Origin, ClientId = "gatehouse" }],
        Registration = new ClientRegistrationSettings(),
    };

    public static async Task<PeopleProvider> StartAsync(TimeProvider? time = null)
    {
        var provider = new PeopleProvider(time ?? TimeProvider.System);
        await provider.web.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        key.Dispose();
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/.well-known/openid-configuration" => WriteAsync(context, new JsonObject
        {
            ["issuer"] = Origin,
            ["authorization_endpoint"] = Origin + "/authorize",
            ["token_endpoint"] = Origin + "/token",
            ["jwks_uri"] = Origin + "/keys",
            ["response_types_supported"] = new JsonArray("code"),
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
        }),
        "/keys" => WriteAsync(context, new JsonObject { ["keys"] = new JsonArray(Jwk()) }),
        "/authorize" => AuthorizeAsync(context),
        "/token" => RedeemAsync(context),
        _ => Task.Run(() => context.Response.StatusCode = StatusCodes.Status404NotFound),
    };

    private Task AuthorizeAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var code = RandomNumberGenerator.GetHexString(32);
        codes[code] = (query["person"].ToString(), query["nonce"].ToString(), query["code_challenge"].ToString());
        foreach (var one in (string[])[code, query["state"].ToString(), query["nonce"].ToString()]) Confidential.Enqueue(one);
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = $"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}";
        return Task.CompletedTask;
    }

    private async Task RedeemAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        Authorization = context.Request.Headers.Authorization.ToString();
        var verified = Base64Url.EncodeToString(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (!codes.TryRemove(form["code"].ToString(), out var code) || code.Challenge != verified)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteAsync(context, new JsonObject { ["error"] = "invalid_grant" });
            return;
        }

        var idToken = IdToken(code.Person, code.Nonce);
        Confidential.Enqueue(form["code_verifier"].ToString());
        Confidential.Enqueue(idToken);
        await WriteAsync(context, new JsonObject
        {
            ["access_token"] = "of-the-provider",
            ["token_type"] = "Bearer",
            ["expires_in"] = 300,
            ["id_token"] = idToken,
        });
    }

    private string IdToken(string person, string nonce)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var signed = $"{Part(new JsonObject { ["alg"] = "ES256", ["kid"] = "k" })}." + Part(new JsonObject
        {
            ["iss"] = Origin,
            ["sub"] = person,
            ["aud"] = "gatehouse",
            ["nonce"] = nonce,
            ["iat"] = now,
            ["exp"] = now + 300,
        });
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(System.Text.Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
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
            ["alg"] = "ES256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    private static string Part(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));

    private static Task WriteAsync(HttpContext context, JsonObject document)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(document)).AsTask();
    }
}
