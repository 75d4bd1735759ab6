namespace Gatehouse.Identity.Diagnostics;

/// <summary>What a finding means for who uses the issuer.</summary>
public enum IssuerFindingStatus
{
    /// <summary>As it should be.</summary>
    Works,

    /// <summary>Works for some clients only, or cannot be told from outside.</summary>
    Limits,

    /// <summary>Keeps tokens from being accepted, or clients from signing in.</summary>
    Fails,
}
