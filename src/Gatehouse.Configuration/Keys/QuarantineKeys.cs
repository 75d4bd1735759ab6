using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of results that are withheld until a person has looked at them.</summary>
internal static class QuarantineKeys
{
    private const string LeastBytes = "2MiB";
    private const string MostBytes = "64GiB";

    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("quarantine", Section,
            "Results that are withheld until a person has looked at them: those in which a rule of `inspection.messages` has the action `ask`."),
        new("quarantine.results", Number, "Maximum number of results of all callers that are kept. Beyond it, a result is blocked.")
            { Default = "1000", Minimum = "1", Maximum = "100000" },
        new("quarantine.resultsPerCaller", Number, "Maximum number of results of one caller that are kept.")
            { Default = "20", Minimum = "1", Maximum = "10000" },
        new("quarantine.resultsPerServer", Number, "Maximum number of results of one server that are kept.")
            { Default = "200", Minimum = "1", Maximum = "100000" },
        new("quarantine.bytes", Size, "Maximum size of all kept results in their stored form, which is about a third larger than the result.")
            { Default = "256MiB", Minimum = LeastBytes, Maximum = MostBytes },
        new("quarantine.bytesPerCaller", Size, "Maximum size of the kept results of one caller.")
            { Default = "16MiB", Minimum = LeastBytes, Maximum = MostBytes },
        new("quarantine.bytesPerServer", Size, "Maximum size of the kept results of one server.")
            { Default = "64MiB", Minimum = LeastBytes, Maximum = MostBytes },
        new("quarantine.entryBytes", Size, "Largest message that is kept. A larger result is blocked.")
            { Default = "1MiB", Minimum = "1KiB", Maximum = "1MiB" },
        new("quarantine.expires", Duration, "Time for which a result is kept without a release.") { Default = "168h", Minimum = "1m", Maximum = "720h" },
        new("quarantine.releasedFor", Duration, "Time for which a released result waits for its call.")
            { Default = "1h", Minimum = "1m", Maximum = "24h" },
        new("quarantine.history", Duration, "Time for which the facts about a result are kept after its content.")
            { Default = "720h", Minimum = "1h", Maximum = "2160h" },
    ];
}
