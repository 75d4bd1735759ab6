namespace Gatehouse.Settings;

/// <summary>
/// Results that are withheld until a person has looked at them: how many are kept, and for how long. Bytes are those of the stored form, which is
/// sealed and about a third larger than the result.
/// </summary>
public sealed record QuarantineSettings
{
    /// <summary>Results of all callers that are kept, 1 to 100,000. Default 1000.</summary>
    public int Results { get; init; } = 1000;

    /// <summary>Results of one caller (issuer and subject) that are kept, 1 to 10,000. Default 20.</summary>
    public int ResultsPerCaller { get; init; } = 20;

    /// <summary>Results of one server that are kept, 1 to 100,000. Default 200.</summary>
    public int ResultsPerServer { get; init; } = 200;

    /// <summary>Bytes of all kept results, 2 MiB to 64 GiB. Default 256 MiB.</summary>
    public long Bytes { get; init; } = 256L << 20;

    /// <summary>Bytes of the kept results of one caller, 2 MiB to 64 GiB. Default 16 MiB.</summary>
    public long BytesPerCaller { get; init; } = 16L << 20;

    /// <summary>Bytes of the kept results of one server, 2 MiB to 64 GiB. Default 64 MiB.</summary>
    public long BytesPerServer { get; init; } = 64L << 20;

    /// <summary>Bytes of a message that is kept, as the server sent it, 1 KiB to 1 MiB. A larger result is blocked. Default 1 MiB.</summary>
    public int EntryBytes { get; init; } = 1 << 20;

    /// <summary>Time for which a result is kept without a release, 1 min to 30 days. Default 7 days.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Time for which a released result waits for its call, 1 min to 24 h. Default 1 h.</summary>
    public TimeSpan ReleasedFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Time for which the facts about a result are kept after its content, 1 h to 90 days. Default 30 days.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(30);
}
