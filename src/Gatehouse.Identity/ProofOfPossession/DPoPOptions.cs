namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>How proofs of possession are judged (RFC 9449 §11.1).</summary>
public sealed record DPoPOptions
{
    /// <summary>How far a client's clock may be ahead: 10 s.</summary>
    public static readonly TimeSpan FutureSkew = TimeSpan.FromSeconds(10);

    /// <summary>How old a proof may be. Default 60 s, 5 s to 5 minutes.</summary>
    public TimeSpan ProofLife { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether each proof must carry a nonce of ours. Default yes: a proof cannot be made in advance then.</summary>
    public bool DemandNonce { get; init; } = true;
}
