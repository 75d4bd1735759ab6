namespace Gatehouse.Policy.Rules;

/// <summary>Something that must be done for a permit to count. An obligation that no stage fulfils turns the permit into a denial.</summary>
/// <param name="Kind">The kind of action.</param>
/// <param name="Value">Its value, e.g. the log level; empty where there is no choice.</param>
public sealed record Obligation(ObligationKind Kind, string Value = "")
{
    /// <summary>The log level that also keeps the sealed payload of the request.</summary>
    public static Obligation LogPayload { get; } = new(ObligationKind.Log, "payload");

    /// <summary>The terms of <see cref="ObligationKind.Approval"/>; null for every other kind.</summary>
    public ApprovalTerms? Approval { get; init; }

    /// <summary>
    /// The rule that asks, in the obligations of a decision: two rules that ask are two questions. Null in the obligations of a rule, and for every
    /// kind but <see cref="ObligationKind.Approval"/>.
    /// </summary>
    public string? Source { get; init; }

    /// <summary>Returns the obligation to ask a person under these terms. Its value is the strength.</summary>
    public static Obligation ForApproval(ApprovalTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return new Obligation(ObligationKind.Approval, terms.Strength == ApprovalStrength.Confirm ? "confirm" : "approval") { Approval = terms };
    }
}

/// <summary>The kind of action of an obligation.</summary>
public enum ObligationKind
{
    /// <summary>The level of detail in the audit log.</summary>
    Log,

    /// <summary>Approval by a person.</summary>
    Approval,

    /// <summary>Redaction of the result. Reserved.</summary>
    Redaction,
}
