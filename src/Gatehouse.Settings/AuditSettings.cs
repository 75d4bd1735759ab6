namespace Gatehouse.Settings;

/// <summary>The audit log and what happens when it cannot be written.</summary>
public sealed record AuditSettings
{
    /// <summary>Folder of the segments. Default <c>audit</c> in the state folder.</summary>
    public string? Directory { get; init; }

    /// <summary>Whether the decision is durable before a call goes upstream (default) or before its reply.</summary>
    public AuditDurability Begun { get; init; } = AuditDurability.BeforeForward;

    /// <summary>True waits for the outcome to be durable before answering a call that may act. Default false.</summary>
    public bool OutcomeBeforeReply { get; init; }

    /// <summary>What becomes of reading methods while the record cannot be written. Acting ones are always refused.</summary>
    public AuditUnavailableMode WhenUnavailable { get; init; } = AuditUnavailableMode.Refuse;

    /// <summary>
    /// True keeps requests that may act, whole, sealed under a key that is derived for issuer and subject. Default false: payloads are not kept.
    /// </summary>
    public bool KeepPayloads { get; init; }

    /// <summary>Size of one segment in bytes. Default 64 MiB.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>All segments together. Default 16 GiB.</summary>
    public long MaxTotalBytes { get; init; } = 16L << 30;

    /// <summary>Free space below which entries are refused. Default 64 MiB.</summary>
    public long MinFreeBytes { get; init; } = 64L << 20;
}

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

/// <summary>What becomes of reading methods while the audit log cannot be written (AU-06).</summary>
public enum AuditUnavailableMode
{
    /// <summary>They are refused, as acting ones are.</summary>
    Refuse,

    /// <summary>They go on unrecorded; losses are counted and alarm.</summary>
    Allow,
}
