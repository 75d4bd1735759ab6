namespace Gatehouse.Settings;

/// <summary>Questions to a person whether a call may be carried out: how long they count, and how many there may be.</summary>
public sealed record ApprovalSettings
{
    /// <summary>
    /// The longest time for which a request waits for the answer. Default 45 s: common clients give up after 60 s.
    /// </summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Number of times for which a request is held again after <see cref="Hold"/>, without another act of its user. Default 4: common
    /// clients bound the rounds of a request. Only in the modern era, and only for requests whose answer may ask for input.
    /// </summary>
    public int Rounds { get; init; } = 4;

    /// <summary>Life of an open question, and again of an unspent grant. A rule can name its own.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Time for which a denial answers the same call.</summary>
    public TimeSpan DenialLife { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Open questions of all callers.</summary>
    public int Open { get; init; } = 1000;

    /// <summary>Open questions of one caller (issuer and subject).</summary>
    public int OpenPerCaller { get; init; } = 20;

    /// <summary>
    /// Open questions that the same people can answer. One caller has at most half of them, rounded up.
    /// </summary>
    public int OpenPerApprover { get; init; } = 100;

    /// <summary>Sealed bytes of the questions of all callers that are open or granted.</summary>
    public long Bytes { get; init; } = 64 << 20;

    /// <summary>Sealed bytes of the questions of one caller that are open or granted.</summary>
    public long BytesPerCaller { get; init; } = 4 << 20;

    /// <summary>Time for which answered questions are kept.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The longest time for which an answer is remembered. A rule can name a shorter one.</summary>
    public TimeSpan RememberMax { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Bytes of the params of a call, in canonical form, that can be asked about.</summary>
    public int LargestCall { get; init; } = 256 << 10;

    /// <summary>Programs that are notified of questions, and send signed answers of people. Default none.</summary>
    public IReadOnlyList<ApprovalWebhookSettings> Webhooks { get; init; } = [];
}
