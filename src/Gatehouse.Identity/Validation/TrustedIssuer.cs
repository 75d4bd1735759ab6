using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Validation;

/// <summary>An issuer whose tokens are accepted, with the expectations on them and the source of its keys.</summary>
/// <remarks>Compared by reference: a changed issuer is a new object, which ends every remembered verification of the old one.</remarks>
public sealed class TrustedIssuer
{
    /// <summary>Joins profile, keys, introspection and the tokens of an issuer in the same process.</summary>
    /// <exception cref="ArgumentException">The profile has faults; the message lists all of them.</exception>
    public TrustedIssuer(IssuerProfile profile, IIssuerKeys keys, TokenIntrospector? introspector = null, OpaqueTokenLookup? opaqueTokens = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(keys);
        var faults = profile.FindFaults();
        if (faults.Count > 0)
            throw new ArgumentException(string.Join("; ", faults), nameof(profile));
        Profile = profile;
        Keys = keys;
        Introspector = introspector;
        OpaqueTokens = opaqueTokens;
    }

    /// <summary>The expectations on the issuer's tokens.</summary>
    public IssuerProfile Profile { get; }

    /// <summary>The source of the issuer's keys.</summary>
    public IIssuerKeys Keys { get; }

    /// <summary>The introspection of tokens that are not JWTs; null (default) where the issuer issues none.</summary>
    public TokenIntrospector? Introspector { get; }

    /// <summary>The opaque tokens of an issuer in the same process; null (default) where the issuer is another program.</summary>
    public OpaqueTokenLookup? OpaqueTokens { get; }
}
