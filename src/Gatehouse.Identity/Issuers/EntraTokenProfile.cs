using System.Collections.Immutable;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Issuers;

/// <summary>
/// Access tokens of Microsoft Entra ID (Microsoft identity platform, "Access token claims reference"): version 1.0 has the
/// issuer <c>https://sts.windows.net/{tid}/</c> and names the client in <c>appid</c>, version 2.0 has
/// <c>https://login.microsoftonline.com/{tid}/v2.0</c> and <c>azp</c>. Both are signed with <c>typ: JWT</c>, so the claims
/// must tell an access token from an ID token.
/// </summary>
internal sealed class EntraTokenProfile : ITokenProfile
{
    /// <summary>The placeholder for the tenant in an issuer of many tenants, as in the metadata of the common endpoints.</summary>
    public const string TenantPlace = "{tenantid}";

    private const string V2Suffix = "/v2.0";

    /// <summary>Returns whether an issuer is of version 2.0 of the platform.</summary>
    public static bool IsVersion2(string issuer) => issuer.EndsWith(V2Suffix, StringComparison.Ordinal);

    public IEnumerable<string> FindFaults(IssuerProfile profile)
    {
        var isTemplate = IsTemplate(profile);
        if (isTemplate && profile.Tenants.IsEmpty)
            yield return $"the issuer covers every tenant of Entra: list the allowed tenants in tenants, or replace {TenantPlace} with one";
        if (!isTemplate && !profile.Tenants.IsEmpty)
            yield return $"tenants are named, but the issuer has no {TenantPlace}";
        foreach (var tenant in profile.Tenants.Where(tenant => !Guid.TryParseExact(tenant, "D", out _)))
            yield return $"tenant '{tenant}' is not a GUID, and tokens name tenants by nothing else";
        if (!isTemplate && TenantOf(profile.Issuer) is null)
            yield return "the issuer's path does not begin with the tenant's GUID";
        if (profile.TokenIssuer is not null)
            yield return "tokenIssuer belongs to the kind AdFs";
        if (profile.SubjectClaim is not null)
            yield return "subjectClaim is not chosen for Entra: the subject is oid and tid";
    }

    public IEnumerable<string> TokenIssuers(IssuerProfile profile) => IsTemplate(profile)
        ? profile.Tenants.Select(tenant => InTenant(profile.Issuer, tenant))
        : [profile.Issuer];

    public TokenRefusal? FindRefusal(ClaimSet claims, IssuerProfile profile, string? keyIssuer) =>
        FindIdTokenRefusal(claims, keyIssuer) ?? (IsAccessToken(claims) ? null : TokenRefusal.TypeMismatch);

    public TokenRefusal? FindIdTokenRefusal(ClaimSet claims, string? keyIssuer)
    {
        var issuer = claims.Text("iss")!;
        var tenant = claims.Text("tid");

        // Threat: tenant confusion. iss, tid and the tenant that the key is for must be one (ID-03).
        if (tenant is null || tenant != TenantOf(issuer))
            return TokenRefusal.TenantMismatch;
        if (keyIssuer is not null && InTenant(keyIssuer, tenant) != issuer)
            return TokenRefusal.TenantMismatch;
        return claims.Text("ver") == (IsVersion2(issuer) ? "2.0" : "1.0") ? null : TokenRefusal.TypeMismatch;
    }

    /// <summary>
    /// Returns the methods with the satisfied authentication contexts (<c>acrs</c>). Tokens of version 2.0 have no <c>amr</c>, and their Conditional
    /// Access contexts are what can demand several factors.
    /// </summary>
    public ImmutableArray<string> Methods(ClaimSet claims) =>
        claims.Has("acrs") ? [.. claims.Texts("amr"), .. claims.Texts("acrs")] : claims.Texts("amr");

    public CallerClaims Read(ClaimSet claims, IssuerProfile profile)
    {
        var person = claims.Text("oid");
        return new CallerClaims
        {
            Issuer = claims.Text("iss")!,

            // oid is unique only within its tenant; sub differs from application to application.
            Subject = string.IsNullOrWhiteSpace(person) ? "" : $"{person}@{claims.Text("tid")}",
            ClientId = Client(claims),
            TokenId = claims.Text("uti") ?? claims.Text("jti"),
            IsApplication = !claims.Has("scp"),
            Scopes = claims.ScopesOf("scp"),
            Roles = claims.Texts("roles"),
            Groups = claims.Texts("groups"),
        };
    }

    /// <summary>
    /// Threat: an ID token as access token (RFC 8725 §3.12). Its audience is a client id as well, it may carry roles, and
    /// nothing demands a nonce. Only access tokens name the client that asked for them, and a delegated one has
    /// <c>scp</c>; one of an application has <c>roles</c> and is about the application itself (<c>idtyp</c>, or
    /// <c>sub</c> equal to <c>oid</c>). With neither, any application of the tenant could have got it without being given a role.
    /// </summary>
    private static bool IsAccessToken(ClaimSet claims)
    {
        if (string.IsNullOrEmpty(Client(claims)))
            return false;
        var kind = claims.Text("idtyp");
        if (claims.Has("scp"))
            return kind is null or "user" && !claims.ScopesOf("scp").IsEmpty;
        var isAboutItself = kind is null && claims.Text("oid") is { } self && self == claims.Text("sub");
        return (kind == "app" || isAboutItself) && !claims.Texts("roles").IsEmpty;
    }

    private static string? Client(ClaimSet claims) => claims.Text("ver") == "2.0" ? claims.Text("azp") : claims.Text("appid");

    private static bool IsTemplate(IssuerProfile profile) => profile.Issuer.Contains(TenantPlace, StringComparison.Ordinal);

    private static string InTenant(string issuer, string tenant) => issuer.Replace(TenantPlace, tenant, StringComparison.Ordinal);

    /// <summary>Returns the tenant that an issuer names: the first segment of its path. Null when that is no GUID.</summary>
    private static string? TenantOf(string issuer)
    {
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var uri) || uri.Segments.Length < 2)
            return null;
        var first = uri.Segments[1].TrimEnd('/');
        return Guid.TryParseExact(first, "D", out _) ? first : null;
    }
}
