using Gatehouse.Identity.Partitions;

namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>The use of a proof of possession whose every other check passed (RFC 9449 §11.1).</summary>
/// <param name="Caller">The caller whose token it came with: issuer and subject.</param>
/// <param name="KeyThumbprint">The thumbprint of the key that signed it (RFC 7638).</param>
/// <param name="ProofId">Its <c>jti</c>, unique for its key.</param>
/// <param name="Until">The moment when the proof is too old anyway and can be removed.</param>
public readonly record struct DPoPProofUse(CallerPartition Caller, string KeyThumbprint, string ProofId, DateTimeOffset Until);
