using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Issuers;

/// <summary>The profile of tokens as RFC 9068 §2.2 has them. An issuer that writes <c>typ: JWT</c> only has the same claims.</summary>
internal sealed class StrictTokenProfile : ITokenProfile
{
    public IEnumerable<string> FindFaults(IssuerProfile profile)
    {
        if (!profile.Tenants.IsEmpty)
            yield return "tenants belong to the kind Entra";
        if (profile.TokenIssuer is not null)
            yield return "tokenIssuer belongs to the kind AdFs";
    }

    public IEnumerable<string> TokenIssuers(IssuerProfile profile) => [profile.Issuer];

    public TokenRefusal? FindRefusal(ClaimSet claims, IssuerProfile profile, string? keyIssuer) => null;

    public CallerClaims Read(ClaimSet claims, IssuerProfile profile)
    {
        var client = profile.ClientClaims.Select(claims.Text).FirstOrDefault(found => found is not null);

        // An answer of introspection may leave the subject out where the client acts for itself (RFC 7662 §2.2; RFC 9068 §2.2).
        var isWithoutPerson = profile.SubjectClaim is null && !claims.Has("sub") && claims.IsIntrospected;
        var subject = (isWithoutPerson ? client : claims.Text(profile.SubjectClaim ?? "sub")) ?? "";
        return new CallerClaims
        {
            Issuer = profile.Issuer,
            Subject = subject,
            ClientId = client,
            TokenId = claims.Text("jti"),

            // RFC 9068 §2.2: without a person the subject is the client itself.
            IsApplication = client is not null && subject == client,
            Scopes = claims.Scopes(),
            Roles = claims.Texts("roles"),
            Groups = claims.Texts("groups"),
        };
    }
}
