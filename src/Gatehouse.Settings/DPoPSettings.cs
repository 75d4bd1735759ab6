namespace Gatehouse.Settings;

/// <summary>Validation of proofs of possession (RFC 9449).</summary>
public sealed record DPoPSettings
{
    /// <summary>True refuses a proof without a nonce of the gateway. Default true.</summary>
    public bool DemandNonce { get; init; } = true;

    /// <summary>Maximum age of a proof.</summary>
    public TimeSpan ProofLife { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Most proofs remembered.</summary>
    public int MaxProofs { get; init; } = 100_000;

    /// <summary>Most proofs remembered for one key.</summary>
    public int MaxProofsPerKey { get; init; } = 10_000;
}
