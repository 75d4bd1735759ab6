namespace Gatehouse.Policy;

/// <summary>The verdict. Forbid wins over permit; without a permit the answer is deny.</summary>
public enum PolicyEffect
{
    /// <summary>No rule permits.</summary>
    Deny,

    /// <summary>A rule forbids.</summary>
    Forbid,

    /// <summary>A rule permits and none forbids.</summary>
    Permit,
}
