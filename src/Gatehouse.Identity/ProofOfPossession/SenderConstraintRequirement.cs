namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>A server's demand on the binding of its tokens to their senders. A bound token is held to its binding in every case.</summary>
public enum SenderConstraintRequirement
{
    /// <summary>Bound tokens and plain ones. The default.</summary>
    Accept,

    /// <summary>Only tokens bound to a key that is proven in each request (RFC 9449).</summary>
    DPoP,

    /// <summary>Only tokens bound to the certificate of the connection (RFC 8705).</summary>
    MutualTls,

    /// <summary>Only bound tokens, of either kind.</summary>
    Any,
}
