using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of limits and of rules for limits.</summary>
internal static class LimitKeys
{
    private static readonly KeysOf<LimitSettings> Key = new(new LimitSettings());

    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All => [.. Limits(), .. LimitRules()];

    private static IEnumerable<ConfigurationKey> Limits() =>
    [
        new("limits", Section, "Bounds of the whole gateway."),
        Key.Number("limits.connections", "Maximum number of open connections.", "1", "1000000",
            one => one.Connections, (one, value) => one with { Connections = value }) with { NeedsRestart = true, Hosts = KeyHosts.Gateway },
        Key.Number("limits.connectionsPerAddress",
            "Maximum number of open connections of one address block: an IPv4 address, or the first 64 bits of an IPv6 address. Raise it if many "
                + "clients come from one address. It does not apply to proxies that end TLS (`listen.tlsEndedByProxies`). 0 means "
                + "limits.callerShare percent of limits.connections.", "0", "1000000",
            one => one.ConnectionsPerAddress, (one, value) => one with { ConnectionsPerAddress = value }) with { Hosts = KeyHosts.Gateway },
        Key.Number("limits.concurrencyPerCaller", "Requests of one caller in progress at the same time, not counting streams.", "1", "100000",
            one => one.ConcurrencyPerCaller, (one, value) => one with { ConcurrencyPerCaller = value }) with { BelongsTo = BoundOwner.Caller },
        Key.Number("limits.streamsPerCaller", "Maximum number of open streams of one caller.", "1", "100000",
            one => one.StreamsPerCaller, (one, value) => one with { StreamsPerCaller = value }) with { BelongsTo = BoundOwner.Caller },
        Key.Number("limits.callerShare",
            "Percent of every shared bound (sessions, processes, buffered bytes, connections and so on) that one caller may hold. A caller is an "
                + "issuer and subject, or the address block of a peer that is not authenticated yet. A caller may always hold at least one of each.",
            "1", "100", one => one.CallerShare, (one, value) => one with { CallerShare = value }) with { BelongsTo = BoundOwner.Caller },
        Key.Size("limits.bufferedBytes", "Maximum size of all messages in memory. Not less than the largest message of a server.",
            "64KiB", "1024GiB", one => one.BufferedBytes, (one, value) => one with { BufferedBytes = value }) with { NeedsRestart = true },
        Key.Duration("limits.headerTimeout", "Time for the request line and headers.", "100ms", "5m",
            one => one.HeaderTimeout, (one, value) => one with { HeaderTimeout = value }) with { NeedsRestart = true, Hosts = KeyHosts.Gateway },
        Key.Duration("limits.bodyTimeout", "Time for the whole body of a request, at any rate.", "100ms", "1h",
            one => one.BodyTimeout, (one, value) => one with { BodyTimeout = value }) with { Hosts = KeyHosts.Shared },
        Key.Number("limits.minBodyBytesPerSecond", "Minimum rate of a body in bytes a second. After 5 s the gateway ends a slower body.",
            "1", "1000000", one => one.MinBodyBytesPerSecond, (one, value) => one with { MinBodyBytesPerSecond = value })
            with { NeedsRestart = true, Hosts = KeyHosts.Gateway, BelongsTo = BoundOwner.Request },
        Key.Size("limits.headerBytes", "Maximum size of all headers of a request.", "1KiB", "1MiB",
            one => one.HeaderBytes, (one, value) => one with { HeaderBytes = value })
            with { NeedsRestart = true, Hosts = KeyHosts.Gateway, BelongsTo = BoundOwner.Request },
        Key.Number("limits.keys",
            "Maximum number of parties that the rules count. The gateway never forgets a charged party for a new one. One caller may create "
                + "limits.callerShare percent of them.", "64", "100000", one => one.Keys, (one, value) => one with { Keys = value }),
    ];

    private static IEnumerable<ConfigurationKey> LimitRules() =>
    [
        new("limits.rules", SectionList,
            "Rates, quotas and concurrency by party. Every rule that applies to a request is charged. The first rule that refuses gives the "
                + "answer, and then no rule is charged.") { AnyOf = ["requests", "concurrent", "daily", "bytesPerDay"] },
        new("limits.rules[].id", KeyKind.Text, "Unique id. Events show it.") { Required = true },
        new("limits.rules[].per", TextList,
            "Party whose requests are counted together: caller (issuer and subject), client (issuer and client id), server, tool. Several make a "
                + "narrower party: `[caller, tool]` counts each tool of each caller.")
                { Required = true, Allowed = ["caller", "client", "server", "tool"] },
        new("limits.rules[].servers", TextList, "Servers that the rule applies to. `*` matches any run of characters. Without it: all."),
        new("limits.rules[].tools", TextList,
            "Tools that the rule applies to. It then applies only to calls of tools. Without it: everything that the gateway forwards."),
        new("limits.rules[].requests", KeyKind.Rate, "Rate, as `5/s`, `60/min` or `1000/h`."),
        new("limits.rules[].burst", Number, "Number of requests that may arrive together after a pause. 0 means the number in requests.")
            { Default = "0", Minimum = "0", Maximum = "999999", OnlyWith = "requests" },
        new("limits.rules[].concurrent", Number, "Requests in progress at the same time, not counting streams. Without it there is no limit.")
            { Default = "0", Minimum = "0", Maximum = "100000" },
        new("limits.rules[].daily", Number, "Requests a day. A day ends at midnight UTC. Without it there is no limit.")
            { Default = "0", Minimum = "0", Maximum = "1000000000" },
        new("limits.rules[].bytesPerDay", Size,
            "Bytes of messages in both directions a day. Without it there is no limit. The message that reaches the limit still passes.")
                { Default = "0", Minimum = "0", Maximum = "16384GiB" },
    ];
}
