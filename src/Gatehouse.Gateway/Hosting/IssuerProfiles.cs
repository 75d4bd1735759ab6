using System.Collections.Immutable;
using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.Issuers;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Makes the profiles of issuers out of their settings, and lists the issuers that callers can have.</summary>
public static class IssuerProfiles
{
    /// <summary>
    /// Returns the issuers that callers of a configuration can have, as callers and rules name them: of tokens, of certificates, and the gateway's
    /// own. The issuer of <c>--dev</c> is not among them.
    /// </summary>
    public static IReadOnlySet<string> CallerIssuers(GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var names = settings.Issuers.SelectMany(static issuer => IssuerMetadata.Names(Of(issuer))).ToHashSet(StringComparer.Ordinal);
        names.UnionWith(settings.CertificateIssuers.Select(static issuer => CertificateIssuer.IssuerPrefix + issuer.Name));
        if (settings.AuthorizationServer is not null) names.Add(settings.Origin);
        return names;
    }

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
