using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of servers.</summary>
internal static class ServerKeys
{
    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("servers", NamedSections, "MCP servers by name. The name is part of events, policy and the default path.")
            { Required = true, OneOf = ["url", "command"] },
        new("servers.*.path", KeyKind.Text, "Path of the endpoint under publicUrl.") { Derived = "`/mcp/` and the name" },
        new("servers.*.scopes", TextList, "Scopes that every token for this server must have. Wildcards are refused.") { Default = "[]" },
        new("servers.*.issuers", TextList,
            "Only issuers whose tokens this server accepts, by the names that callers have. Without it the server accepts every trusted issuer. "
                + "For workloads with a certificate, use certificateIssuers."),
        new("servers.*.certificateIssuers", TextList, "Certificate issuers whose workloads need no token for this server.") { Default = "[]" },
        new("servers.*.senderConstraint", Choice,
            "Required binding of tokens to their senders: none, DPoP, a certificate (mTLS), or either. With `accept` the gateway still checks the "
                + "binding of a bound token.") { Default = "accept", Allowed = ["accept", "dpop", "mtls", "any"] },
        new("servers.*.audiences", TextList,
            "Names of this server in `aud` of tokens, in addition to its URL. Entra uses `api://` and the application's id, or only the id. A name "
                + "belongs to one server.") { Default = "[]" },
        new("servers.*.stateless", Switch,
            "True declares that the server keeps nothing between requests. One process may then serve all callers, and the gateway may replace a "
                + "lost session.") { Default = "false" },
        new("servers.*.limits", Section, "Bounds of this server."),
        new("servers.*.limits.requestBytes", Size, "Largest message from a client.") { Default = "4MiB", Minimum = "1KiB", Maximum = "256MiB" },
        new("servers.*.limits.responseBytes", Size, "Largest message from the server.") { Default = "16MiB", Minimum = "1KiB", Maximum = "1GiB" },
        new("servers.*.limits.deadline", Duration, "Hard limit for one request, from forwarding to its last byte.")
            { Default = "5m", Minimum = "100ms", Maximum = "24h" },
        new("servers.*.limits.deadlines", SectionList,
            "Hard limits of single tools, which replace the server's limit. The first entry that names the tool applies."),
        new("servers.*.limits.deadlines[].tools", TextList, "Tools. `*` matches any run of characters.") { Required = true },
        new("servers.*.limits.deadlines[].deadline", Duration, "Hard limit for one call of these tools. Progress does not extend it.")
            { Default = "5m", Minimum = "100ms", Maximum = "24h", OnlyWith = "tools" },
        new("servers.*.limits.firstByte", Duration,
            "Time until the server begins to answer a request: until the first event of a stream, or a single answer. With 0s only the deadline "
                + "applies.") { Default = "0s", Minimum = "0s", Maximum = "24h" },
        new("servers.*.limits.idle", Duration,
            "Time for which a stream that answers a request may be silent. Progress restarts it, within the deadline. With 0s only the deadline "
                + "applies.") { Default = "0s", Minimum = "0s", Maximum = "24h" },
        new("servers.*.limits.notifications", KeyKind.Rate,
            "Notifications that the gateway passes on for one request or stream. Beyond this rate it joins changes of lists and resources, and "
                + "drops progress and log lines. The event counts them.") { Default = "100/s" },
        new("servers.*.limits.concurrency", Number,
            "Requests of this server in progress at the same time. Further requests wait, and the gateway gives places to the callers in turn. One "
                + "caller has limits.callerShare percent of the places, and more while less than half are in use.")
                { Default = "256", Minimum = "1", Maximum = "100000" },
        new("servers.*.limits.queue", Number, "Requests of all callers that may wait for a place.")
            { Default = "1024", Minimum = "0", Maximum = "100000" },
        new("servers.*.limits.queuePerCaller", Number, "Requests of one caller that may wait for a place.")
            { Default = "16", Minimum = "0", Maximum = "100000" },
        new("servers.*.limits.queueWait", Duration,
            "Time for which a request may wait for a place, within its deadline. With 0s the gateway refuses it immediately.")
                { Default = "10s", Minimum = "0s", Maximum = "10m" },
        new("servers.*.lists", Section, "Its lists of tools, prompts and resources."),
        new("servers.*.lists.pageSize", Number, "Entries of a page that a caller receives.") { Default = "1000", Minimum = "1", Maximum = "10000" },
        new("servers.*.lists.maxAge", Duration,
            "Maximum age of a list that a caller receives or that a call is checked with. It is shorter if the server says so.")
                { Default = "30s", Minimum = "1s", Maximum = "10m" },
        new("servers.*.lists.changes", KeyKind.Rate,
            "Rate at which the gateway acts on announced changes of one list: it informs a stream, and fetches the list again. It joins more "
                + "frequent changes, and the event counts them.") { Default = "30/min" },
        new("servers.*.lists.grow", Switch,
            "True is for a server whose lists grow while it runs. If the gateway trusts the first use, it inspects, shows and records later "
                + "additions and does not withhold them. It still withholds changed definitions.") { Default = "false" },
        new("servers.*.lists.byCaller", Switch,
            "True is for a server whose definitions differ by caller. If the gateway trusts the first use, each caller's sessions are compared "
                + "with the definitions that this caller received first, not with those that the gateway saw.") { Default = "false" },
        new("servers.*.lists.unlistedResources", Switch,
            "True lets callers read resources that are in no list and match no template, if the policy permits it. The server itself then answers "
                + "for a resource that does not exist.") { Default = "false" },
        new("servers.*.undeclared", Choice,
            "Announced changes and updates of a server that does not declare the capability: `drop` them, or `record` them and let them pass. Log "
                + "messages without the capability are always recorded, and the policy decides whether they pass.")
                { Default = "drop", Allowed = ["drop", "record"] },
        new("servers.*.schemas", Section, "Handling of messages that do not match the schemas that the server's tools declare."),
        new("servers.*.schemas.input", Choice,
            "Arguments that do not match a tool's `inputSchema`, or lack what a prompt requires: `enforce` refuses the call (GH6004), `record` "
                + "records it and lets it pass. With `enforce` the gateway does not show a tool whose schema cannot be used.")
                { Default = "enforce", Allowed = ["enforce", "record"] },
        new("servers.*.schemas.output", Choice,
            "Results that lack `structuredContent` or do not match the tool's `outputSchema`: `enforce` withholds the result (GH8004), `record` "
                + "records it and lets it pass. With `enforce` the gateway does not show a tool whose schema cannot be used.")
                { Default = "enforce", Allowed = ["enforce", "record"] },
        new("servers.*.asks", Section, "Bounds of the server's requests to clients. The policy decides whether the server may send such requests."),
        new("servers.*.asks.samplingContext", Choice, "Widest context that the server may request for the client's model (`includeContext`).")
            { Default = "none", Allowed = ["none", "thisServer", "allServers"] },
        new("servers.*.asks.samplingBytes", Size, "Largest sampling request.") { Default = "256KiB", Minimum = "1KiB", Maximum = "16MiB" },
        new("servers.*.asks.samplingTokens", Number, "Maximum number of tokens that one sampling request may ask for.")
            { Default = "16384", Minimum = "1", Maximum = "10000000" },
        .. HttpServers(), .. StdioServers(),
    ];

    private static IEnumerable<ConfigurationKey> HttpServers() =>
    [
        new("servers.*.url", Url,
            "Endpoint of a server that is reached by Streamable HTTP. Use https, or http on loopback. Link-local addresses are not allowed."),
        new("servers.*.host", KeyKind.Text, "Host header that replaces the URL's host, for servers that require another one.") { OnlyWith = "url" },
        new("servers.*.credential", Section, "Credential of the gateway for the server. The gateway never sends the caller's token there.")
            { OnlyWith = "url" },
        new("servers.*.credential.header", KeyKind.Text, "Header that carries the credential, such as `Authorization` or `X-Api-Key`.")
            { Required = true },
        new("servers.*.credential.prefix", KeyKind.Text, "Text before the value, such as `\"Bearer \"`.") { Default = "" },
        new("servers.*.credential.value", Secret, "Source of the value: `vault:NAME`, `env:NAME` or `file:PATH`.") { Required = true },
        new("servers.*.pins", TextList,
            "Accepted public keys, as `sha256/` and the base64 of the SHA-256 of the SPKI. If the list has an entry, the gateway trusts only these "
                + "keys, and not the trust store of the system.") { Default = "[]", OnlyWith = "url" },
        new("servers.*.revocationList", Place,
            "File of the revocation lists (CRL) of the authorities of its certificate. The gateway reads it again when it changes, and accepts the "
                + "certificate only while it has the current list of the authority that issued it. It cannot be used with pins. Without it the "
                + "gateway does not check revocation.") { OnlyWith = "url" },
        new("servers.*.connectTimeout", Duration, "Time to connect.") { Default = "10s", Minimum = "100ms", Maximum = "5m", OnlyWith = "url" },
        new("servers.*.retries", Number,
            "Repetitions of a request that cannot have acted, because it was never sent or its method only reads. The gateway never repeats a call "
                + "of a tool that it has sent.") { Default = "2", Minimum = "0", Maximum = "5", OnlyWith = "url" },
        new("servers.*.breakAfter", Number, "Number of failures in a row after which the gateway pauses sending. 0 means that it never pauses.")
            { Default = "5", Minimum = "0", Maximum = "1000", OnlyWith = "url" },
        new("servers.*.breakFor", Duration, "Length of the first pause. It doubles after each failed trial, up to eight times the first.")
            { Default = "10s", Minimum = "100ms", Maximum = "10m", OnlyWith = "url" },
    ];

    private static IEnumerable<ConfigurationKey> StdioServers() =>
    [
        new("servers.*.command", TextList,
            "Program and arguments of a server that the gateway starts as a local process, never through a shell. Every account on the machine can "
                + "read the arguments, so put secrets into `secrets`."),
        new("servers.*.workingDirectory", Place, "Working folder of the process.")
            { Derived = "an empty folder in the state folder", OnlyWith = "command" },
        new("servers.*.environment", TextMap, "Variables of the process as text, in addition to the documented minimum.")
            { Default = "{}", OnlyWith = "command" },
        new("servers.*.secrets", SecretMap, "Variables of the process whose values are secrets, each as `vault:NAME`, `env:NAME` or `file:PATH`.")
            { Default = "{}", OnlyWith = "command" },
        new("servers.*.maxProcesses", Number, "Maximum number of processes of this server.")
            { Default = "64", Minimum = "1", Maximum = "10000", OnlyWith = "command" },
        new("servers.*.shutdownGrace", Duration, "Time between closing the input of the process and ending it by force.")
            { Default = "5s", Minimum = "0s", Maximum = "5m", OnlyWith = "command" },
        new("servers.*.showStderr", Switch,
            "True shows the process's stderr in the operator log, escaped and labelled. It may contain content of requests. By "
                + "default the gateway only counts the lines.") { Default = "false", OnlyWith = "command" },
        new("servers.*.startTimeout", Duration, "Time in which a new process must answer its first request.")
            { Default = "30s", Minimum = "100ms", Maximum = "10m", OnlyWith = "command" },
        new("servers.*.writeTimeout", Duration, "Time after which the gateway ends a process that does not read its input.")
            { Default = "10s", Minimum = "100ms", Maximum = "10m", OnlyWith = "command" },
    ];
}
