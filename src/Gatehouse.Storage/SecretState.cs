namespace Gatehouse.Storage;

/// <summary>Whether a secret can be opened.</summary>
public enum SecretState
{
    /// <summary>It opens.</summary>
    Open,

    /// <summary>There is no secret of this name.</summary>
    Missing,

    /// <summary>The key ring does not have the key that seals it: the ring was lost, replaced, or is older than the secret.</summary>
    KeyLost,

    /// <summary>The row was changed, moved from another place, or damaged.</summary>
    Damaged,
}
