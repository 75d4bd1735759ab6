using Gatehouse.Identity.Introspection;

namespace Gatehouse.Identity.Issuers;

/// <summary>An issuer whose tokens are accepted: what is expected of them, and where its keys come from.</summary>
/// <remarks>Compared by reference: a changed issuer is a new object, which ends every remembered verification of the old one.</remarks>
public sealed class TrustedIssuer
{
    /// <summary>Joins profile, keys and introspection.</summary>
    /// <exception cref="ArgumentException">The profile has faults; the message lists all of them.</exception>
    public TrustedIssuer(IssuerProfile profile, IIssuerKeys keys, TokenIntrospector? introspector = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(keys);
        var faults = profile.FindFaults();
        if (faults.Count > 0)
            throw new ArgumentException(string.Join("; ", faults), nameof(profile));
        Profile = profile;
        Keys = keys;
        Introspector = introspector;
    }

    /// <summary>What is expected of the issuer's tokens.</summary>
    public IssuerProfile Profile { get; }

    /// <summary>Where the issuer's keys come from.</summary>
    public IIssuerKeys Keys { get; }

    /// <summary>Asks the issuer about tokens that are not JWTs; null (default) where it issues none.</summary>
    public TokenIntrospector? Introspector { get; }
}
