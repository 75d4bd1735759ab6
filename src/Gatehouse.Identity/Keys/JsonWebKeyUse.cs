namespace Gatehouse.Identity.Keys;

/// <summary>The reason why a key of a set does not verify signatures.</summary>
public enum JsonWebKeyUse
{
    /// <summary>Nothing: it verifies signatures.</summary>
    Verifies,

    /// <summary>A key type or curve that is not understood (RFC 7517 §5: ignored).</summary>
    UnknownType,

    /// <summary><c>use</c>, <c>key_ops</c> or <c>alg</c> say that it is for something else (RFC 7517 §4.2 to §4.4).</summary>
    OtherPurpose,

    /// <summary>Missing or wrongly encoded members, or a point that is not on its curve (RFC 8725 §3.4).</summary>
    Broken,

    /// <summary>An RSA modulus or exponent outside the limits, or one known to be weak (RFC 8725 §3.5).</summary>
    Weak,
}
