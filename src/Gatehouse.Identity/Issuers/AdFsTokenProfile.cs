using System.Collections.Immutable;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Issuers;

/// <summary>
/// Access tokens of Active Directory Federation Services. Their <c>iss</c> is the identifier of the federation service,
/// <c>http://host/adfs/services/trust</c>, which its metadata call <c>access_token_issuer</c>; the metadata's own issuer is
/// <c>https://host/adfs</c>. The client is <c>appid</c>, groups and roles are claims of issuance rules and one text when
/// there is one only, <c>auth_time</c> is a text.
/// </summary>
internal sealed class AdFsTokenProfile : ITokenProfile
{
    private const string SeveralFactors = "http://schemas.microsoft.com/claims/multipleauthn";

    private static readonly ImmutableArray<string> SubjectClaims = ["sub", "upn", "unique_name"];

    public IEnumerable<string> FindFaults(IssuerProfile profile)
    {
        if (!profile.Tenants.IsEmpty)
            yield return "tenants belong to the kind Entra";
    }

    public IEnumerable<string> TokenIssuers(IssuerProfile profile) => [TokenIssuer(profile)];

    /// <summary>Returns the <c>iss</c> of access tokens: as configured, otherwise the name that AD FS gives itself.</summary>
    public static string TokenIssuer(IssuerProfile profile) =>
        profile.TokenIssuer ?? $"http://{new Uri(profile.Issuer).Authority}/adfs/services/trust";

    public TokenRefusal? FindRefusal(ClaimSet claims, IssuerProfile profile, string? keyIssuer)
    {
        // Threat: an ID token as access token. ID tokens of AD FS have neither appid with apptype nor ver.
        var isAccessToken = !string.IsNullOrEmpty(claims.Text("appid")) && claims.Text("apptype") is "Public" or "Confidential"
            && claims.Text("ver") == "1.0";
        return isAccessToken ? null : TokenRefusal.TypeMismatch;
    }

    /// <summary>Returns the methods, with <c>mfa</c> where AD FS names several factors in its own form (authnmethodsreferences).</summary>
    public ImmutableArray<string> Methods(ClaimSet claims)
    {
        var methods = claims.Texts("amr");
        return methods.Contains(SeveralFactors) ? [.. methods, "mfa"] : methods;
    }

    public CallerClaims Read(ClaimSet claims, IssuerProfile profile)
    {
        var client = claims.Text("appid");
        var person = Person(claims, profile);

        // An application without a person acts for itself, which only one with a secret or certificate can.
        var isApplication = person is null && profile.SubjectClaim is null && claims.Text("apptype") == "Confidential";
        return new CallerClaims
        {
            Issuer = profile.Issuer,
            Subject = person ?? (isApplication ? client! : ""),
            ClientId = client,
            TokenId = claims.Text("jti"),
            IsApplication = isApplication,
            Scopes = claims.ScopesOf("scp"),
            Roles = [.. claims.Texts("role"), .. claims.Texts("roles")],
            Groups = [.. claims.Texts("group"), .. claims.Texts("groups")],
        };
    }

    private static string? Person(ClaimSet claims, IssuerProfile profile) => profile.SubjectClaim is { } named
        ? claims.Text(named)
        : SubjectClaims.Select(claims.Text).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
}
