using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Peers.ThirdParties;

/// <summary>The quirks of Google, by the pages of its documentation that the comments name.</summary>
internal sealed class GoogleRules(ThirdPartyProvider provider, ThirdPartyStore store, TimeProvider time) : ServiceRules(provider, store, time)
{
    private const int TokenSeconds = 3599;
    private const string KeyId = "google-stand-in";
    private const string Accounts = "https://www.googleapis.com/auth/userinfo.";

    // Of the process: making a key takes longer than a test.
    private static readonly Lazy<RSA> Key = new(static () => RSA.Create(2048));

    public override string AuthorizePath => "/o/oauth2/v2/auth";

    public override string TokenPath => "/token";

    protected override string CodePrefix => "4/";

    // "OAuth 2.0 Scopes for Google APIs": the two scopes of OpenID Connect have long names, which the answer has.
    protected override IReadOnlyList<string> ScopesOf(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static scope => scope is "email" or "profile" ? Accounts + scope : scope).Distinct()];

    // "Using OAuth 2.0 for Web Server Applications", redirect_uri_mismatch: a page, and the browser does not go back.
    protected override Task RefuseRedirectAsync(HttpContext context, IReadOnlyDictionary<string, string> query) =>
        PageAsync(context, "Access blocked", "<p>Error 400: redirect_uri_mismatch", 400);

    protected override (string Error, string Text)? Fault(IReadOnlyDictionary<string, string> query) =>
        query.GetValueOrDefault("response_type") != "code" ? ("unsupported_response_type", "The response type must be code.")
        : query.GetValueOrDefault("scope", "").Length == 0 ? ("invalid_request", "Missing required parameter: scope")
        : query.GetValueOrDefault("access_type", "online") is not ("online" or "offline") ? ("invalid_request", "Invalid access_type.")
        : query.TryGetValue("code_challenge", out var challenge)
            && (challenge.Length != 43 || query.GetValueOrDefault("code_challenge_method") != "S256")
            ? ("invalid_request", "The code challenge must be made with S256.") : null;

    // "Granular permissions": the person may grant fewer scopes. "Incremental authorization": include_granted_scopes adds those of before.
    // "Offline access": a refresh token comes with access_type=offline, and after the first consent only with prompt=consent.
    protected override PendingCode Granted(PendingCode request, string person)
    {
        List<string> granted = [.. Provider.Granted(person, request.Scopes)];
        var isFirst = !Store.HasConsent(person, [.. granted, ThirdPartyStore.Offline]);
        if (request.Query.GetValueOrDefault("include_granted_scopes") == "true") granted = [.. granted.Union(Store.Consented(person))];
        var isPrompted = request.Query.GetValueOrDefault("prompt", "").Split(' ').Contains("consent");
        var hasRefresh = request.Query.GetValueOrDefault("access_type") == "offline" && (isFirst || isPrompted);
        if (hasRefresh) Store.Consent(person, [ThirdPartyStore.Offline]);
        return request with { Person = person, Scopes = granted, HasRefresh = hasRefresh };
    }

    // The response has iss, which the metadata do not announce (RFC 9207, section 3).
    protected override IEnumerable<(string, string?)> Extra() => [("iss", Provider.ResponseIssuer ?? Provider.Origin)];

    protected override async Task TokenAsync(HttpContext context)
    {
        var form = await FormAsync(context);
        if (!IsClient(context, form)) await FailAsync(context, "invalid_client", "Unauthorized", 401);
        else if (form.GetValueOrDefault("grant_type") == "authorization_code") await RedeemAsync(context, form);
        else if (form.GetValueOrDefault("grant_type") == "refresh_token") await RefreshAsync(context, form);
        else await FailAsync(context, "unsupported_grant_type", "Invalid grant_type");
    }

    protected override async Task<bool> AnswerMoreAsync(HttpContext context, string path)
    {
        var isGet = HttpMethods.IsGet(context.Request.Method);
        if (path == "/.well-known/openid-configuration" && isGet) await JsonAsync(context, Metadata());
        else if (path == "/oauth2/v3/certs" && isGet) await JsonAsync(context, Keys());
        else if (path == "/v1/userinfo" && isGet) await UserAsync(context);
        else if (path == "/revoke" && HttpMethods.IsPost(context.Request.Method) && context.Request.HasFormContentType) await RevokeAsync(context);
        else return false;
        return true;
    }

    private JsonObject Metadata() => new()
    {
        ["issuer"] = Provider.Origin,
        ["authorization_endpoint"] = Provider.AuthorizationEndpoint,
        ["token_endpoint"] = Provider.TokenEndpoint,
        ["userinfo_endpoint"] = Provider.Origin + "/v1/userinfo",
        ["revocation_endpoint"] = Provider.Origin + "/revoke",
        ["jwks_uri"] = Provider.Origin + "/oauth2/v3/certs",
        ["response_types_supported"] = new JsonArray("code"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        ["scopes_supported"] = new JsonArray("openid", "email", "profile"),
        ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post", "client_secret_basic"),
        ["code_challenge_methods_supported"] = new JsonArray("plain", "S256"),
        ["grant_types_supported"] = new JsonArray("authorization_code", "refresh_token"),
    };

    private async Task RedeemAsync(HttpContext context, IReadOnlyDictionary<string, string> form)
    {
        if (!Store.TryTakeCode(form.GetValueOrDefault("code"), out var code)) await FailAsync(context, "invalid_grant", "Malformed auth code.");
        else if (form.GetValueOrDefault("redirect_uri") != code.Redirect) await FailAsync(context, "redirect_uri_mismatch", "Bad Request");
        else if (!IsProved(code, form)) await FailAsync(context, "invalid_grant", "Invalid code verifier.");
        else
        {
            var answer = Give(code.Person, code.Scopes);
            if (code.HasRefresh)
                answer["refresh_token"] = Store.AddRefresh("1//", new ThirdPartyToken(code.Person, code.Scopes, null, Store.FamilyOf(code.Person)));
            if (code.Scopes.Contains("openid")) answer["id_token"] = IdToken(code);
            await JsonAsync(context, answer);
        }
    }

    // "Refreshing an access token": the answer has no new refresh token, the old one stays.
    private async Task RefreshAsync(HttpContext context, IReadOnlyDictionary<string, string> form)
    {
        if (Store.TryGetRefresh(form.GetValueOrDefault("refresh_token"), out var token)) await JsonAsync(context, Give(token.Person, token.Scopes));
        else await FailAsync(context, "invalid_grant", "Token has been expired or revoked.");
    }

    private JsonObject Give(string person, IReadOnlyList<string> scopes) => new()
    {
        ["access_token"] = Store.AddAccess("ya29.", new ThirdPartyToken(person, scopes, Time.GetUtcNow().AddSeconds(TokenSeconds), Store.FamilyOf(person))),
        ["expires_in"] = TokenSeconds,
        ["scope"] = string.Join(' ', scopes),
        ["token_type"] = "Bearer",
    };

    // "Token revocation": the token is in a form, of whichever kind it is, and the whole consent ends. The client does not authenticate.
    private async Task RevokeAsync(HttpContext context)
    {
        var text = (await FormAsync(context)).GetValueOrDefault("token");
        if (!Store.TryGetAccess(text, out var token) && !Store.TryGetRefresh(text, out token))
        {
            await FailAsync(context, "invalid_token", "Token expired or revoked");
            return;
        }

        Store.Revoke(token);
        await JsonAsync(context, []);
    }

    private Task UserAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return Store.TryGetAccess(header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..] : null, out var token)
            ? JsonAsync(context, new JsonObject { ["sub"] = SubjectOf(token.Person), ["email"] = $"{token.Person}@example.test" })
            : FailAsync(context, "invalid_request", "Invalid Credentials", 401);
    }

    private string IdToken(PendingCode code)
    {
        var now = Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Provider.Origin,
            ["azp"] = ThirdPartyProvider.ClientId,
            ["aud"] = ThirdPartyProvider.ClientId,
            ["sub"] = SubjectOf(code.Person),
            ["iat"] = now,
            ["exp"] = now + 3600,
        };
        if (code.Scopes.Contains(Accounts + "email")) (claims["email"], claims["email_verified"]) = ($"{code.Person}@example.test", true);
        if (code.Query.TryGetValue("nonce", out var nonce)) claims["nonce"] = nonce;
        var signed = $"{Part(new JsonObject { ["alg"] = "RS256", ["kid"] = KeyId, ["typ"] = "JWT" })}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(Key.Value.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static JsonObject Keys()
    {
        var key = Key.Value.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["alg"] = "RS256",
                ["use"] = "sig",
                ["kid"] = KeyId,
                ["n"] = Base64Url.EncodeToString(key.Modulus),
                ["e"] = Base64Url.EncodeToString(key.Exponent),
            }),
        };
    }

    // "OpenID Connect", sub: a text of digits that does not change when the address does.
    private static string SubjectOf(string person) =>
        new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes(person)).AsSpan(0, 8), isUnsigned: true).ToString(CultureInfo.InvariantCulture);

    private static Task FailAsync(HttpContext context, string error, string text, int status = 400) =>
        JsonAsync(context, new JsonObject { ["error"] = error, ["error_description"] = text }, status);

    private static string Part(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
