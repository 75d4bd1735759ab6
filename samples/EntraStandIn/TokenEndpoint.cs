using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EntraStandIn;

/// <summary>The token endpoint.</summary>
public sealed class TokenEndpoint(
    Tenant tenant, GrantTable grants, Tokens tokens, ClientAuthentication clients, Knobs knobs, string origin, TimeProvider time)
{
    private const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /// <summary>Redeems what the form holds.</summary>
    public async Task<JsonObject> RedeemAsync(HttpContext context)
    {
        var form = await Answers.FormAsync(context);
        var kind = form.GetValueOrDefault("grant_type") ?? throw EntraException.Missing("grant_type");
        if (form.ContainsKey("resource")) throw new EntraException("invalid_request", 901002, "The 'resource' request parameter is not supported.");
        var (client, isProved) = clients.Check(form, context.Request.Headers.Authorization.SingleOrDefault());
        var answer = kind switch
        {
            "authorization_code" => FromCode(form, client, isProved),
            "refresh_token" => FromRefresh(form, client, isProved),
            "client_credentials" => ForItself(form, client, isProved),
            JwtBearer => OnBehalfOf(form, client, isProved),
            // The short name is the one that MSAL sends.
            "urn:ietf:params:oauth:grant-type:device_code" or "device_code" => FromDevice(form, client, isProved),
            _ => throw new EntraException("unsupported_grant_type", 70003, $"The app requested an unsupported grant type '{kind}'."),
        };
        return knobs.TokenRefusal is { } refusal ? throw refusal : answer;
    }

    private JsonObject FromCode(Dictionary<string, string> form, Registration client, bool isProved)
    {
        if (!grants.Codes.TryGet(form.GetValueOrDefault("code") ?? throw EntraException.Missing("code"), out var code))
            throw new EntraException("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.");
        if (code.Grant.Client.AppId != client.AppId)
            throw new EntraException("invalid_grant", 700005, "The provided authorization code was issued to another application.");
        RequireKind(client, code.Grant.IsPublic, isProved);
        if (form.GetValueOrDefault("redirect_uri") != code.RedirectUri)
            throw new EntraException("invalid_grant", 500112, "The reply address does not match the one of the authorization request.");
        var verifier = form.GetValueOrDefault("code_verifier")
            ?? throw new EntraException("invalid_grant", 501481, "The Code_Verifier is missing.");
        if (verifier.Length is < 43 or > 128 || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) != code.Challenge)
            throw new EntraException("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request.");
        if (!code.TrySpend()) throw new EntraException("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed.");
        if (code.Grant.End <= time.GetUtcNow())
            throw new EntraException("invalid_grant", 70008, "The provided authorization code or refresh token has expired due to inactivity.");
        return Answer(form, code.Grant);
    }

    // A used refresh token stays valid until it expires: Entra gives a new one each time and revokes none ("Refresh tokens", token lifetime).
    private JsonObject FromRefresh(Dictionary<string, string> form, Registration client, bool isProved)
    {
        if (!grants.RefreshTokens.TryGet(form.GetValueOrDefault("refresh_token") ?? throw EntraException.Missing("refresh_token"), out var grant)
            || grant.Client.AppId != client.AppId)
            throw new EntraException("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.", suberror: "bad_token");
        RequireKind(client, grant.IsPublic, isProved);
        if (grant.End <= time.GetUtcNow())
            throw new EntraException("invalid_grant", 700082, "The refresh token has expired due to inactivity.", suberror: "bad_token");
        return Answer(form, grant);
    }

    private JsonObject FromDevice(Dictionary<string, string> form, Registration client, bool isProved)
    {
        var handle = form.GetValueOrDefault("device_code") ?? throw EntraException.Missing("device_code");
        if (!grants.Devices.TryGet(handle, out var device) || device.Client.AppId != client.AppId)
            throw new EntraException("bad_verification_code", 70018, "The device_code is not recognized.");
        RequireKind(client, isPublic: true, isProved);
        if (device.End <= time.GetUtcNow()) throw new EntraException("expired_token", 70020, "The provided value for the input parameter 'device_code' has expired.");
        if (device.IsDeclined) throw new EntraException("authorization_declined", 70016, "The end user denied the authorization request.");
        if (device.Person is not { } person)
            throw new EntraException("authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.");
        if (!grants.Devices.TryTake(handle, out _)) throw new EntraException("bad_verification_code", 70018, "The device_code is not recognized.");
        return Answer(form, new Grant(client, person, device.Scopes, IsPublic: true, null, device.End));
    }

    private JsonObject ForItself(Dictionary<string, string> form, Registration client, bool isProved)
    {
        RequireProof(isProved);
        var scope = form.GetValueOrDefault("scope") ?? throw EntraException.Missing("scope");
        if (!scope.EndsWith("/.default", StringComparison.Ordinal) || scope.Contains(' ', StringComparison.Ordinal))
            throw new EntraException("invalid_scope", 1002012, $"The provided value for scope {scope} is not valid. Client credential flows must have a scope "
                + "value with /.default suffixed to the resource identifier (application ID URI).");
        var api = ScopeRequest.AppIdOf(scope[..^"/.default".Length], tenant, origin);
        return Bearer(tokens.Application(client, api, tenant.Registrations.GetValueOrDefault(api)));
    }

    private JsonObject OnBehalfOf(Dictionary<string, string> form, Registration client, bool isProved)
    {
        if (form.GetValueOrDefault("requested_token_use") != "on_behalf_of")
            throw new EntraException("invalid_request", 900144, "The request body must contain the following parameter: 'requested_token_use' with the value 'on_behalf_of'.");
        RequireProof(isProved);
        var assertion = Jwt.Read(form.GetValueOrDefault("assertion") ?? throw EntraException.Missing("assertion"));
        if (assertion is null || !tokens.IsOwn(assertion))
            throw new EntraException("invalid_grant", 50013, "Assertion failed signature validation, or it is not within its valid time range.");
        if (assertion.Claim("aud") is not { } audience || (audience != client.AppId && audience != client.IdentifierUri))
            throw new EntraException("invalid_grant", 500131, "Assertion audience does not match the Client app presenting the assertion.");
        if (assertion.Claim("scp") is null)
            throw assertion.Claim("idtyp") == "app" || assertion.Claim("preferred_username") is null && assertion.Claim("unique_name") is null
                ? new EntraException("unauthorized_client", 7000114, $"Application '{client.AppId}' is not allowed to make application on-behalf-of calls.")
                : new EntraException("invalid_grant", 240002, "Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant.");
        var person = Tenant.People.Values.Single(one => one.Id == assertion.Claim("oid"));
        var scopes = ScopeRequest.Read(form.GetValueOrDefault("scope") ?? throw EntraException.Missing("scope"), client, tenant, origin);
        grants.Satisfied.TryGet(assertion.Claim("uti"), out var satisfied);
        var grant = new Grant(client, person, scopes, IsPublic: false, null, time.GetUtcNow()) { Satisfied = satisfied ?? [] };
        // The claims challenge of an API comes here, and the error takes its demand to the client that can show a page.
        var missing = ClaimsRequest.Read(form.GetValueOrDefault("claims")).Demands.FirstOrDefault(demand => !grant.Satisfied.Contains(demand));
        if (missing is not null)
        {
            var resource = scopes.Resources is [var api, ..] ? api.AppId : GraphPermissions.AppId;
            throw new AccessDemand(50076, missing).Refusal(resource, isOnBehalfOf: true);
        }

        return Answer(form, grant);
    }

    /// <summary>Tokens for the one API of the request, or of the grant where the request names none.</summary>
    private JsonObject Answer(Dictionary<string, string> form, Grant grant)
    {
        var asked = form.TryGetValue("scope", out var text) && text.Length > 0 ? ScopeRequest.Read(text, grant.Client, tenant, origin) : null;
        if (asked is { Resources.Count: > 1 })
            throw new EntraException("invalid_request", 28000, "Provided value for the input parameter scope is not valid because it contains more than one resource.");
        // With the scopes of OpenID Connect alone, the access token is one for the endpoint userinfo of Microsoft Graph.
        var api = (asked ?? grant.Scopes).Resources is [var first, ..] ? first : new ScopeRequest.Api(GraphPermissions.AppId, [], [], false);
        if (knobs.Demand(grant.Client, grant.Person, api.AppId) is { } demand && !grant.Satisfied.Contains(demand.Value))
            throw demand.Refusal(api.AppId, form["grant_type"] == JwtBearer);
        if (knobs.SignedIn is null && !grants.Consents.Cover(grant.Client, grant.Person, api)) throw EntraException.NoConsent(grant.Client);
        var capabilities = ClaimsRequest.Read(form.GetValueOrDefault("claims")).Capabilities;
        if (capabilities.Count > 0) grant = grant with { Capabilities = capabilities };
        var (token, id) = tokens.Delegated(grant, api, tenant.Registrations.GetValueOrDefault(api.AppId));
        grants.Satisfied.Set(id, grant.Satisfied);
        var answer = Bearer(token);
        var openId = (asked ?? grant.Scopes).OpenId;
        answer["scope"] = string.Join(' ', (api.IsDefault ? api.Names.Concat(api.Written) : api.Written).Concat(openId.Except(["offline_access"])));
        if (openId.Contains("openid")) answer["id_token"] = tokens.Id(grant with { Scopes = asked ?? grant.Scopes });
        if (openId.Contains("offline_access"))
        {
            var refresh = "1." + GrantTable.NewHandle(600);
            grants.RefreshTokens.Set(refresh, grant with { End = time.GetUtcNow() + GrantTable.RefreshLife, Nonce = null });
            answer["refresh_token"] = refresh;
        }

        if (form.GetValueOrDefault("client_info") == "1")
            answer["client_info"] = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(
                new JsonObject { ["uid"] = grant.Person.Id, ["utid"] = Tenant.Id }));
        return answer;
    }

    private JsonObject Bearer(string token) => new()
    {
        ["token_type"] = "Bearer",
        ["expires_in"] = tokens.Life,
        ["ext_expires_in"] = tokens.Life,
        ["access_token"] = token,
    };

    // The platform of the redirect URI says what kind of client redeems: with a credential for the web, without one for a desktop.
    private static void RequireKind(Registration client, bool isPublic, bool isProved)
    {
        if (!isPublic) RequireProof(isProved);
        else if (isProved)
            throw new EntraException("invalid_client", 700025,
                $"Client is public so neither 'client_assertion' nor 'client_secret' should be presented. (Application '{client.AppId}'.)", 401);
    }

    private static void RequireProof(bool isProved)
    {
        if (!isProved)
            throw new EntraException("invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", 401);
    }
}
