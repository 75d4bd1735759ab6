using System.Collections.Immutable;
using Gatehouse.Identity.Issuers;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Makes the profile of an issuer out of its settings.</summary>
public static class IssuerProfiles
{
    /// <summary>Returns the profile. It may have faults, which <see cref="IssuerProfile.FindFaults"/> lists.</summary>
    /// <exception cref="ArgumentException">The scopes imply each other in a circle.</exception>
    public static IssuerProfile Of(IssuerSettings issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        return new IssuerProfile
        {
            Issuer = issuer.Issuer,
            Kind = issuer.Profile switch
            {
                IssuerProfileName.Entra => IssuerKind.Entra,
                IssuerProfileName.AdFs => IssuerKind.AdFs,
                _ => IssuerKind.Strict
            },
            Tenants = [.. issuer.Tenants],
            TokenIssuer = issuer.TokenIssuer,
            SubjectClaim = issuer.SubjectClaim,
            ScopeHierarchy = new ScopeHierarchy(
                issuer.ScopeImplies.ToDictionary(pair => pair.Key, pair => pair.Value.ToImmutableArray(), StringComparer.Ordinal)),
            Algorithms = [.. issuer.Algorithms],
            AcceptedTypes = issuer.AcceptUntypedTokens ? AccessTokenTypes.Rfc9068OrJwt : AccessTokenTypes.Rfc9068Only,
            ClockSkew = issuer.ClockSkew,
        };
    }
}
