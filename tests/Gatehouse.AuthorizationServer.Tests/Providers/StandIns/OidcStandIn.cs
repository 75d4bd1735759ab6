using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.Tests.Providers.StandIns;

/// <summary>
/// An OpenID Connect provider that demands all the standards do, and misbehaves where a test says so. The person signs in by visiting the page.
/// </summary>
internal sealed class OidcStandIn : StandInServer
{
    public const string Client = "gate:house"; // a colon shows whether the halves of the header were encoded
    public const string Secret = "s3cret/+ %&=ü";
    public const string RedirectUri = "https://gateway.example/oauth/callback/corp";
    public const string Audience = "https://gateway.example/";

    private static readonly TestKey SharedKey = TestKey.Es256("es1");
    private static readonly TestKey SharedRsaKey = TestKey.Rs256("rs1");
    private readonly Dictionary<string, StandInCode> codes = new(StringComparer.Ordinal);
    private readonly TimeProvider time;

    private OidcStandIn(TimeProvider time, string path)
    {
        this.time = time;
        Path = path;
        MetadataPath = $"{path}/.well-known/openid-configuration";
    }

    public static TestKey Key => SharedKey;

    public static TestKey RsaKey => SharedRsaKey;

    /// <summary>The path of the issuer, empty for none.</summary>
    public string Path { get; }

    public string Issuer => Origin + Path;

    /// <summary>The one path at which the metadata are.</summary>
    public string MetadataPath { get; set; }

    /// <summary>Further documents by path.</summary>
    public Dictionary<string, string> Documents { get; } = new(StringComparer.Ordinal);

    /// <summary>Changes the metadata.</summary>
    public Action<JsonObject> Metadata { get; set; } = static _ => { };

    /// <summary>Takes the place of the metadata's JSON.</summary>
    public string? RawMetadata { get; set; }

    /// <summary>Status of the metadata.</summary>
    public int MetadataStatus { get; set; } = StatusCodes.Status200OK;

    /// <summary>The issuer named in answers; null names none.</summary>
    public Func<string, string?> NamedIssuer { get; set; } = static issuer => issuer;

    /// <summary>An error in place of a code.</summary>
    public (string Error, string? Description)? Refusal { get; set; }

    /// <summary>Changes the ID token.</summary>
    public Action<StandInToken> IdToken { get; set; } = static _ => { };

    /// <summary>Changes the access token.</summary>
    public Action<StandInToken> AccessToken { get; set; } = static _ => { };

    /// <summary>Takes the place of the access token.</summary>
    public string? OpaqueAccessToken { get; set; }

    /// <summary>Changes the answer of the token endpoint.</summary>
    public Action<JsonObject> TokenAnswer { get; set; } = static _ => { };

    /// <summary>Takes the place of the whole answer of the token endpoint.</summary>
    public Func<HttpContext, Task>? TokenEndpoint { get; set; }

    /// <summary>True when the client has no secret.</summary>
    public bool IsPublic { get; set; }

    /// <summary>The last form of the token endpoint.</summary>
    public Dictionary<string, string> LastForm { get; private set; } = [];

    /// <summary>The last header with the secret; null when there was none.</summary>
    public string? LastAuthorization { get; private set; }

    /// <summary>The last answer of the token endpoint.</summary>
    public string LastAnswer { get; private set; } = "";

    public static async Task<OidcStandIn> StartAsync(TimeProvider time, string path = "")
    {
        var standIn = new OidcStandIn(time, path);
        await standIn.StartAsync();
        return standIn;
    }

    protected override Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (Documents.TryGetValue(path, out var document)) return WriteAsync(context, StatusCodes.Status200OK, document);
        if (path == MetadataPath) return WriteAsync(context, MetadataStatus, RawMetadata ?? Describe().ToJsonString());
        if (path == $"{Path}/authorize" && HttpMethods.IsGet(context.Request.Method)) return AuthorizeAsync(context);
        if (path == $"{Path}/token" && HttpMethods.IsPost(context.Request.Method)) return TokenEndpoint?.Invoke(context) ?? RedeemAsync(context);
        if (path == $"{Path}/keys")
            return WriteAsync(context, StatusCodes.Status200OK, new JsonObject { ["keys"] = new JsonArray(Key.PublicJwk(), RsaKey.PublicJwk()) });
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private JsonObject Describe()
    {
        var metadata = new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["jwks_uri"] = $"{Issuer}/keys",
            ["response_types_supported"] = new JsonArray("code"),
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
            ["authorization_response_iss_parameter_supported"] = true,
        };
        Metadata(metadata);
        return metadata;
    }

    private Task AuthorizeAsync(HttpContext context)
    {
        var query = Once(context.Request.Query);
        if (query.GetValueOrDefault("client_id") != Client || query.GetValueOrDefault("redirect_uri") != RedirectUri)
            return WriteAsync(context, StatusCodes.Status400BadRequest, new JsonObject { ["error"] = "invalid_request" });
        var state = query.GetValueOrDefault("state");
        var isGood = query.GetValueOrDefault("response_type") == "code" && query.GetValueOrDefault("response_mode") == "query"
            && query.GetValueOrDefault("code_challenge_method") == "S256" && query.GetValueOrDefault("code_challenge")?.Length == 43
            && query.GetValueOrDefault("nonce")?.Length >= 43 && state is not null
            && query.GetValueOrDefault("scope")?.Split(' ').Contains("openid") == true;
        if (FindRefusal(isGood) is { } refusal)
            return ReturnAsync(context, RedirectUri,
                ("error", refusal.Error), ("error_description", refusal.Description), ("state", state), ("iss", NamedIssuer(Issuer)));
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
        codes[code] = new StandInCode(RedirectUri, query["scope"], query["nonce"], query["code_challenge"]);
        return ReturnAsync(context, RedirectUri, ("code", code), ("state", state), ("iss", NamedIssuer(Issuer)));
    }

    private (string Error, string? Description)? FindRefusal(bool isGood) => Refusal ?? (isGood ? null : ("invalid_request", "a parameter is missing"));

    private async Task RedeemAsync(HttpContext context)
    {
        LastForm = Once(await context.Request.ReadFormAsync(context.RequestAborted));
        LastAuthorization = context.Request.Headers.Authorization.SingleOrDefault();
        if (!IsAuthenticated())
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "invalid_client");
            return;
        }

        var isKnown = codes.TryGetValue(LastForm.GetValueOrDefault("code", ""), out var code) && !code.IsSpent
            && LastForm.GetValueOrDefault("redirect_uri") == code.RedirectUri && code.IsProvedBy(LastForm.GetValueOrDefault("code_verifier"));
        if (LastForm.GetValueOrDefault("grant_type") != "authorization_code" || !isKnown)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_grant");
            return;
        }

        code!.IsSpent = true;
        LastAnswer = Tokens(code).ToJsonString();
        await WriteAsync(context, StatusCodes.Status200OK, LastAnswer);
    }

    private bool IsAuthenticated()
    {
        var takesPost = Describe()["token_endpoint_auth_methods_supported"] is JsonArray methods && methods.Any(item => (string?)item == "client_secret_post");
        if (IsPublic) return LastAuthorization is null && !LastForm.ContainsKey("client_secret") && LastForm.GetValueOrDefault("client_id") == Client;
        if (takesPost)
            return LastAuthorization is null && LastForm.GetValueOrDefault("client_id") == Client && LastForm.GetValueOrDefault("client_secret") == Secret;
        if (LastForm.ContainsKey("client_secret") || LastAuthorization?.StartsWith("Basic ", StringComparison.Ordinal) != true) return false;
        var halves = Encoding.UTF8.GetString(Convert.FromBase64String(LastAuthorization["Basic ".Length..])).Split(':');
        return halves.Length == 2 && Decode(halves[0]) == Client && Decode(halves[1]) == Secret;
    }

    private static string Decode(string half) => Uri.UnescapeDataString(half.Replace('+', ' '));

    private JsonObject Tokens(StandInCode code)
    {
        var access = OpaqueAccessToken ?? Access(code);
        var answer = new JsonObject { ["access_token"] = access, ["token_type"] = "Bearer", ["expires_in"] = 300, ["id_token"] = Id(code, access) };
        TokenAnswer(answer);
        return answer;
    }

    private string Access(StandInCode code)
    {
        var token = new StandInToken(Key, Times(new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = "alice",
            ["aud"] = Audience,
            ["client_id"] = Client,
            ["jti"] = "t1",
            ["scope"] = code.Scope,
            ["roles"] = new JsonArray("operator"),
        }), "at+jwt");
        AccessToken(token);
        return token.Write();
    }

    private string Id(StandInCode code, string access)
    {
        var digest = SHA256.HashData(Encoding.ASCII.GetBytes(access));
        var token = new StandInToken(Key, Times(new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = "alice",
            ["aud"] = Client,
            ["nonce"] = code.Nonce,
            ["at_hash"] = Base64Url.EncodeToString(digest.AsSpan(0, 16)),
            ["name"] = "Alice Example",
            ["preferred_username"] = "alice@corp.example",
            ["groups"] = new JsonArray("staff"),
            ["roles"] = new JsonArray("reader"),
            ["acr"] = "urn:strong",
            ["amr"] = new JsonArray("pwd", "otp"),
            ["auth_time"] = time.GetUtcNow().AddMinutes(-1).ToUnixTimeSeconds(),
        }), "JWT");
        IdToken(token);
        return token.Write();
    }

    private JsonObject Times(JsonObject claims)
    {
        claims["iat"] = time.GetUtcNow().ToUnixTimeSeconds();
        claims["exp"] = time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds();
        return claims;
    }

    private static Task RefuseAsync(HttpContext context, int status, string error) => WriteAsync(context, status,
        new JsonObject { ["error"] = error, ["error_description"] = "<script>text of the provider</script>" });
}
