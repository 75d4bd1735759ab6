namespace Gatehouse.Settings;

/// <summary>The audit log, and the behavior when it cannot be written.</summary>
public sealed record AuditSettings
{
    /// <summary>The region in which evidence and facts about persons must stay; null for none.</summary>
    public string? Region { get; init; }

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

    /// <summary>Size of one segment of the journal in bytes.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Size of all files of the log together, in bytes.</summary>
    public long MaxTotalBytes { get; init; } = 16L << 30;

    /// <summary>Free space in bytes, below which entries are refused.</summary>
    public long MinFreeBytes { get; init; } = 64L << 20;

    /// <summary>The witnesses that checkpoints are sent to.</summary>
    public IReadOnlyList<WitnessSettings> Witnesses { get; init; } = [];

    /// <summary>Outside places that checkpoints are sent to.</summary>
    public IReadOnlyList<CheckpointPlaceSettings> Checkpoints { get; init; } = [];

    /// <summary>The least time between two checkpoints that are sent to one witness.</summary>
    public TimeSpan WitnessEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time for which a witness or an outside place may lack a newer checkpoint, in addition to its interval, before the operator log reports
    /// it.
    /// </summary>
    public TimeSpan OutsideBehind { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>A witness that cosigns the checkpoints of the log (C2SP tlog-witness).</summary>
public sealed record WitnessSettings
{
    /// <summary>Its name in the configuration, and of the file with its cosignatures beside the log.</summary>
    public required string Name { get; init; }

    /// <summary>The address before <c>/add-checkpoint</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>Its verifier keys, all of one witness, as text.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>The person or organization that runs it, in words.</summary>
    public required string Operator { get; init; }

    /// <summary>The region that it is in, as the configuration says; null where none is named.</summary>
    public string? Region { get; init; }
}

/// <summary>An outside place that receives checkpoints of the log: a folder, or an address that takes them by POST.</summary>
public sealed record CheckpointPlaceSettings
{
    /// <summary>Its name in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>A folder; each checkpoint is a new file in it. Null where it is an address.</summary>
    public string? Folder { get; init; }

    /// <summary>An address. Null where it is a folder.</summary>
    public Uri? Url { get; init; }

    /// <summary>The region that it is in, as the configuration says; null where none is named.</summary>
    public string? Region { get; init; }

    /// <summary>The least time between two checkpoints that are sent there.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>The handling of reading methods while the audit log cannot be written (AU-06).</summary>
public enum AuditUnavailableMode
{
    /// <summary>They are refused, as acting methods are.</summary>
    Refuse,

    /// <summary>They continue unrecorded. Losses are counted and raise an alarm.</summary>
    Allow,
}
