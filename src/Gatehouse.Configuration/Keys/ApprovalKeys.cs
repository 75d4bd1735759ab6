using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of questions to a person whether a call may be carried out.</summary>
internal static class ApprovalKeys
{
    private static readonly KeysOf<ApprovalSettings> Key = new(new ApprovalSettings());

    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("approvals", Section,
            "Questions to a person whether a call may be carried out. A rule of the policy or of the inspection of messages asks."),
        Key.Duration("approvals.hold",
            "Longest time for which a request waits for the answer. Then it ends, and the question stays open. Common clients give up after 60 s. "
                + "With 0s a request never waits.", "0s", "5m",
            one => one.Hold, (one, value) => one with { Hold = value }),
        Key.Number("approvals.rounds",
            "Number of times for which a modern client sends a request again by itself and waits for approvals.hold again. After them, and for other "
                + "clients after the first wait, the request ends with GH4204. 0 ends it after the first wait.", "0", "10",
            one => one.Rounds, (one, value) => one with { Rounds = value }) with { BelongsTo = BoundOwner.Approval },
        Key.Duration("approvals.expires", "Life of an open question, and again of an approval that no call has used. A rule can name its own.",
            "1m", "24h",
            one => one.Expires, (one, value) => one with { Expires = value }),
        Key.Duration("approvals.denialLife", "Time for which a denial also answers the same call, without a new question.", "0s", "24h",
            one => one.DenialLife, (one, value) => one with { DenialLife = value }),
        Key.Number("approvals.open", "Maximum number of open questions of all callers.", "1", "100000",
            one => one.Open, (one, value) => one with { Open = value }),
        Key.Number("approvals.openPerCaller", "Maximum number of open questions of one caller.", "1", "1000",
            one => one.OpenPerCaller, (one, value) => one with { OpenPerCaller = value }) with { BelongsTo = BoundOwner.Caller },
        Key.Number("approvals.openPerApprover",
            "Maximum number of open questions that the same people can answer: those that the same rules name. One caller has at most half of them.",
            "1", "100000",
            one => one.OpenPerApprover, (one, value) => one with { OpenPerApprover = value }),
        Key.Size("approvals.bytes",
            "Maximum size of the questions of all callers that are open or granted, sealed. A sealed question is about 4/3 of the call that it keeps.",
            "1MiB", "16GiB",
            one => one.Bytes, (one, value) => one with { Bytes = value }),
        Key.Size("approvals.bytesPerCaller", "Maximum size of the questions of one caller that are open or granted, sealed.", "512KiB", "1GiB",
            one => one.BytesPerCaller, (one, value) => one with { BytesPerCaller = value }) with { BelongsTo = BoundOwner.Caller },
        Key.Duration("approvals.history", "Time for which answered questions are kept.", "1h", "2160h",
            one => one.History, (one, value) => one with { History = value }),
        Key.Duration("approvals.rememberMax",
            "Longest time for which an answer is remembered, for rules whose obligation has 'remember'. A rule can name a shorter one. A shorter "
                + "time also ends answers that are remembered already.", "1m", "8760h",
            one => one.RememberMax, (one, value) => one with { RememberMax = value }),
        Key.Size("approvals.largestCall",
            "Largest parameters of a call, in canonical form, that a person can be asked about. A larger call that needs an approval is refused.",
            "1KiB", "256KiB",
            one => one.LargestCall, (one, value) => one with { LargestCall = value }) with { BelongsTo = BoundOwner.Approval },
        .. WebhookKeys.All,
    ];
}
