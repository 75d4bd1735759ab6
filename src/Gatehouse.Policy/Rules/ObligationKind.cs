namespace Gatehouse.Policy.Rules;

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
