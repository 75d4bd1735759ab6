using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of the audit log.</summary>
internal static class AuditKeys
{
    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("audit", Section, "Audit log, and the behaviour when it cannot be written."),
        new("audit.region", KeyKind.Text,
            "Region in which evidence and facts about persons must stay, such as `eu`. The gateway then refuses a configuration with a place of "
                + "another region, or without one: witnesses, outside places of checkpoints, `telemetry.otlp`, `decisionPoint` and `approvals.webhooks`. Loopback and "
                + "folders count as inside. The gateway believes the configuration."),
        new("audit.directory", Place, "Folder of the logs.") { Derived = "`audit` in the state folder" },
        new("audit.outcomeBeforeReply", Switch, "True waits for the outcome to be on stable storage before a call that may act is answered.")
            { Default = "false" },
        new("audit.whenUnavailable", Choice,
            "Handling of methods that only read while the log cannot be written. The gateway always refuses methods that may act.")
                { Default = "refuse", Allowed = ["refuse", "allow"] },
        new("audit.keepPayloads", Switch,
            "True keeps requests that may act, whole, sealed with a key of the person, which erasure destroys. The gateway refuses a message "
                + "with more than 1 MiB, not counting the blanks between its parts (GH9008). It never cuts one.") { Default = "false" },
        new("audit.retention", Section,
            "Time after which the gateway destroys the keys of what entries say about persons. The entries stay, and their proofs. With 0s keys are "
                + "kept. A key is of a calendar month (UTC), and is destroyed when its whole month is older."),
        new("audit.retention.calls", Duration, "For calls.") { Default = "0s", Minimum = "0s", Maximum = "36500d" },
        new("audit.retention.signIns", Duration, "For sign-ins, grants and consents.") { Default = "0s", Minimum = "0s", Maximum = "36500d" },
        new("audit.retention.administration", Duration, "For acts of administration, and for kept texts of configurations that are not in force.") { Default = "0s", Minimum = "0s", Maximum = "36500d" },
        new("audit.retention.payloads", Duration, "For kept requests (`audit.keepPayloads`).") { Default = "0s", Minimum = "0s", Maximum = "36500d" },
        new("audit.segmentBytes", Size, "Size of one segment of the log's journal.") { Default = "64MiB", Minimum = "64KiB", Maximum = "4GiB" },
        new("audit.maxTotalBytes", Size,
            "Maximum size of all files of the log. Not less than one segment. The entries of one caller may use limits.callerShare percent of the "
                + "remaining room in a day.") { Default = "16GiB", Minimum = "64KiB", Maximum = "16384GiB" },
        new("audit.minFreeBytes", Size, "Free space below which the gateway refuses entries.")
            { Default = "64MiB", Minimum = "0", Maximum = "1024GiB" },
        new("audit.witnesses", SectionList,
            "Witnesses that cosign the checkpoints of the log (`gatehouse witness`, or any C2SP tlog-witness), at most 16. The system of the gateway "
                + "needs Ed25519 (OpenSSL 3) then. A witness that the operator of the gateway runs proves nothing."),
        new("audit.witnesses[].name", KeyKind.Text, "Name in status and in the folder of the log: letters, digits, '-' and '_'.") { Required = true },
        new("audit.witnesses[].url", Url, "Address before `/add-checkpoint`. Use https, or http on loopback.") { Required = true },
        new("audit.witnesses[].keys", TextList,
            "Verifier keys of the witness, from its operator. The gateway ignores cosignatures of other keys. A line may have the operator behind "
                + "the key, as `gatehouse witness init` prints it.") { Required = true },
        new("audit.witnesses[].operator", KeyKind.Text, "Person or organization that runs the witness, in words. `status` shows it.") { Required = true },
        new("audit.witnesses[].region", KeyKind.Text, "Region of the witness. It must be that of audit.region."),
        new("audit.witnessEvery", Duration, "Least time between two checkpoints that are sent to one witness.")
            { Default = "10s", Minimum = "1s", Maximum = "24h" },
        new("audit.checkpoints", SectionList, "Outside places that checkpoints of the log are sent to, at most 16.") { OneOf = ["folder", "url"] },
        new("audit.checkpoints[].name", KeyKind.Text, "Name in status: letters, digits, '-' and '_'.") { Required = true },
        new("audit.checkpoints[].folder", Place,
            "Folder where each checkpoint is a new file. The gateway replaces and removes none, so that the folder may be append-only."),
        new("audit.checkpoints[].url", Url, "Address that takes a checkpoint by POST, as text. Use https, or http on loopback."),
        new("audit.checkpoints[].region", KeyKind.Text, "Region of the place. It must be that of audit.region."),
        new("audit.checkpoints[].every", Duration, "Least time between two checkpoints that are sent there.")
            { Default = "1h", Minimum = "1s", Maximum = "168h" },
        new("audit.outsideBehind", Duration,
            "Time for which a witness or an outside place may lack a newer checkpoint, in addition to its interval, before the operator log "
                + "reports it.") { Default = "5m", Minimum = "1s", Maximum = "168h" },
    ];
}
