using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.Tests.Providers.StandIns;

/// <summary>
/// Microsoft Entra ID, version 2.0, as its documentation describes it: no RFC 8414 document, no S256 in the metadata, no <c>iss</c> in answers, no
/// parameter <c>resource</c>, errors with AADSTS codes, and the claims of its tokens. Strict where Entra is.
/// </summary>
internal sealed class EntraStandIn : StandInServer
{
    public const string Tenant = "8f4b1c1e-3f6a-4a31-9c53-0a6a7d7f0001";
    public const string OtherTenant = "8f4b1c1e-3f6a-4a31-9c53-0a6a7d7f0002";
    public const string Client = "1f2e3d4c-0000-4000-8000-00000000c11e";
    public const string Secret = "abc8Q~secret.of-the_application";
    public const string Person = "5ad2c1f0-0000-4000-8000-0000000a11ce";
    public const string RedirectUri = "https://gateway.example/oauth/callback/entra";
    public const string Scope = $"api://{Client}/Mcp.Call";

    private const string Graph = "00000003-0000-0000-c000-000000000000";
    private const string Trace = "f2b1c3d4-trace-of-entra";

    private static readonly TestKey Key = TestKey.Rs256("entra-key");
    private readonly Dictionary<string, StandInCode> codes = new(StringComparer.Ordinal);
    private readonly TimeProvider time;

    private EntraStandIn(TimeProvider time) => this.time = time;

    public string Issuer => $"{Origin}/{Tenant}/v2.0";

    /// <summary>An error of the authorization endpoint, in place of a code.</summary>
    public (string Error, int Code, string Text)? Refusal { get; set; }

    /// <summary>An error of the token endpoint, in place of tokens; the claims are those that a further sign-in would have to satisfy.</summary>
    public (string Error, int Code, string Text, string? Claims)? TokenRefusal { get; set; }

    /// <summary>True when the secret of the application has expired.</summary>
    public bool IsSecretExpired { get; set; }

    /// <summary>True when the application is registered without a secret, as a public client.</summary>
    public bool IsPublic { get; set; }

    /// <summary>The version of access tokens that the application's manifest requests.</summary>
    public int AccessTokenVersion { get; set; } = 2;

    /// <summary>Changes the ID token.</summary>
    public Action<StandInToken> IdToken { get; set; } = static _ => { };

    /// <summary>Changes the access token.</summary>
    public Action<StandInToken> AccessToken { get; set; } = static _ => { };

    /// <summary>Changes the metadata.</summary>
    public Action<JsonObject> Metadata { get; set; } = static _ => { };

    public static async Task<EntraStandIn> StartAsync(TimeProvider time)
    {
        var standIn = new EntraStandIn(time);
        await standIn.StartAsync();
        return standIn;
    }

    protected override Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        $"/{Tenant}/v2.0/.well-known/openid-configuration" => WriteAsync(context, StatusCodes.Status200OK, Describe()),
        $"/{Tenant}/discovery/v2.0/keys" => WriteAsync(context, StatusCodes.Status200OK, new JsonObject { ["keys"] = new JsonArray(PublicKey()) }),
        $"/{Tenant}/oauth2/v2.0/authorize" => AuthorizeAsync(context),
        $"/{Tenant}/oauth2/v2.0/token" => RedeemAsync(context),
        _ => NotFoundAsync(context),
    };

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private JsonObject PublicKey()
    {
        var key = Key.PublicJwk(withAlgorithm: false);
        key["issuer"] = $"{Origin}/{{tenantid}}/v2.0";
        key["cloud_instance_name"] = "microsoftonline.com";
        return key;
    }

    private JsonObject Describe()
    {
        var metadata = new JsonObject
        {
            ["token_endpoint"] = $"{Origin}/{Tenant}/oauth2/v2.0/token",
            ["token_endpoint_auth_methods_supported"] = new JsonArray(
                "client_secret_post", "private_key_jwt", "client_secret_basic", "self_signed_tls_client_auth"),
            ["jwks_uri"] = $"{Origin}/{Tenant}/discovery/v2.0/keys",
            ["response_modes_supported"] = new JsonArray("query", "fragment", "form_post"),
            ["subject_types_supported"] = new JsonArray("pairwise"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            ["response_types_supported"] = new JsonArray("code", "id_token", "code id_token", "id_token token"),
            ["scopes_supported"] = new JsonArray("openid", "profile", "email", "offline_access"),
            ["issuer"] = Issuer,
            ["request_uri_parameter_supported"] = false,
            ["userinfo_endpoint"] = "https://graph.microsoft.com/oidc/userinfo",
            ["authorization_endpoint"] = $"{Origin}/{Tenant}/oauth2/v2.0/authorize",
            ["device_authorization_endpoint"] = $"{Origin}/{Tenant}/oauth2/v2.0/devicecode",
            ["http_logout_supported"] = true,
            ["frontchannel_logout_supported"] = true,
            ["end_session_endpoint"] = $"{Origin}/{Tenant}/oauth2/v2.0/logout",
            ["claims_supported"] = new JsonArray("sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid",
                "ver", "at_hash", "c_hash", "email"),
            ["tenant_region_scope"] = "EU",
            ["cloud_instance_name"] = "microsoftonline.com",
            ["cloud_graph_host_name"] = "graph.windows.net",
            ["msgraph_host"] = "graph.microsoft.com",
            ["rbac_url"] = "https://pas.windows.net",
        };
        Metadata(metadata);
        return metadata;
    }

    private Task AuthorizeAsync(HttpContext context)
    {
        var query = Once(context.Request.Query);

        // Entra shows a page of its own for an unknown client or redirect URI; the browser does not return.
        if (query.GetValueOrDefault("client_id") != Client) return PageAsync(context, 700016);
        if (query.GetValueOrDefault("redirect_uri") != RedirectUri) return PageAsync(context, 50011);
        var state = query.GetValueOrDefault("state");
        if (FindFault(query) is { } fault)
            return ReturnAsync(context, RedirectUri, ("error", fault.Error), ("error_description", Description(fault.Code, fault.Text)),
                ("error_uri", $"https://login.microsoftonline.com/error?code={fault.Code}"), ("state", state));
        var code = $"1.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(600))}"; // codes of Entra are long
        codes[code] = new StandInCode(RedirectUri, query["scope"], query.GetValueOrDefault("nonce"), query.GetValueOrDefault("code_challenge"));
        return ReturnAsync(context, RedirectUri, ("code", code), ("state", state), ("session_state", "0013-session"));
    }

    private (string Error, int Code, string Text)? FindFault(Dictionary<string, string> query)
    {
        if (query.ContainsKey("resource")) return ("invalid_request", 901002, "The 'resource' request parameter is not supported.");
        if (query.GetValueOrDefault("response_type") != "code") return ("unsupported_response_type", 70005, "The response type is not supported.");
        if (!query.ContainsKey("scope")) return ("invalid_request", 900144, "The request body must contain the following parameter: 'scope'.");
        var isPlain = query.ContainsKey("code_challenge") && query.GetValueOrDefault("code_challenge_method") is not "S256";
        return isPlain ? ("invalid_request", 501491, "The size of the code challenge or its method is invalid.") : Refusal;
    }

    private async Task RedeemAsync(HttpContext context)
    {
        var form = Once(await context.Request.ReadFormAsync(context.RequestAborted));
        if (FindFault(context, form) is { } fault)
        {
            await RefuseAsync(context, fault);
            return;
        }

        var code = codes[form["code"]];
        code.IsSpent = true;
        var access = Access(code);
        await WriteAsync(context, StatusCodes.Status200OK, new JsonObject
        {
            ["token_type"] = "Bearer",
            ["scope"] = string.Join(' ', code.Scope.Split(' ').Except(["offline_access"])),
            ["expires_in"] = 4212,
            ["ext_expires_in"] = 4212,
            ["access_token"] = access,
            ["id_token"] = Id(code),
        });
    }

    private (int Status, string Error, int Code, string Text, string? Claims)? FindFault(HttpContext context, Dictionary<string, string> form)
    {
        if (form.ContainsKey("resource")) return (400, "invalid_request", 901002, "The 'resource' request parameter is not supported.", null);
        if (FindSecretFault(context, form) is { } secret) return secret;
        if (!codes.TryGetValue(form.GetValueOrDefault("code", ""), out var code)) return (400, "invalid_grant", 9002313, "Invalid request.", null);
        if (code.IsSpent) return (400, "invalid_grant", 54005, "OAuth2 Authorization code was already redeemed.", null);
        if (form.GetValueOrDefault("redirect_uri") != code.RedirectUri)
            return (400, "invalid_grant", 500112, "The reply address does not match the one of the authorization request.", null);
        if (!code.IsProvedBy(form.GetValueOrDefault("code_verifier")))
            return (400, "invalid_grant", 501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request.", null);
        return TokenRefusal is { } refusal ? (400, refusal.Error, refusal.Code, refusal.Text, refusal.Claims) : null;
    }

    private (int Status, string Error, int Code, string Text, string? Claims)? FindSecretFault(HttpContext context, Dictionary<string, string> form)
    {
        var secret = PresentedSecret(context, form);
        if (IsPublic)
            return secret is null ? null : (401, "invalid_client", 700025, "Client is public so neither 'client_assertion' nor 'client_secret' should "
                + "be presented.", null);
        if (secret is null)
            return (401, "invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", null);
        if (secret != Secret) return (401, "invalid_client", 7000215, "Invalid client secret provided.", null);
        return IsSecretExpired ? (401, "invalid_client", 7000222, "The provided client secret keys for app are expired.", null) : null;
    }

    private static string? PresentedSecret(HttpContext context, Dictionary<string, string> form)
    {
        if (context.Request.Headers.Authorization.SingleOrDefault() is not { } header) return form.GetValueOrDefault("client_secret");
        var halves = Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..])).Split(':');
        return Uri.UnescapeDataString(halves[0]) == Client ? Uri.UnescapeDataString(halves[1]) : "";
    }

    private string Access(StandInCode code)
    {
        var isOwn = code.Scope.Contains($"api://{Client}/", StringComparison.Ordinal);
        var claims = Common(isOwn && AccessTokenVersion == 1 ? $"https://sts.windows.net/{Tenant}/" : Issuer, isOwn ? Client : Graph);
        claims["oid"] = Person;
        claims["ver"] = AccessTokenVersion == 1 ? "1.0" : "2.0";
        claims["azp"] = Client;
        claims["azpacr"] = IsPublic ? "0" : "1";
        claims["scp"] = isOwn ? "Mcp.Call" : "openid profile User.Read";
        claims["roles"] = new JsonArray("Mcp.Operator");
        claims["xms_cc"] = new JsonArray("cp1");
        var token = new StandInToken(Key, claims, "JWT");
        AccessToken(token);
        return token.Write();
    }

    // Without the scope profile, Entra leaves out who the person is beyond the pairwise subject.
    private string Id(StandInCode code)
    {
        var claims = Common(Issuer, Client);
        claims["ver"] = "2.0";
        if (code.Nonce is not null) claims["nonce"] = code.Nonce;
        if (code.Scope.Split(' ').Contains("profile"))
        {
            claims["oid"] = Person;
            claims["name"] = "Alice Example";
            claims["preferred_username"] = "alice@contoso.example";
        }

        var token = new StandInToken(Key, claims, "JWT");
        IdToken(token);
        return token.Write();
    }

    private JsonObject Common(string issuer, string audience) => new()
    {
        ["aud"] = audience,
        ["iss"] = issuer,
        ["iat"] = time.GetUtcNow().ToUnixTimeSeconds(),
        ["nbf"] = time.GetUtcNow().ToUnixTimeSeconds(),
        ["exp"] = time.GetUtcNow().AddMinutes(65).ToUnixTimeSeconds(),
        ["aio"] = "AXQAi/8IAAAA",
        ["rh"] = "0.AAAA.",
        ["sub"] = "pairwise-subject-of-alice",
        ["tid"] = Tenant,
        ["uti"] = "unique-token",
    };

    private Task RefuseAsync(HttpContext context, (int Status, string Error, int Code, string Text, string? Claims) fault)
    {
        var answer = new JsonObject
        {
            ["error"] = fault.Error,
            ["error_description"] = Description(fault.Code, fault.Text),
            ["error_codes"] = new JsonArray(fault.Code),
            ["timestamp"] = Timestamp(),
            ["trace_id"] = Trace,
            ["correlation_id"] = "c0ffee00-0000-4000-8000-000000000000",
            ["error_uri"] = $"https://login.microsoftonline.com/error?code={fault.Code}",
        };
        if (fault.Claims is not null) answer["claims"] = fault.Claims;
        return WriteAsync(context, fault.Status, answer);
    }

    private static async Task PageAsync(HttpContext context, int code)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/html";
        await context.Response.WriteAsync($"<html>Sorry, but we're having trouble signing you in. AADSTS{code}</html>", context.RequestAborted);
    }

    private string Description(int code, string text) =>
        $"AADSTS{code}: {text} Trace ID: {Trace} Correlation ID: c0ffee00-0000-4000-8000-000000000000 Timestamp: {Timestamp()}";

    private string Timestamp() => time.GetUtcNow().ToString("u", CultureInfo.InvariantCulture);
}
