namespace Gatehouse.Policy.Conditions;

/// <summary>The kind of source of a value.</summary>
public enum ValueSourceKind
{
    /// <summary>An argument of the tool or prompt.</summary>
    Argument,

    /// <summary>A claim of the caller's token.</summary>
    Claim,

    /// <summary>A variable of the rule's resource pattern, e.g. <c>owner</c> of <c>notes://{owner}/*</c>.</summary>
    Variable,
}
