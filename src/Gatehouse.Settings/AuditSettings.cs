namespace Gatehouse.Settings;

/// <summary>The audit log, and the behavior when it cannot be written.</summary>
public sealed record AuditSettings
{
    /// <summary>Folder of the logs. Default <c>audit</c> in the state folder.</summary>
    public string? Directory { get; init; }

    /// <summary>True waits for the outcome to be durable before answering a call that may act. Default false.</summary>
    public bool OutcomeBeforeReply { get; init; }

    /// <summary>The handling of reading methods while the record cannot be written. Acting methods are always refused.</summary>
    public AuditUnavailableMode WhenUnavailable { get; init; } = AuditUnavailableMode.Refuse;

    /// <summary>
    /// True keeps whole requests that may act, sealed under a key of the person, which erasure destroys. Default false: payloads are not kept.
    /// </summary>
    public bool KeepPayloads { get; init; }

    /// <summary>The life of the keys of what entries say about persons.</summary>
    public RetentionSettings Retention { get; init; } = new();

    /// <summary>Size of one segment of the journal in bytes. Default 64 MiB.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Size of all files of the log together, in bytes. Default 16 GiB.</summary>
    public long MaxTotalBytes { get; init; } = 16L << 30;

    /// <summary>Free space in bytes, below which entries are refused. Default 64 MiB.</summary>
    public long MinFreeBytes { get; init; } = 64L << 20;
}

/// <summary>The handling of reading methods while the audit log cannot be written (AU-06).</summary>
public enum AuditUnavailableMode
{
    /// <summary>They are refused, as acting methods are.</summary>
    Refuse,

    /// <summary>They continue unrecorded. Losses are counted and raise an alarm.</summary>
    Allow,
}
