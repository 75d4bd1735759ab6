namespace Gatehouse.Policy.Rules;

/// <summary>Something that must be done for a permit to count. An obligation that no stage fulfils turns the permit into a denial.</summary>
/// <param name="Kind">What must be done.</param>
/// <param name="Value">How, e.g. the log level; empty where there is nothing to choose.</param>
public sealed record Obligation(ObligationKind Kind, string Value = "")
{
    /// <summary>The log level that also keeps the sealed payload of the request.</summary>
    public static Obligation LogPayload { get; } = new(ObligationKind.Log, "payload");
}

/// <summary>What an obligation asks for.</summary>
public enum ObligationKind
{
    /// <summary>How much the audit log keeps.</summary>
    Log,

    /// <summary>Approval by a person. Reserved.</summary>
    Approval,

    /// <summary>Redaction of the result. Reserved.</summary>
    Redaction,
}
