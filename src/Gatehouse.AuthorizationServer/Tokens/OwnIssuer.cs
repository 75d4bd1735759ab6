using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Validation;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The gateway itself as an issuer that its validator trusts.</summary>
internal static class OwnIssuer
{
    // The longest life that the settings allow.
    private static readonly TimeSpan LongestTokenLife = TimeSpan.FromHours(1);

    // One clock makes and judges the tokens; gateways of one store can differ a little.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Makes the trusted issuer. The same object must be used as long as the issuer is the same: another one ends every remembered token.
    /// </summary>
    /// <param name="parts">The parts of the gateway.</param>
    /// <param name="peerShare">Percent of the fruitless look-ups that one address block may use, asked at each.</param>
    public static TrustedIssuer Create(TokenParts parts, Func<int> peerShare)
    {
        var profile = new IssuerProfile { Issuer = parts.Issuer, Algorithms = ["ES256"], ClockSkew = Skew, MaxLifetime = LongestTokenLife };
        var lookup = new OpaqueTokenLookup(new OwnTokens(new AccessTokens(parts)), parts.Time, peerShare);
        return new TrustedIssuer(profile, parts.SigningKeys, introspector: null, lookup);
    }
}
