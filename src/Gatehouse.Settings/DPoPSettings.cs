namespace Gatehouse.Settings;

/// <summary>How proofs of possession are judged (RFC 9449).</summary>
public sealed record DPoPSettings
{
    /// <summary>True refuses a proof without a nonce of ours. Default true.</summary>
    public bool DemandNonce { get; init; } = true;

    /// <summary>How old a proof may be. Default 60 s.</summary>
    public TimeSpan ProofLife { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Most proofs remembered. Default 100000.</summary>
    public int MaxProofs { get; init; } = 100_000;

    /// <summary>Most proofs remembered of one key. Default 10000.</summary>
    public int MaxProofsPerKey { get; init; } = 10_000;
}
