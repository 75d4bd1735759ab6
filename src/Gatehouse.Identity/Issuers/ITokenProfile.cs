using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Issuers;

/// <summary>The peculiarities of one kind of issuer: which names its tokens carry, which tokens are none for us, where the caller stands.</summary>
internal interface ITokenProfile
{
    /// <summary>Everything in the profile that this kind of issuer cannot have.</summary>
    IEnumerable<string> FindFaults(IssuerProfile profile);

    /// <summary>
    /// Every value of <c>iss</c> that tokens of the issuer may have: a finite list, so that no pattern is matched against a stranger's text.
    /// </summary>
    IEnumerable<string> TokenIssuers(IssuerProfile profile);

    /// <summary>Judges what this kind of issuer says beyond the common rules.</summary>
    /// <param name="claims">The claims; the signature is good, times are not judged yet.</param>
    /// <param name="profile">The issuer's profile.</param>
    /// <param name="keyIssuer">The issuer that the key set names for the key; null when it names none.</param>
    TokenRefusal? FindRefusal(ClaimSet claims, IssuerProfile profile, string? keyIssuer);

    /// <summary>Who calls.</summary>
    CallerClaims Read(ClaimSet claims, IssuerProfile profile);
}
