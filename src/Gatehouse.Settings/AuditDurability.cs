namespace Gatehouse.Settings;

/// <summary>When the begun entry of a call that may act must be on stable storage.</summary>
public enum AuditDurability
{
    /// <summary>Before the first byte goes upstream (AU-01). After a crash no call that the upstream saw lacks its entry.</summary>
    BeforeForward,

    /// <summary>
    /// Before the reply: the write runs beside the call. After a crash a call may have acted without an entry, but no
    /// client was told so. For upstreams whose calls are harmless.
    /// </summary>
    BeforeReply,
}
