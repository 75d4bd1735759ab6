using System.Collections.Immutable;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Issuers;

/// <summary>
/// The peculiarities of one kind of issuer: the names that its tokens carry, the tokens that are not for the gateway, the place of the caller.
/// </summary>
internal interface ITokenProfile
{
    /// <summary>Returns everything in the profile that this kind of issuer cannot have.</summary>
    IEnumerable<string> FindFaults(IssuerProfile profile);

    /// <summary>
    /// Returns every value of <c>iss</c> that tokens of the issuer may have. The list is finite, so that no pattern is matched against a stranger's
    /// text.
    /// </summary>
    IEnumerable<string> TokenIssuers(IssuerProfile profile);

    /// <summary>Judges the rules of this kind of issuer beyond the common ones.</summary>
    /// <param name="claims">The claims; the signature is good, times are not judged yet.</param>
    /// <param name="profile">The issuer's profile.</param>
    /// <param name="keyIssuer">The issuer that the key set names for the key, or null when it names none.</param>
    TokenRefusal? FindRefusal(ClaimSet claims, IssuerProfile profile, string? keyIssuer);

    /// <summary>Judges the rules of this kind of issuer for an ID token, beyond the common ones.</summary>
    /// <param name="claims">The claims; the signature is good.</param>
    /// <param name="keyIssuer">The issuer that the key set names for the key, or null when it names none.</param>
    TokenRefusal? FindIdTokenRefusal(ClaimSet claims, string? keyIssuer) => null;

    /// <summary>
    /// Returns the means by which the person authenticated (<c>amr</c>, RFC 8176), with those that this kind of issuer names elsewhere.
    /// </summary>
    ImmutableArray<string> Methods(ClaimSet claims) => claims.Texts("amr");

    /// <summary>Returns the caller.</summary>
    CallerClaims Read(ClaimSet claims, IssuerProfile profile);
}
