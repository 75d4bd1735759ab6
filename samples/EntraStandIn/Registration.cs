using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace EntraStandIn;

/// <summary>An application of the tenant, as an administrator registered it.</summary>
public sealed record Registration(string AppId, string DisplayName)
{
    /// <summary>The accounts that may sign in: <c>AzureADMyOrg</c> for this tenant, <c>AzureADMultipleOrgs</c> for every tenant.</summary>
    public string SignInAudience { get; init; } = "AzureADMyOrg";

    /// <summary>Redirect URIs of the platform "Mobile and desktop applications". Codes that go there are redeemed without a credential.</summary>
    public IReadOnlyList<string> PublicRedirects { get; init; } = [];

    /// <summary>Redirect URIs of the platform "Web". Codes that go there are redeemed with a credential.</summary>
    public IReadOnlyList<string> WebRedirects { get; init; } = [];

    /// <summary>"Allow public client flows": device code needs it.</summary>
    public bool AllowsPublicFlows { get; init; }

    /// <summary>The client secret; null for none.</summary>
    public string? Secret { get; init; }

    /// <summary>Days from the start of the stand-in until the secret expires; negative for one that has expired.</summary>
    public int SecretDays { get; init; } = 180;

    /// <summary>The certificate whose key signs client assertions; null for none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The federated identity credentials.</summary>
    public IReadOnlyList<FederatedCredential> FederatedCredentials { get; init; } = [];

    /// <summary>The version of access tokens for this application's own API; null means 1, as in the manifest.</summary>
    public int? AccessTokenVersion { get; init; }

    /// <summary>Delegated scopes of this application's own API.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>App roles of this application's own API.</summary>
    public IReadOnlyList<string> AppRoles { get; init; } = [];

    /// <summary>Optional claims of ID tokens and of access tokens.</summary>
    public IReadOnlyList<string> IdTokenClaims { get; init; } = [];

    /// <summary>Optional claims of access tokens.</summary>
    public IReadOnlyList<string> AccessTokenClaims { get; init; } = [];

    /// <summary>Delegated permissions of Microsoft Graph that the registration names; <c>.default</c> asks for these.</summary>
    public IReadOnlyList<string> GraphScopes { get; init; } = [];

    /// <summary>Delegated permissions of other APIs of the tenant that the registration names, by the application of the API.</summary>
    public IReadOnlyList<(string AppId, string Scope)> ApiScopes { get; init; } = [];

    /// <summary>Roles of other APIs that the application has for itself: the API, and the role.</summary>
    public IReadOnlyList<(string Api, string Role)> ApiRoles { get; init; } = [];

    /// <summary>Application permissions of Microsoft Graph, for which an administrator has consented.</summary>
    public IReadOnlyList<string> GraphRoles { get; init; } = [];

    /// <summary>
    /// Delegated permissions for which an administrator has consented on behalf of everyone: the name of one of Microsoft Graph, or
    /// <c>API/scope</c> with the id of the application.
    /// </summary>
    public IReadOnlyList<string> AdminConsent { get; init; } = [];

    /// <summary>True if it has something that can prove it.</summary>
    public bool HasCredential => Secret is not null || Certificate is not null || FederatedCredentials.Count > 0;

    /// <summary>The identifier URI of the own API.</summary>
    public string IdentifierUri => $"api://{AppId}";

    /// <summary>The resource <c>application</c> of Microsoft Graph.</summary>
    public JsonObject ToGraph(DateTimeOffset started) => new()
    {
        ["id"] = Derived(AppId, 1),
        ["appId"] = AppId,
        ["displayName"] = DisplayName,
        ["createdDateTime"] = Moment(started.AddDays(-100)),
        ["signInAudience"] = SignInAudience,
        ["identifierUris"] = Scopes.Count + AppRoles.Count > 0 ? [IdentifierUri] : new JsonArray(),
        ["isFallbackPublicClient"] = AllowsPublicFlows,
        ["groupMembershipClaims"] = null,
        ["publicClient"] = new JsonObject { ["redirectUris"] = Texts(PublicRedirects) },
        ["spa"] = new JsonObject { ["redirectUris"] = new JsonArray() },
        ["web"] = new JsonObject
        {
            ["homePageUrl"] = null,
            ["logoutUrl"] = null,
            ["redirectUris"] = Texts(WebRedirects),
            ["implicitGrantSettings"] = new JsonObject { ["enableAccessTokenIssuance"] = false, ["enableIdTokenIssuance"] = false },
        },
        ["api"] = new JsonObject
        {
            ["acceptMappedClaims"] = null,
            ["knownClientApplications"] = new JsonArray(),
            ["preAuthorizedApplications"] = new JsonArray(),
            ["requestedAccessTokenVersion"] = AccessTokenVersion,
            ["oauth2PermissionScopes"] = new JsonArray([.. Scopes.Select((scope, index) => new JsonObject
            {
                ["id"] = Derived(AppId, 16 + index),
                ["value"] = scope,
                ["type"] = "User",
                ["isEnabled"] = true,
                ["adminConsentDisplayName"] = scope,
                ["adminConsentDescription"] = $"{DisplayName}: {scope}",
                ["userConsentDisplayName"] = scope,
                ["userConsentDescription"] = $"{DisplayName}: {scope}",
            })]),
        },
        ["appRoles"] = new JsonArray([.. AppRoles.Select((role, index) => new JsonObject
        {
            ["id"] = Derived(AppId, 32 + index),
            ["value"] = role,
            ["displayName"] = role,
            ["description"] = role,
            ["isEnabled"] = true,
            ["allowedMemberTypes"] = new JsonArray("User"),
        })]),
        ["requiredResourceAccess"] = new JsonArray([.. RequiredAccess()]),
        ["optionalClaims"] = IdTokenClaims.Count + AccessTokenClaims.Count == 0 ? null : new JsonObject
        {
            ["idToken"] = Claims(IdTokenClaims),
            ["accessToken"] = Claims(AccessTokenClaims),
            ["saml2Token"] = new JsonArray(),
        },
        ["passwordCredentials"] = Secret is null ? [] : new JsonArray(new JsonObject
        {
            ["keyId"] = Derived(AppId, 2),
            ["displayName"] = "secret",
            ["hint"] = Secret[..3],
            ["secretText"] = null,
            ["startDateTime"] = Moment(started.AddDays(-100)),
            ["endDateTime"] = Moment(SecretEnd(started)),
        }),
        ["keyCredentials"] = Certificate is null ? [] : new JsonArray(new JsonObject
        {
            ["keyId"] = Derived(AppId, 3),
            ["displayName"] = Certificate.Subject,
            ["type"] = "AsymmetricX509Cert",
            ["usage"] = "Verify",
            ["customKeyIdentifier"] = Certificate.Thumbprint,
            ["key"] = null,
            ["startDateTime"] = Moment(Certificate.NotBefore.ToUniversalTime()),
            ["endDateTime"] = Moment(Certificate.NotAfter.ToUniversalTime()),
        }),
    };

    /// <summary>The resource <c>federatedIdentityCredential</c> of each.</summary>
    public JsonArray FederatedToGraph(string origin) => new([.. FederatedCredentials.Select((credential, index) => new JsonObject
    {
        ["id"] = Derived(AppId, 48 + index),
        ["name"] = credential.Name,
        ["issuer"] = origin + credential.Issuer,
        ["subject"] = credential.Subject,
        ["description"] = null,
        ["audiences"] = new JsonArray(FederatedCredential.Audience),
    })]);

    /// <summary>The end of the secret.</summary>
    public DateTimeOffset SecretEnd(DateTimeOffset started) => started.AddDays(SecretDays);

    private IEnumerable<JsonObject> RequiredAccess()
    {
        if (GraphScopes.Count + GraphRoles.Count > 0)
            yield return Required(GraphPermissions.AppId, [
                .. GraphScopes.Select(static name => Access(GraphPermissions.Delegated[name].Id, "Scope")),
                .. GraphRoles.Select(static name => Access(GraphPermissions.Application[name], "Role"))]);
        // The first scope of an API has this id; those of the tenant have one each.
        foreach (var (appId, _) in ApiScopes) yield return Required(appId, [Access(Derived(appId, 16), "Scope")]);
    }

    private static JsonObject Required(string appId, JsonNode[] access) => new() { ["resourceAppId"] = appId, ["resourceAccess"] = new JsonArray(access) };

    private static JsonObject Access(string id, string type) => new() { ["id"] = id, ["type"] = type };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static text => JsonValue.Create(text))]);

    private static JsonArray Claims(IEnumerable<string> names) => new([.. names.Select(static name => new JsonObject
    {
        ["name"] = name, ["source"] = null, ["essential"] = false, ["additionalProperties"] = new JsonArray(),
    })]);

    // Ids of objects have no meaning; these differ from one another and stay the same over restarts.
    private static string Derived(string appId, int number) => $"{appId[..^4]}{appId[^1]}{number:x3}";

    private static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
