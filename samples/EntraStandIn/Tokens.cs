using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EntraStandIn;

/// <summary>Writes the tokens of the tenant, and of the cluster whose workloads it trusts.</summary>
public sealed class Tokens(string origin, Knobs knobs, TimeProvider time)
{
    private const string KeyId = "entra-stand-in";
    private const string WorkloadKeyId = "cluster-stand-in";
    private const string V1Issuer = $"https://sts.windows.net/{Tenant.Id}/";

    // Of the process: making keys takes longer than a test.
    private static readonly RSA Key = RSA.Create(2048);
    private static readonly Lazy<RSA> WorkloadKey = new(static () => RSA.Create(2048));

    /// <summary>The beginning of each access token for Microsoft Graph. Nothing else may hold this text.</summary>
    public static string GraphStart { get; } = Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"typ":"JWT","alg":"RS256","kid":"{{KeyId}}",""").AsSpan(0, 48));

    /// <summary>Life of access tokens, in seconds.</summary>
    public int Life { get; set; } = 3900;

    /// <summary>The issuer of v2.0 tokens.</summary>
    public string Issuer => $"{origin}/{Tenant.Id}/v2.0";

    /// <summary>The key set of the tenant.</summary>
    public JsonObject Keys() => new() { ["keys"] = new JsonArray(PublicKey(Key, KeyId)) };

    /// <summary>The key set of the cluster.</summary>
    public JsonObject WorkloadKeys() => new() { ["keys"] = new JsonArray(PublicKey(WorkloadKey.Value, WorkloadKeyId)) };

    /// <summary>True if the tenant signed the token and it has not expired.</summary>
    public bool IsOwn(Jwt token) => token.HeaderOf("kid") == KeyId && token.IsSignedBy(Key) && token.IsTimely(time.GetUtcNow(), TimeSpan.FromDays(2));

    /// <summary>True if the cluster signed the token and it has not expired.</summary>
    public bool IsOfWorkload(Jwt token) =>
        token.HeaderOf("kid") == WorkloadKeyId && token.IsSignedBy(WorkloadKey.Value) && token.IsTimely(time.GetUtcNow(), TimeSpan.FromDays(2));

    /// <summary>An ID token. Without the scope <c>profile</c> it leaves out who the person is beyond the pairwise subject.</summary>
    public string Id(Grant grant)
    {
        var claims = Common(Issuer, grant.Client.AppId, Pairwise(grant.Person, grant.Client.AppId), 3600);
        claims["ver"] = "2.0";
        if (grant.Nonce is not null) claims["nonce"] = grant.Nonce;
        if (grant.Scopes.OpenId.Contains("profile"))
        {
            claims["oid"] = grant.Person.Id;
            claims["name"] = grant.Person.DisplayName;
            claims["preferred_username"] = grant.Person.UserPrincipalName;
        }

        if (grant.Scopes.OpenId.Contains("email")) claims["email"] = grant.Person.UserPrincipalName;
        AddRoles(claims, grant.Person, grant.Client.AppId);
        AddOptional(claims, grant.Client.IdTokenClaims, grant.Person);
        knobs.IdToken(claims);
        return Jwt.Write(Key, KeyId, claims);
    }

    /// <summary>An access token on behalf of a person, and its id.</summary>
    public (string Token, string Id) Delegated(Grant grant, ScopeRequest.Api api, Registration? owner)
    {
        var person = grant.Person;
        var (claims, nonce) = Access(grant.Client, api.AppId, owner, Pairwise(person, api.AppId), grant.IsPublic, person);
        claims["oid"] = person.Id;
        claims["name"] = person.DisplayName;
        claims["scp"] = string.Join(' ', api.AppId == GraphPermissions.AppId ? api.Names.Concat(["openid", "profile"]) : api.Names);
        AddRoles(claims, person, api.AppId);
        AddOptional(claims, owner?.AccessTokenClaims ?? [], person);
        AddTexts(claims, "acrs", grant.Satisfied.Where(ClaimsRequest.IsContext));
        AddTexts(claims, "xms_cc", grant.Capabilities);
        knobs.AccessToken(claims);
        return (Jwt.Write(Key, KeyId, claims, nonce), (string)claims["uti"]!);
    }

    /// <summary>An access token of an application for itself.</summary>
    public string Application(Registration client, string api, Registration? owner)
    {
        var principal = $"{client.AppId[..^4]}f{client.AppId[^3..]}";
        var (claims, nonce) = Access(client, api, owner, principal, false, null);
        claims["oid"] = principal;
        if (api == GraphPermissions.AppId) claims["roles"] = new JsonArray([.. client.GraphRoles.Select(static role => JsonValue.Create(role))]);
        else if (client.ApiRoles.Where(one => one.Api == api).Select(static one => JsonValue.Create(one.Role)).ToArray() is { Length: > 0 } roles)
            claims["roles"] = new JsonArray([.. roles]);
        if (owner is null || owner.AccessTokenClaims.Contains("idtyp")) claims["idtyp"] = "app";
        return Jwt.Write(Key, KeyId, claims, nonce);
    }

    /// <summary>A token of the managed identity.</summary>
    public string ManagedIdentity(string resource)
    {
        // Issued for the exchange, it is a v2.0 token: the federated credential names this issuer.
        var claims = Common(resource == FederatedCredential.Audience ? Issuer : V1Issuer, resource, Tenant.ManagedIdentityPrincipal, 86400);
        claims["appid"] = Tenant.ManagedIdentityClient;
        claims["oid"] = Tenant.ManagedIdentityPrincipal;
        claims["idtyp"] = "app";
        claims["ver"] = resource == FederatedCredential.Audience ? "2.0" : "1.0";
        return Jwt.Write(Key, KeyId, claims);
    }

    /// <summary>A token of the workload, as a cluster projects it into a file; it lives for an hour.</summary>
    public string Workload()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return Jwt.Write(WorkloadKey.Value, WorkloadKeyId, new JsonObject
        {
            ["iss"] = origin + Tenant.WorkloadIssuer,
            ["sub"] = Tenant.WorkloadSubject,
            ["aud"] = new JsonArray(FederatedCredential.Audience),
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 3600,
        });
    }

    private (JsonObject Claims, string? Nonce) Access(
        Registration client, string api, Registration? owner, string subject, bool isPublic, Person? person)
    {
        // Tokens of Microsoft Graph are of version 1, and for Graph alone to read.
        var isGraph = api == GraphPermissions.AppId;
        var isFirst = isGraph || owner?.AccessTokenVersion is not 2;
        var audience = isGraph ? GraphPermissions.Resource : isFirst ? owner!.IdentifierUri : api;
        var claims = Common(isFirst ? V1Issuer : Issuer, audience, subject, Life);
        claims["ver"] = isFirst ? "1.0" : "2.0";
        claims[isFirst ? "appid" : "azp"] = client.AppId;
        claims[isFirst ? "appidacr" : "azpacr"] = isPublic ? "0" : client.Secret is not null ? "1" : "2";
        if (person is not null) claims[isFirst ? "unique_name" : "preferred_username"] = person.UserPrincipalName;
        return (claims, isGraph ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24)) : null);
    }

    private JsonObject Common(string issuer, string audience, string subject, int life)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["aud"] = audience,
            ["iss"] = issuer,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + life,
            ["aio"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12)),
            ["rh"] = "0.AAAA.",
            ["sub"] = subject,
            ["tid"] = Tenant.Id,
            ["uti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12)),
        };
    }

    private static void AddTexts(JsonObject claims, string name, IEnumerable<string> texts)
    {
        JsonNode[] values = [.. texts.Select(static text => JsonValue.Create(text))];
        if (values.Length > 0) claims[name] = new JsonArray(values);
    }

    private static void AddRoles(JsonObject claims, Person person, string appId)
    {
        var roles = person.Roles.Where(role => role.AppId == appId).Select(static role => JsonValue.Create(role.Role)).ToArray();
        if (roles.Length > 0) claims["roles"] = new JsonArray([.. roles]);
    }

    private static void AddOptional(JsonObject claims, IReadOnlyList<string> names, Person person)
    {
        foreach (var name in names)
        {
            switch (name)
            {
                case "email": claims[name] = person.UserPrincipalName; break;
                case "upn": claims[name] = person.UserPrincipalName; break;
                case "given_name": claims[name] = person.GivenName; break;
                case "family_name": claims[name] = person.Surname; break;
                case "idtyp": claims[name] = "user"; break;
            }
        }
    }

    private static string Pairwise(Person person, string appId) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($"{person.Id} {appId}")));

    private JsonObject PublicKey(RSA rsa, string id)
    {
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = id,
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
            ["issuer"] = id == KeyId ? $"{origin}/{{tenantid}}/v2.0" : origin + Tenant.WorkloadIssuer,
        };
    }
}
