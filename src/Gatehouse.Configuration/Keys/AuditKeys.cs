using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of the audit log.</summary>
internal static class AuditKeys
{
    private static readonly KeysOf<AuditSettings> Audit = new(new AuditSettings());

    private static readonly KeysOf<RetentionSettings> Retention = new(new RetentionSettings());

    private static readonly KeysOf<WitnessSettings> Witness = new(
        new WitnessSettings { Name = "", Url = new Uri("https://example.com"), Keys = [], Operator = "" });

    private static readonly KeysOf<CheckpointPlaceSettings> Checkpoint = new(new CheckpointPlaceSettings { Name = "" });

    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("audit", Section, "Audit log, and the behaviour when it cannot be written."),
        Audit.Text("audit.region",
            "Region in which evidence and facts about persons must stay, such as `eu`. The gateway then refuses a configuration with a place of "
                + "another region, or without one: witnesses, outside places of checkpoints, `telemetry.otlp`, `decisionPoint` and "
                + "`approvals.webhooks`. Loopback and folders count as inside. The gateway believes the configuration.",
            one => one.Region, (one, value) => one with { Region = value }) with { Hosts = KeyHosts.Shared },
        Audit.Place("audit.directory", "Folder of the logs.",
            one => one.Directory, (one, value) => one with { Directory = value })
                with { Derived = "`audit` in the state folder", Hosts = KeyHosts.Shared, NeedsRestart = true },
        Audit.Switch("audit.outcomeBeforeReply", "True waits for the outcome to be on stable storage before a call that may act is answered.",
            one => one.OutcomeBeforeReply, (one, value) => one with { OutcomeBeforeReply = value }),
        Audit.Choice("audit.whenUnavailable",
            "Handling of methods that only read while the log cannot be written. The gateway always refuses methods that may act.",
            [("refuse", AuditUnavailableMode.Refuse), ("allow", AuditUnavailableMode.Allow)],
            one => one.WhenUnavailable, (one, value) => one with { WhenUnavailable = value }),
        Audit.Switch("audit.keepPayloads",
            "True keeps requests that may act, whole, sealed with a key of the person, which erasure destroys. The gateway refuses a message "
                + "with more than 1 MiB, not counting the blanks between its parts (GH9008). It never cuts one.",
            one => one.KeepPayloads, (one, value) => one with { KeepPayloads = value }),
        new("audit.retention", Section,
            "Time after which the gateway destroys the keys of what entries say about persons. The entries stay, and their proofs. With 0s keys are "
                + "kept. A key is of a calendar month (UTC), and is destroyed when its whole month is older."),
        Retention.Duration("audit.retention.calls", "For calls.", "0s", "36500d", one => one.Calls, (one, value) => one with { Calls = value }),
        Retention.Duration("audit.retention.signIns", "For sign-ins, grants and consents.", "0s", "36500d",
            one => one.SignIns, (one, value) => one with { SignIns = value }),
        Retention.Duration("audit.retention.administration",
            "For acts of administration, and for kept texts of configurations that are not in force.", "0s", "36500d",
            one => one.Administration, (one, value) => one with { Administration = value }),
        Retention.Duration("audit.retention.payloads", "For kept requests (`audit.keepPayloads`).", "0s", "36500d",
            one => one.Payloads, (one, value) => one with { Payloads = value }),
        Audit.Size("audit.segmentBytes", "Size of one segment of the log's journal.", "64KiB", "4GiB",
            one => one.SegmentBytes, (one, value) => one with { SegmentBytes = value }) with { NeedsRestart = true, BelongsTo = BoundOwner.LogFile },
        Audit.Size("audit.maxTotalBytes",
            "Maximum size of all files of the log. Not less than one segment. The entries of one caller may use limits.callerShare percent of the "
                + "remaining room in a day.", "64KiB", "16384GiB",
            one => one.MaxTotalBytes, (one, value) => one with { MaxTotalBytes = value }) with { NeedsRestart = true },
        Audit.Size("audit.minFreeBytes", "Free space below which the gateway refuses entries.", "0", "1024GiB",
            one => one.MinFreeBytes, (one, value) => one with { MinFreeBytes = value }) with { NeedsRestart = true },
        new("audit.witnesses", SectionList,
            "Witnesses that cosign the checkpoints of the log (`gatehouse witness`, or any C2SP tlog-witness), at most 16. The system of the gateway "
                + "needs Ed25519 (OpenSSL 3) then. A witness that the operator of the gateway runs proves nothing.") { Hosts = KeyHosts.Shared },
        new("audit.witnesses[].name", KeyKind.Text, "Name in status and in the folder of the log: letters, digits, '-' and '_'.") { Required = true },
        new("audit.witnesses[].url", Url, "Address before `/add-checkpoint`. Use https, or http on loopback.") { Required = true },
        new("audit.witnesses[].keys", TextList,
            "Verifier keys of the witness, from its operator. The gateway ignores cosignatures of other keys. A line may have the operator behind "
                + "the key, as `gatehouse witness init` prints it.") { Required = true },
        new("audit.witnesses[].operator", KeyKind.Text, "Person or organization that runs the witness, in words. `status` shows it.") { Required = true },
        Witness.Text("audit.witnesses[].region", "Region of the witness. It must be that of audit.region.",
            one => one.Region, (one, value) => one with { Region = value }),
        Audit.Duration("audit.witnessEvery", "Least time between two checkpoints that are sent to one witness.", "1s", "24h",
            one => one.WitnessEvery, (one, value) => one with { WitnessEvery = value }) with { Hosts = KeyHosts.Shared },
        new("audit.checkpoints", SectionList, "Outside places that checkpoints of the log are sent to, at most 16.")
            { OneOf = ["folder", "url"], Hosts = KeyHosts.Shared },
        new("audit.checkpoints[].name", KeyKind.Text, "Name in status: letters, digits, '-' and '_'.") { Required = true },
        Checkpoint.Place("audit.checkpoints[].folder",
            "Folder where each checkpoint is a new file. The gateway replaces and removes none, so that the folder may be append-only.",
            one => one.Folder, (one, value) => one with { Folder = value }),
        Checkpoint.Url("audit.checkpoints[].url", "Address that takes a checkpoint by POST, as text. Use https, or http on loopback.",
            one => one.Url, (one, value) => one with { Url = value }),
        Checkpoint.Text("audit.checkpoints[].region", "Region of the place. It must be that of audit.region.",
            one => one.Region, (one, value) => one with { Region = value }),
        Checkpoint.Duration("audit.checkpoints[].every", "Least time between two checkpoints that are sent there.", "1s", "168h",
            one => one.Every, (one, value) => one with { Every = value }),
        Audit.Duration("audit.outsideBehind",
            "Time for which a witness or an outside place may lack a newer checkpoint, in addition to its interval, before the operator log "
                + "reports it.", "1s", "168h",
            one => one.OutsideBehind, (one, value) => one with { OutsideBehind = value }) with { Hosts = KeyHosts.Shared },
    ];
}
