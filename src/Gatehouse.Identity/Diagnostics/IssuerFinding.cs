namespace Gatehouse.Identity.Diagnostics;

/// <summary>One thing found out about an issuer.</summary>
/// <param name="Subject">What it is about, in a word or two.</param>
/// <param name="Verdict">What it means.</param>
/// <param name="Words">What was found, in a sentence. Text of the issuer in it is outside text.</param>
/// <param name="Remedy">What to do; null where nothing needs to be done.</param>
public sealed record IssuerFinding(string Subject, IssuerFindingStatus Verdict, string Words, string? Remedy = null);

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
