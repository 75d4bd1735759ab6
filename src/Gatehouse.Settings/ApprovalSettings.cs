namespace Gatehouse.Settings;

/// <summary>Questions to a person whether a call may be carried out: how long they count, and how many there may be.</summary>
public sealed record ApprovalSettings
{
    /// <summary>
    /// The longest time for which a request waits for the answer, 0 s (never) to 5 min. Default 45 s: common clients give up after 60 s.
    /// </summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Number of times for which a request is held again after <see cref="Hold"/>, without another act of its user, 0 (never) to 10. Default 4: common
    /// clients bound the rounds of a request. Only in the modern era, and only for requests whose answer may ask for input.
    /// </summary>
    public int Rounds { get; init; } = 4;

    /// <summary>Life of an open question, and again of an unspent grant, 1 min to 24 h. Default 15 min. A rule can name its own.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Time for which a denial answers the same call, 0 s to 24 h. Default 10 min.</summary>
    public TimeSpan DenialLife { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Open questions of all callers, 1 to 100,000. Default 1000.</summary>
    public int Open { get; init; } = 1000;

    /// <summary>Open questions of one caller (issuer and subject), 1 to 1000. Default 20.</summary>
    public int OpenPerCaller { get; init; } = 20;

    /// <summary>
    /// Open questions that the same people can answer, 1 to 100,000. Default 100. One caller has at most half of them, rounded up.
    /// </summary>
    public int OpenPerApprover { get; init; } = 100;

    /// <summary>Sealed bytes of the questions of all callers that are open or granted, 1 MiB to 16 GiB. Default 64 MiB.</summary>
    public long Bytes { get; init; } = 64 << 20;

    /// <summary>Sealed bytes of the questions of one caller that are open or granted, 512 KiB to 1 GiB. Default 4 MiB.</summary>
    public long BytesPerCaller { get; init; } = 4 << 20;

    /// <summary>Time for which answered questions are kept, 1 h to 90 days. Default 30 days.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The longest time for which an answer is remembered, 1 min to 365 days. Default 30 days. A rule can name a shorter one.</summary>
    public TimeSpan RememberMax { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Bytes of the params of a call, in canonical form, that can be asked about, 1 KiB to 256 KiB. Default 256 KiB.</summary>
    public int LargestCall { get; init; } = 256 << 10;

    /// <summary>Programs that are notified of questions, and send signed answers of people. Default none.</summary>
    public IReadOnlyList<ApprovalWebhookSettings> Webhooks { get; init; } = [];
}
