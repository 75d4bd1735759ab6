namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>The settings by which proofs of possession are judged (RFC 9449 §11.1).</summary>
public sealed record DPoPOptions
{
    /// <summary>The most by which a client's clock may be ahead: 10 s.</summary>
    public static readonly TimeSpan FutureSkew = TimeSpan.FromSeconds(10);

    /// <summary>The largest age of a proof. Default 60 s, 5 s to 5 minutes.</summary>
    public TimeSpan ProofLife { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>True when each proof must carry a nonce of the gateway. Default true: a proof cannot be made in advance then.</summary>
    public bool DemandNonce { get; init; } = true;
}
