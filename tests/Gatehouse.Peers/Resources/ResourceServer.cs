using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Peers.Resources;

/// <summary>
/// An MCP server that is a resource server: it checks issuer, signature, audience, type, time and scope of each token, and records whose each call
/// was. Its tool <c>whoami</c> answers with the subject and its audience; <c>change</c> needs the scope <c>write</c>.
/// </summary>
public sealed class ResourceServer : IAsyncDisposable
{
    private const string Tools = """
        {"resultType":"complete","tools":[{"name":"whoami","inputSchema":{"type":"object"}},{"name":"change","inputSchema":{"type":"object"}}],
        "ttlMs":0,"cacheScope":"private"}
        """;

    private readonly ResourceServerSetup setup;
    private readonly ConcurrentQueue<ServerCall> calls = new();
    private readonly ConcurrentDictionary<string, bool> revoked = new(StringComparer.Ordinal);
    private readonly JsonWebTokenHandler reader = new();
    private readonly HttpClient http = new();
    private IReadOnlyList<SecurityKey> keys = [];

    private ResourceServer(ResourceServerSetup setup) => this.setup = setup;

    /// <summary>The server beneath, whose scripts a test may change.</summary>
    public RecordingUpstream Upstream { get; private set; } = null!;

    /// <summary>The endpoint.</summary>
    public Uri Url => Upstream.Url;

    /// <summary>The requests so far, in order, with those that were refused.</summary>
    public IReadOnlyList<ServerCall> Calls => [.. calls];

    /// <summary>The scope that a request needs, by method and tool; null for none.</summary>
    public Func<string, string?, string?> NeededScope { get; set; } = static (_, tool) => tool == "change" ? "write" : null;

    /// <summary>
    /// The claims that each token must have, as the JSON of a claims request; null for none. <c>acrs</c> is an authentication context, and
    /// <c>nbf</c> the earliest time of issue, as events of continuous access evaluation demand. Without them a request gets a claims challenge, as
    /// the page "Claims challenges, claims requests and client capabilities" of Entra describes.
    /// </summary>
    public string? NeededClaims { get; set; }

    /// <summary>The authentication context class that each token must have (RFC 9470); null for none.</summary>
    public string? NeededAcr { get; set; }

    /// <summary>Starts the server on a free port of loopback.</summary>
    public static async Task<ResourceServer> StartAsync(ResourceServerSetup setup)
    {
        var server = new ResourceServer(setup);
        server.Upstream = await RecordingUpstream.StartAsync(prepare: upstream =>
        {
            upstream.Before = server.CheckAsync;
            upstream.OnResult("tools/list", Tools.ReplaceLineEndings(""));
            upstream.On("tools/call", static (context, message) => RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{Answer(context)}}}"));
        });
        return server;
    }

    /// <summary>Refuses every token that came so far, as after a revocation.</summary>
    public void RevokeAllSoFar()
    {
        foreach (var id in calls.Select(static call => call.Token?.Id).OfType<string>()) revoked[id] = true;
    }

    /// <summary>Forgets the calls, and the requests of the server beneath.</summary>
    public void Forget()
    {
        calls.Clear();
        Upstream.Forget();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Upstream.DisposeAsync();
        http.Dispose();
    }

    private static string Answer(HttpContext context)
    {
        var token = (ServerToken)context.Items[typeof(ServerToken)]!;
        return $"{{\"resultType\":\"complete\",\"content\":[{{\"type\":\"text\",\"text\":{JsonSerializer.Serialize($"{token.Subject} at {token.Audience}")}}}]}}";
    }

    private async Task<bool> CheckAsync(HttpContext context, JsonElement message)
    {
        var isMessage = message.ValueKind == JsonValueKind.Object && message.TryGetProperty("method", out _);
        var method = isMessage ? message.GetProperty("method").GetString()! : context.Request.Method;
        var tool = method == "tools/call" ? message.GetProperty("params").GetProperty("name").GetString() : null;
        var headers = context.Request.Headers.ToDictionary(
            static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var (token, challenge, error) = await JudgeAsync(headers.GetValueOrDefault("Authorization"), method, tool);
        calls.Enqueue(new ServerCall(method, tool, error, token, headers));
        if (challenge is null)
        {
            context.Items[typeof(ServerToken)] = token;
            return false;
        }

        context.Response.StatusCode = error == "insufficient_scope" ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = challenge;
        return true;
    }

    private async Task<(ServerToken? Token, string? Challenge, string? Error)> JudgeAsync(string? authorization, string method, string? tool)
    {
        if (authorization is null) return (null, "Bearer", "no_token");
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return Refused(null, "invalid_request");
        var text = authorization["Bearer ".Length..].Trim();
        var read = setup.Opaque is null ? await ReadAsync(text) : null;
        if ((read is null ? setup.Opaque?.Invoke(text) : ServerToken.From(read)) is not { } token) return Refused(null, "invalid_token");
        if (revoked.ContainsKey(token.Id)) return Refused(token, "invalid_token");
        if (read is not null && Challenge(read) is var (challenge, error)) return (token, challenge, error);
        if (NeededScope(method, tool) is { } scope && !token.Scopes.Contains(scope)) return Refused(token, "insufficient_scope", $", scope=\"{scope}\"");
        return (token, null, null);
    }

    private (string Challenge, string Error)? Challenge(JsonWebToken read)
    {
        if (NeededClaims is { } claims && !Holds(claims, read))
        {
            var coded = Convert.ToBase64String(Encoding.UTF8.GetBytes(claims));
            return ("Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", "
                + $"error=\"insufficient_claims\", claims=\"{coded}\"", "insufficient_claims");
        }

        const string Error = "insufficient_user_authentication";
        return NeededAcr is { } acr && !(read.TryGetPayloadValue<string>("acr", out var has) && has == acr)
            ? ($"Bearer error=\"{Error}\", acr_values=\"{acr}\"", Error) : null;
    }

    private static (ServerToken?, string?, string?) Refused(ServerToken? token, string error, string more = "") =>
        (token, $"Bearer error=\"{error}\"{more}", error);

    private async Task<JsonWebToken?> ReadAsync(string text)
    {
        if (!reader.CanReadToken(text)) return null;
        if (!keys.Any(key => key.KeyId == new JsonWebToken(text).Kid)) keys = await KeysAsync();
        var now = setup.Time.GetUtcNow().UtcDateTime;
        var result = await reader.ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = setup.Issuer,
            ValidAudience = setup.Audience,
            ValidTypes = [setup.TokenType],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256],
            IssuerSigningKeys = keys,
            LifetimeValidator = (from, until, _, _) => (from ?? now) <= now.AddMinutes(1) && until > now,
        });
        return result.IsValid && result.SecurityToken is JsonWebToken token && token.Audiences.Count() == 1 ? token : null;
    }

    private async Task<IReadOnlyList<SecurityKey>> KeysAsync()
    {
        var metadata = JsonElement.Parse(await http.GetStringAsync(new Uri(setup.Metadata)));
        var set = new JsonWebKeySet(await http.GetStringAsync(new Uri(metadata.GetProperty("jwks_uri").GetString()!)));
        return [.. set.GetSigningKeys()];
    }

    private static bool Holds(string claims, JsonWebToken token) =>
        JsonElement.Parse(claims).GetProperty("access_token").EnumerateObject().All(wanted => wanted.Name switch
        {
            // A list of one may be written as its text.
            "acrs" => token.Claims.Any(claim => claim.Type == "acrs" && claim.Value == wanted.Value.GetProperty("value").GetString()),
            "nbf" => token.IssuedAt >= DateTimeOffset.FromUnixTimeSeconds(
                long.Parse(wanted.Value.GetProperty("value").GetString()!, CultureInfo.InvariantCulture)).UtcDateTime,
            _ => false,
        });
}
