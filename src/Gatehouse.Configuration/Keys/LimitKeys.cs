using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of limits and of rules for limits.</summary>
internal static class LimitKeys
{
    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All => [.. Limits(), .. LimitRules()];

    private static IEnumerable<ConfigurationKey> Limits() =>
    [
        new("limits", Section, "Bounds of the whole gateway."),
        new("limits.connections", Number, "Maximum number of open connections.") { Default = "10000", Minimum = "1", Maximum = "1000000" },
        new("limits.connectionsPerAddress", Number,
            "Maximum number of open connections of one address block: an IPv4 address, or the first 64 bits of an IPv6 address. Raise it if many "
                + "clients come from one address. It does not apply to proxies that end TLS (`listen.tlsEndedByProxies`). 0 means "
                + "limits.callerShare percent of limits.connections.") { Default = "0", Minimum = "0", Maximum = "1000000" },
        new("limits.concurrencyPerCaller", Number, "Requests of one caller in progress at the same time, not counting streams.")
            { Default = "64", Minimum = "1", Maximum = "100000" },
        new("limits.streamsPerCaller", Number, "Maximum number of open streams of one caller.") { Default = "32", Minimum = "1", Maximum = "100000" },
        new("limits.callerShare", Number,
            "Percent of every shared bound (sessions, processes, buffered bytes, connections and so on) that one caller may hold. A caller is an "
                + "issuer and subject, or the address block of a peer that is not authenticated yet. A caller may always hold at least one of each.")
                { Default = "12", Minimum = "1", Maximum = "100" },
        new("limits.bufferedBytes", Size, "Maximum size of all messages in memory. Not less than the largest message of a server.")
            { Default = "256MiB", Minimum = "64KiB", Maximum = "1024GiB" },
        new("limits.headerTimeout", Duration, "Time for the request line and headers.") { Default = "10s", Minimum = "100ms", Maximum = "5m" },
        new("limits.bodyTimeout", Duration, "Time for the whole body of a request, at any rate.")
            { Default = "60s", Minimum = "100ms", Maximum = "1h" },
        new("limits.minBodyBytesPerSecond", Number, "Minimum rate of a body in bytes a second. After 5 s the gateway ends a slower body.")
            { Default = "240", Minimum = "1", Maximum = "1000000" },
        new("limits.headerBytes", Size, "Maximum size of all headers of a request.") { Default = "32KiB", Minimum = "1KiB", Maximum = "1MiB" },
    ];

    private static IEnumerable<ConfigurationKey> LimitRules() =>
    [
        new("limits.keys", Number,
            "Maximum number of parties that the rules count. The gateway never forgets a charged party for a new one. One caller may create "
                + "limits.callerShare percent of them.") { Default = "50000", Minimum = "64", Maximum = "100000" },
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
