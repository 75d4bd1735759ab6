namespace Gatehouse.Identity.Diagnostics;

/// <summary>One finding about an issuer.</summary>
/// <param name="Subject">Its subject, in a word or two.</param>
/// <param name="Verdict">Its meaning.</param>
/// <param name="Words">The observation, in a sentence. Text of the issuer in it is outside text.</param>
/// <param name="Remedy">The remedy; null where nothing needs to be done.</param>
public sealed record IssuerFinding(string Subject, IssuerFindingStatus Verdict, string Words, string? Remedy = null)
{
    /// <summary>The id of its rule, which the reference page has a row for; null where it comes from no rule of that page.</summary>
    public string? Rule { get; init; }

    /// <summary>True where the gateway accepts no token that the provider signs until the fault is repaired.</summary>
    public bool ConcernsEveryToken { get; init; }
}

/// <summary>The meaning of a finding for the users of the issuer.</summary>
public enum IssuerFindingStatus
{
    /// <summary>As it should be.</summary>
    Works,

    /// <summary>Works for some clients only, or cannot be seen from outside.</summary>
    Limits,

    /// <summary>Keeps tokens from being accepted, or clients from signing in.</summary>
    Fails,
}
