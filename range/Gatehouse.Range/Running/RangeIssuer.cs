using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Running;

/// <summary>An OpenID provider on loopback: discovery, one RS256 key, access tokens as RFC 9068 has them.</summary>
internal sealed class RangeIssuer : IAsyncDisposable
{
    /// <summary>The client that may exchange tokens of people, by its secret.</summary>
    public const string Client = "gateway";

    /// <summary>The secret of that client.</summary>
    public const string ClientSecret = "range-client-secret";

    /// <summary>The audience of an exchanged token.</summary>
    public const string Exchanged = "records";

    private const string KeyId = "range-1";
    private const string Discovery = "/.well-known/openid-configuration";
    private readonly RSA key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, Dictionary<string, object>> opaque = new(StringComparer.Ordinal);
    private readonly WebApplication web;

    private RangeIssuer(WebApplication web) => this.web = web;

    /// <summary>The directory of the provider.</summary>
    public RangeDirectory Directory { get; } = new();

    /// <summary>The issuer identifier.</summary>
    public string Name => web.Urls.First();

    /// <summary>The public key as everybody can fetch it, in PEM.</summary>
    public string PublicKeyPem => key.ExportSubjectPublicKeyInfoPem();

    /// <summary>The public key, for servers that check signatures.</summary>
    public RSAParameters PublicKey => key.ExportParameters(includePrivateParameters: false);

    public static async Task<RangeIssuer> StartAsync()
    {
        var issuer = new RangeIssuer(Loopback.Build());
        issuer.web.Run(issuer.AnswerAsync);
        await issuer.web.StartAsync().ConfigureAwait(false);
        return issuer;
    }

    /// <summary>A token of a person for a resource.</summary>
    public string Mint(string person, string audience, Action<Dictionary<string, object>>? change = null)
    {
        var claims = Claims(person, audience);
        change?.Invoke(claims);
        return Issue("at+jwt", claims);
    }

    /// <summary>A token that only the provider can read, of a person for a resource.</summary>
    public string MintOpaque(string person, string audience)
    {
        var token = RandomNumberGenerator.GetHexString(32);
        var claims = Claims(person, audience);
        claims["active"] = true;
        claims["token_type"] = "Bearer";
        opaque[token] = claims;
        return token;
    }

    /// <summary>Signs claims as the provider does, under any type.</summary>
    public string Issue(string type, Dictionary<string, object> claims) => Sign(
        new { alg = "RS256", typ = type, kid = KeyId }, claims,
        input => key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    /// <summary>The issuer of a tenant of a provider of many, as Entra names it.</summary>
    public string OfTenant(string tenant) => $"{Name}/{tenant}/v2.0";

    /// <summary>A second issuer: a partner's provider, which keeps its keys where this one does.</summary>
    public string Partner => Name + "/partner";

    /// <summary>The claims of a person's token.</summary>
    public Dictionary<string, object> Claims(string person, string audience)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return new()
        {
            ["iss"] = Name,
            ["sub"] = person,
            ["aud"] = audience,
            ["client_id"] = "range",
            ["iat"] = now,
            ["exp"] = now + 600,
            ["jti"] = RandomNumberGenerator.GetHexString(16),
            ["amr"] = new[] { "pwd", "mfa" }, // administration demands it by default
        };
    }

    /// <summary>Puts a JWT together; a forger signs as it likes.</summary>
    public static string Sign(object header, object claims, Func<byte[], byte[]> sign)
    {
        var input = $"{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header))}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{input}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>The key set, as served.</summary>
    public byte[] KeySet()
    {
        var parameters = PublicKey;
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            keys = new[]
            {
                new
                {
                    kty = "RSA", use = "sig", alg = "RS256", kid = KeyId,
                    n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent),
                },
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync().ConfigureAwait(false);
        key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!await Directory.TryAnswerAsync(context).ConfigureAwait(false)) await DescribeAsync(context).ConfigureAwait(false);
    }

    private Task DescribeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        switch (context.Request.Path.Value)
        {
            case "/.well-known/openid-configuration":
                return context.Response.Body.WriteAsync(
                    JsonSerializer.SerializeToUtf8Bytes(
                        new
                        {
                            issuer = Name,
                            jwks_uri = Name + "/keys",
                            introspection_endpoint = Name + "/introspect",
                            token_endpoint = Name + "/token",
                        })).AsTask();
            case "/organizations/v2.0/.well-known/openid-configuration":
                return context.Response.Body.WriteAsync(
                    JsonSerializer.SerializeToUtf8Bytes(new { issuer = OfTenant("{tenantid}"), jwks_uri = Name + "/keys" })).AsTask();
            case var path when path!.EndsWith("/v2.0" + Discovery, StringComparison.Ordinal)
                && Guid.TryParseExact(path[1..^("/v2.0" + Discovery).Length], "D", out var tenant):
                return context.Response.Body.WriteAsync(
                    JsonSerializer.SerializeToUtf8Bytes(new
                    {
                        issuer = OfTenant(tenant.ToString("D")),
                        jwks_uri = Name + "/keys",
                        token_endpoint = $"{Name}/{tenant:D}/oauth2/v2.0/token",
                        token_endpoint_auth_methods_supported = (string[])["client_secret_post"],
                    })).AsTask();
            case "/partner/metadata":
                return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { issuer = Partner, jwks_uri = Name + "/keys" }))
                    .AsTask();
            case "/keys":
                return context.Response.Body.WriteAsync(KeySet()).AsTask();
            case "/token":
                return ExchangeAsync(context);
            case "/introspect":
                return IntrospectAsync(context);
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private string? SubjectOf(string token) => token.Split('.') is [var header, var claims, var signature]
        && key.VerifyData(Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1)
            ? JsonDocument.Parse(Base64Url.DecodeFromChars(claims)).RootElement.GetProperty("sub").GetString() : null;

    // RFC 8693, for one client and one audience.
    private async Task ExchangeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync().ConfigureAwait(false);
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Client}:{ClientSecret}"));
        var person = SubjectOf(form["subject_token"].ToString());
        context.Response.ContentType = "application/json";
        if (context.Request.Headers.Authorization != basic || person is null || form["audience"] != Exchanged)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.Body.WriteAsync("""{"error":"invalid_grant"}"""u8.ToArray()).ConfigureAwait(false);
            return;
        }

        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new
        {
            access_token = Mint(person, Exchanged),
            issued_token_type = "urn:ietf:params:oauth:token-type:access_token",
            token_type = "Bearer",
            expires_in = 600,
        })).ConfigureAwait(false);
    }

    // Like many providers it has no patience with what its tokens cannot look like.
    private async Task IntrospectAsync(HttpContext context)
    {
        var token = (await context.Request.ReadFormAsync().ConfigureAwait(false))["token"].ToString();
        if (!token.All(char.IsAsciiHexDigit))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await context.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(opaque.TryGetValue(token, out var claims) ? claims
                : new Dictionary<string, object> { ["active"] = false })).ConfigureAwait(false);
    }
}
