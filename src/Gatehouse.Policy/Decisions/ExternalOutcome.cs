namespace Gatehouse.Policy.Decisions;

/// <summary>The outcome of a question to an external decision point. Everything but <see cref="Permitted"/> is a denial.</summary>
public enum ExternalOutcome
{
    /// <summary>It permits.</summary>
    Permitted,

    /// <summary>It denies.</summary>
    Denied,

    /// <summary>It permits under a condition that nothing here can meet.</summary>
    ObligationUnknown,

    /// <summary>It cannot be reached, or answers with an HTTP status that is no decision.</summary>
    Down,

    /// <summary>It did not answer in time.</summary>
    Slow,

    /// <summary>Its answer violates the contract.</summary>
    Fault,
}
