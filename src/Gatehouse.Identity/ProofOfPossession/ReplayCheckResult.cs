namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>Whether a proof is used for the first time.</summary>
public enum ReplayCheckResult
{
    /// <summary>It is; it is remembered from now on.</summary>
    First,

    /// <summary>It was used before.</summary>
    Replayed,

    /// <summary>It may be, but it could not be remembered, so it must be refused.</summary>
    Full,
}
