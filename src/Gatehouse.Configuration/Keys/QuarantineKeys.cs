using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of results that are withheld until a person has looked at them.</summary>
internal static class QuarantineKeys
{
    private const string LeastBytes = "2MiB";
    private const string MostBytes = "64GiB";

    private static readonly KeysOf<QuarantineSettings> Key = new(new QuarantineSettings());

    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("quarantine", Section,
            "Results that are withheld until a person has looked at them: those in which a rule of `inspection.messages` has the action `ask`."),
        Key.Number("quarantine.results", "Maximum number of results of all callers that are kept. Beyond it, a result is blocked.", "1", "100000",
            one => one.Results, (one, value) => one with { Results = value }),
        Key.Number("quarantine.resultsPerCaller", "Maximum number of results of one caller that are kept.", "1", "10000",
            one => one.ResultsPerCaller, (one, value) => one with { ResultsPerCaller = value }) with { BelongsTo = BoundOwner.Caller },
        Key.Number("quarantine.resultsPerServer", "Maximum number of results of one server that are kept.", "1", "100000",
            one => one.ResultsPerServer, (one, value) => one with { ResultsPerServer = value }),
        Key.Size("quarantine.bytes", "Maximum size of all kept results in their stored form, which is about a third larger than the result.",
            LeastBytes, MostBytes,
            one => one.Bytes, (one, value) => one with { Bytes = value }),
        Key.Size("quarantine.bytesPerCaller", "Maximum size of the kept results of one caller.", LeastBytes, MostBytes,
            one => one.BytesPerCaller, (one, value) => one with { BytesPerCaller = value }) with { BelongsTo = BoundOwner.Caller },
        Key.Size("quarantine.bytesPerServer", "Maximum size of the kept results of one server.", LeastBytes, MostBytes,
            one => one.BytesPerServer, (one, value) => one with { BytesPerServer = value }),
        Key.Size("quarantine.entryBytes", "Largest message that is kept. A larger result is blocked.", "1KiB", "1MiB",
            one => one.EntryBytes, (one, value) => one with { EntryBytes = value }) with { BelongsTo = BoundOwner.Approval },
        Key.Duration("quarantine.expires", "Time for which a result is kept without a release.", "1m", "720h",
            one => one.Expires, (one, value) => one with { Expires = value }),
        Key.Duration("quarantine.releasedFor", "Time for which a released result waits for its call.", "1m", "24h",
            one => one.ReleasedFor, (one, value) => one with { ReleasedFor = value }),
        Key.Duration("quarantine.history", "Time for which the facts about a result are kept after its content.", "1h", "2160h",
            one => one.History, (one, value) => one with { History = value }),
    ];
}
