using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of questions to a person whether a call may be carried out.</summary>
internal static class ApprovalKeys
{
    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("approvals", Section,
            "Questions to a person whether a call may be carried out. A rule of the policy or of the inspection of messages asks."),
        new("approvals.hold", Duration,
            "Longest time for which a request waits for the answer. Then it ends, and the question stays open. Common clients give up after 60 s. "
                + "With 0s a request never waits.") { Default = "45s", Minimum = "0s", Maximum = "5m" },
        new("approvals.rounds", Number,
            "Number of times for which a modern client sends a request again by itself and waits for approvals.hold again. After them, and for other "
                + "clients after the first wait, the request ends with GH4204. 0 ends it after the first wait.")
                { Default = "4", Minimum = "0", Maximum = "10" },
        new("approvals.expires", Duration, "Life of an open question, and again of an approval that no call has used. A rule can name its own.")
            { Default = "15m", Minimum = "1m", Maximum = "24h" },
        new("approvals.denialLife", Duration, "Time for which a denial also answers the same call, without a new question.")
            { Default = "10m", Minimum = "0s", Maximum = "24h" },
        new("approvals.open", Number, "Maximum number of open questions of all callers.") { Default = "1000", Minimum = "1", Maximum = "100000" },
        new("approvals.openPerCaller", Number, "Maximum number of open questions of one caller.") { Default = "20", Minimum = "1", Maximum = "1000" },
        new("approvals.openPerApprover", Number,
            "Maximum number of open questions that the same people can answer: those that the same rules name. One caller has at most half of them.")
                { Default = "100", Minimum = "1", Maximum = "100000" },
        new("approvals.bytes", Size,
            "Maximum size of the questions of all callers that are open or granted, sealed. A sealed question is about 4/3 of the call that it keeps.")
                { Default = "64MiB", Minimum = "1MiB", Maximum = "16GiB" },
        new("approvals.bytesPerCaller", Size, "Maximum size of the questions of one caller that are open or granted, sealed.")
            { Default = "4MiB", Minimum = "512KiB", Maximum = "1GiB" },
        new("approvals.history", Duration, "Time for which answered questions are kept.") { Default = "720h", Minimum = "1h", Maximum = "2160h" },
        new("approvals.rememberMax", Duration,
            "Longest time for which an answer is remembered, for rules whose obligation has 'remember'. A rule can name a shorter one. A shorter "
                + "time also ends answers that are remembered already.") { Default = "720h", Minimum = "1m", Maximum = "8760h" },
        new("approvals.largestCall", Size,
            "Largest parameters of a call, in canonical form, that a person can be asked about. A larger call that needs an approval is refused.")
                { Default = "256KiB", Minimum = "1KiB", Maximum = "256KiB" },
        .. WebhookKeys.All,
    ];
}
