namespace Gatehouse.Settings;

/// <summary>
/// Results that are withheld until a person has looked at them: how many are kept, and for how long. Bytes are those of the stored form, which is
/// sealed and about a third larger than the result.
/// </summary>
public sealed record QuarantineSettings
{
    /// <summary>Results of all callers that are kept.</summary>
    public int Results { get; init; } = 1000;

    /// <summary>Results of one caller (issuer and subject) that are kept.</summary>
    public int ResultsPerCaller { get; init; } = 20;

    /// <summary>Results of one server that are kept.</summary>
    public int ResultsPerServer { get; init; } = 200;

    /// <summary>Bytes of all kept results.</summary>
    public long Bytes { get; init; } = 256L << 20;

    /// <summary>Bytes of the kept results of one caller.</summary>
    public long BytesPerCaller { get; init; } = 16L << 20;

    /// <summary>Bytes of the kept results of one server.</summary>
    public long BytesPerServer { get; init; } = 64L << 20;

    /// <summary>Bytes of a message that is kept, as the server sent it. A larger result is blocked.</summary>
    public int EntryBytes { get; init; } = 1 << 20;

    /// <summary>Time for which a result is kept without a release.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Time for which a released result waits for its call.</summary>
    public TimeSpan ReleasedFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Time for which the facts about a result are kept after its content.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(30);
}
