namespace Gatehouse.Audit;

/// <summary>The end of a part's act. The written words are in <see cref="AuditOutcomes"/>.</summary>
public enum AuditOutcome
{
    /// <summary>A credential holds.</summary>
    Pass,

    /// <summary>The decision permits.</summary>
    Permit,

    /// <summary>The exchange, or a message of it, is refused.</summary>
    Deny,

    /// <summary>A message, or a part of one, is not passed on; the exchange continues without it.</summary>
    Drop,

    /// <summary>Messages were lost, or may have been.</summary>
    Gap,

    /// <summary>Several acts were joined to one.</summary>
    Join,

    /// <summary>It is passed on and noted.</summary>
    Warn,

    /// <summary>Something was taken out of a message.</summary>
    Removed,

    /// <summary>Something in a message was replaced.</summary>
    Replaced,

    /// <summary>A value that the gateway had sealed was put back.</summary>
    Restored,

    /// <summary>Something was put into a message.</summary>
    Inserted,

    /// <summary>A permit was given, and its obligation could not be fulfilled.</summary>
    Failed,

    /// <summary>There was no decision: the decision point failed.</summary>
    Fault,

    /// <summary>The entries of a list were decided on, each for itself.</summary>
    List,

    /// <summary>A hard finding.</summary>
    Block,

    /// <summary>A soft finding.</summary>
    Ask,

    /// <summary>The definition that a call was judged by.</summary>
    InForce,

    /// <summary>A definition that no caller sees.</summary>
    Withheld,
}
