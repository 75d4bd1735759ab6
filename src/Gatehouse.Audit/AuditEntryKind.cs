namespace Gatehouse.Audit;

/// <summary>The relation of an entry to its exchange (design rule 6).</summary>
public enum AuditEntryKind
{
    /// <summary>The decision to forward, durable before the first byte goes upstream.</summary>
    Begun,

    /// <summary>The end of the exchange. A begun entry without an ended one is a finding.</summary>
    Ended,

    /// <summary>An act of administration or a fact about the gateway itself (start, stop, reload, revocation).</summary>
    Control,
}
