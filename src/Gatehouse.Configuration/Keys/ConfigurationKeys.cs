using Gatehouse.Identity.Issuers;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Presets;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>Every key of <c>version: 1</c>, once, in the order of the reference page. A section stands before its keys.</summary>
public static class ConfigurationKeys
{
    
    /// <summary>All rows.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        .. Top(), .. Listen(), .. Issuers(), .. DPoP(), .. Workloads(), .. Servers(), .. Policy(), .. Lock(), .. Inspection(), .. Limits(),
        .. LimitRules(), .. Sessions(), .. Audit(), .. Rest(), .. Decisions(),
    ];

    private static IEnumerable<ConfigurationKey> Top() =>
    [
        new("version", Number, "Version of this format.") { Required = true, Allowed = ["1"] },
        new("publicUrl", Url,
            "Origin under which clients reach the gateway: the only source of audiences, metadata and redirect URLs. https, or http on loopback.")
        {
            Required = true, Variable = "GATEHOUSE_PUBLIC_URL", Flag = "--public-url",
        },
        new("state", Place, "Folder of keys, store, log and socket. It is created with mode 0700. A flag may name it from the working folder.")
        {
            Derived = "`$STATE_DIRECTORY` (systemd); else `$XDG_STATE_HOME/gatehouse`, `~/.local/state/gatehouse`; macOS `~/Library/Application "
                + "Support/gatehouse`; Windows `%LOCALAPPDATA%\\gatehouse`",
            Variable = "GATEHOUSE_STATE", Flag = "--state",
        },
        new("hosts", TextList, "Further values of the Host header that are served, as `name` or `name:port`. That of publicUrl always is.")
            { Default = "[]" },
        new("allowedOrigins", TextList, "Web origins that may call beside publicUrl's own, e.g. `https://app.example.com`.") { Default = "[]" },
    ];

    private static IEnumerable<ConfigurationKey> Listen() =>
    [
        new("listen", Section, "Where the gateway listens. Off loopback nothing is spoken in clear."),
        new("listen.url", Url, "Address and port; the host is an IP address or `localhost`, port 0 takes a free one.")
        {
            Default = "http://127.0.0.1:8080", Variable = "GATEHOUSE_LISTEN_URL", Flag = "--listen",
        },
        new("listen.certificate", Place, "PEM file of the certificate chain; read again when it changes. Needed with https.") { OnlyWith = "key" },
        new("listen.key", Place, "PEM file of the private key.") { OnlyWith = "certificate" },
        new("listen.tlsEndedByProxies", TextList,
            "IP addresses of the proxies that end TLS before the gateway. Once named, only connections from them are served.") { Default = "[]" },
        new("listen.clientCertificates", Choice,
            "Where certificates of clients come from: nowhere; the TLS connection, where a client may show one; or the header `Client-Cert` (RFC "
                + "9440) of the proxies in tlsEndedByProxies, which must remove it from what clients send.") { Default = "off",
                Allowed = ["off", "ask", "header"] },
        new("management", Section, "Liveness, readiness and metrics."),
        new("management.url", Url, "Address on loopback; without it none of them is served."),
        new("management.token",
            Secret, "Where the token is found that `/metrics` and `/upstreams` need: `env:NAME` or `file:PATH`. Without it every program of the "
                + "machine can read them.") { OnlyWith = "url" },
    ];

    private static IEnumerable<ConfigurationKey> Issuers() =>
    [
        new("issuers", SectionList, "OpenID Connect providers whose access tokens (JWT) are accepted. At least one, except with `--dev`."),
        new("issuers[].issuer", KeyKind.Text, "The issuer exactly as in its metadata and tokens: https, or http on loopback.") { Required = true },
        new("issuers[].profile", Choice, "What its tokens look like: RFC 9068, Microsoft Entra ID or AD FS.")
            { Default = "strict", Allowed = ["strict", "entra", "adfs"] },
        new("issuers[].tenants", TextList,
            "Entra: the tenants allowed, as GUIDs, where `{tenantid}` stands in the issuer. There is no way to allow all.") { Default = "[]" },
        new("issuers[].metadata", Url, "Address of its metadata where it does not follow from the issuer.")
            { Derived = "`/.well-known/openid-configuration` under the issuer, then the addresses of RFC 8414; for Entra those of the login host" },
        new("issuers[].hosts", TextList,
            "Hosts beside its own that its metadata may name at addresses that are not public. What they name elsewhere must be public and https.")
                { Default = "[]" },
        new("issuers[].tokenIssuer", KeyKind.Text, "AD FS: the `iss` of its access tokens.")
            { Derived = "`http://`, the host of the issuer and `/adfs/services/trust`" },
        new("issuers[].subjectClaim", KeyKind.Text, "The claim that names the subject.")
            { Derived = "`sub`; for AD FS else `upn`, `unique_name`; for Entra always `oid` and `tid`" },
        new("issuers[].scopeImplies", TextListMap,
            "Scopes of this issuer that mean others too, e.g. `admin: [read, write]`; through every step, without circles.") { Default = "{}" },
        new("issuers[].introspection", Section,
            "The issuer is asked about tokens that are not JWTs (RFC 7662). One issuer at most: an opaque token does not say whose it is."),
        new("issuers[].introspection.endpoint", Url, "Where it is asked.") { Derived = "`introspection_endpoint` of its metadata" },
        new("issuers[].introspection.client", KeyKind.Text, "The gateway's own client id at the issuer.") { Required = true },
        new("issuers[].introspection.secret", Secret, "Where the gateway's secret at the issuer is found: `env:NAME` or `file:PATH`.")
            { Required = true },
        new("issuers[].introspection.cacheLife", Duration,
            "How long a good answer serves, if the token does not end before: so long a token that the issuer revoked still passes.") { Default =
                "30s", Minimum = "0s", Maximum = "5m" },
        new("issuers[].introspection.cacheEntries", Number, "Answers remembered at once.") { Default = "10000", Minimum = "1", Maximum = "1000000" },
        new("issuers[].algorithms", TextList, "Accepted signature algorithms.")
            { Default = "[ES256, ES384, PS256, RS256]", Allowed = IssuerProfile.AllAlgorithms },
        new("issuers[].acceptUntypedTokens", Switch, "True accepts `typ: JWT` or none besides `at+jwt`, for providers that predate RFC 9068.")
            { Default = "false" },
        new("issuers[].clockSkew", Duration, "Difference of clocks that is forgiven.") { Default = "60s", Minimum = "0s", Maximum = "300s" },
        new("issuers[].staleKeys", Duration, "How long the last good keys serve while the issuer cannot be reached.")
            { Default = "24h", Minimum = "0s", Maximum = "168h" },
    ];

    private static IEnumerable<ConfigurationKey> DPoP() =>
    [
        new("dpop", Section, "Proofs of possession (DPoP, RFC 9449) of tokens bound to a key."),
        new("dpop.demandNonce",
            Switch, "True refuses a proof without a nonce of the gateway, which a client learns from the first refusal. False lets proofs be made "
                + "in advance.") { Default = "true" },
        new("dpop.proofLife", Duration, "How old a proof may be.") { Default = "60s", Minimum = "5s", Maximum = "5m" },
        new("dpop.maxProofs", Number, "Proofs remembered at once, so that none is used twice. When full, further ones are refused.")
            { Default = "100000", Minimum = "1", Maximum = "10000000" },
        new("dpop.maxProofsPerKey", Number, "Proofs remembered of one key.") { Default = "10000", Minimum = "1", Maximum = "10000000" },
    ];

    private static IEnumerable<ConfigurationKey> Workloads() =>
    [
        new("certificateIssuers", SectionList,
            "Who issues certificates to workloads that need no token. Nothing that the system trusts counts. Their callers have the issuer "
                + "`certificate:` and the name.") { OneOf = ["authorities", "workloads"] },
        new("certificateIssuers[].name", KeyKind.Text, "Name, by which servers take it.") { Required = true },
        new("certificateIssuers[].authorities", Place, "PEM file of the authorities: the self-signed root, and intermediates."),
        new("certificateIssuers[].pins", TextList,
            "Accepted public keys of workloads as `sha256/` and the base64 of the SHA-256 of the SPKI, among those that the authorities vouch for. "
                + "Not without authorities: a key alone names nobody.") { Default = "[]" },
        new("certificateIssuers[].workloads", TextListMap,
            "Instead of authorities: the workloads by the name that they have as callers, each with the pins of its keys. Nothing that such a "
                + "certificate says of itself counts, its name and its end included: a workload ends when its pin is removed.") { Default = "{}" },
        new("certificateIssuers[].subject", Choice,
            "What names the workload: the one URI (SPIFFE) or the one DNS name of the certificate, or its whole subject name.") { Default = "uri",
            Allowed = ["uri", "dns", "name"], OnlyWith = "authorities" },
        new("certificateIssuers[].revocationList", Place,
            "File of the revocation lists (CRL) of the authorities, looked at as often as revocations.checkEvery. A list speaks of its own "
                + "authority alone. A certificate counts only while the list of the authority that issued it is here and not older than promised.")
                { OnlyWith = "authorities" },
        new("certificateIssuers[].scopes", TextList, "Scopes that each of its workloads has. Wildcards are refused.") { Default = "[]" },
        new("revocations", Section, "Revocations that others write."),
        new("revocations.file", Place, "File of the list: lines of JSON. See the page on control."),
        new("revocations.checkEvery", Duration,
            "How often files of revocations are looked at: a change is in force after this time at the latest, open streams included.") { Default =
                "5s", Minimum = "1s", Maximum = "5m" },
    ];

    private static IEnumerable<ConfigurationKey> Servers() =>
    [
        new("servers", NamedSections, "The MCP servers by name. The name is part of events, policy and the default path.")
            { Required = true, OneOf = ["url", "command"] },
        new("servers.*.path", KeyKind.Text, "Path of the endpoint under publicUrl.") { Derived = "`/mcp/` and the name" },
        new("servers.*.scopes", TextList, "Scopes that every token for this server must have. Wildcards are refused.") { Default = "[]" },
        new("servers.*.issuers", TextList,
            "The only issuers whose tokens are taken here, by the names that callers have. Without it: every trusted one. Workloads with a "
                + "certificate are named by certificateIssuers."),
        new("servers.*.certificateIssuers", TextList, "Certificate issuers whose workloads need no token here.") { Default = "[]" },
        new("servers.*.senderConstraint",
            Choice, "What is asked of the binding of tokens to their senders: nothing (bound ones are held to it all the same), DPoP, a certificate "
                + "(mTLS), or either.") { Default = "accept", Allowed = ["accept", "dpop", "mtls", "any"] },
        new("servers.*.audiences", TextList,
            "Names of this server in `aud` of tokens beside its URL, as Entra has them: `api://` and the application's id, or the id alone. A name "
                + "belongs to one server.") { Default = "[]" },
        new("servers.*.stateless", Switch,
            "True declares that the server keeps nothing between requests: one process may serve all, a lost session may be replaced.") { Default =
                "false" },
        new("servers.*.limits", Section, "Bounds of this server."),
        new("servers.*.limits.requestBytes", Size, "Largest message from a client.") { Default = "4MiB", Minimum = "1KiB", Maximum = "256MiB" },
        new("servers.*.limits.responseBytes", Size, "Largest message from the server.") { Default = "16MiB", Minimum = "1KiB", Maximum = "1GiB" },
        new("servers.*.limits.deadline", Duration, "Hard limit for one request from forwarding to its last byte.")
            { Default = "5m", Minimum = "100ms", Maximum = "24h" },
        new("servers.*.limits.deadlines", SectionList, "Hard limits of single tools instead of the server's; the first that names the tool counts."),
        new("servers.*.limits.deadlines[].tools", TextList, "Tools; `*` stands for any run of characters.") { Required = true },
        new("servers.*.limits.deadlines[].deadline", Duration, "Hard limit for one call of them, whatever progress says.")
            { Default = "5m", Minimum = "100ms", Maximum = "24h", OnlyWith = "tools" },
        new("servers.*.limits.firstByte", Duration,
            "Time until the server begins to answer a request: the first event of a stream, or a single answer. 0s leaves it to the deadline.")
                { Default = "0s", Minimum = "0s", Maximum = "24h" },
        new("servers.*.limits.idle", Duration,
            "Time for which a stream that answers a request may be silent. Progress begins it anew, within the deadline. 0s leaves it to the "
                + "deadline.") { Default = "0s", Minimum = "0s", Maximum = "24h" },
        new("servers.*.limits.notifications", KeyKind.Rate,
            "Notifications passed on for one request or stream. Of more, changes of lists and resources are joined, progress and log lines dropped; "
                + "the event counts them.") { Default = "100/s" },
        new("servers.*.limits.concurrency", Number,
            "Requests of this server under way at once. More wait, and places are given to the callers in turn. One caller has limits.callerShare "
                + "percent of them, and more while less than half are taken.") { Default = "256", Minimum = "1", Maximum = "100000" },
        new("servers.*.limits.queue", Number, "Requests of all callers that wait for a place.")
            { Default = "1024", Minimum = "0", Maximum = "100000" },
        new("servers.*.limits.queuePerCaller", Number, "Requests of one caller that wait for a place.")
            { Default = "16", Minimum = "0", Maximum = "100000" },
        new("servers.*.limits.queueWait", Duration, "How long a request waits for a place, within its deadline; 0s refuses at once.")
            { Default = "10s", Minimum = "0s", Maximum = "10m" },
        new("servers.*.lists", Section, "How its lists of tools, prompts and resources are kept and shown."),
        new("servers.*.lists.pageSize", Number, "Entries of a page that is shown to a caller.")
            { Default = "1000", Minimum = "1", Maximum = "10000" },
        new("servers.*.lists.maxAge", Duration,
            "How old a list may be when a caller is shown it or a call is checked by it; less where the server says so.") { Default = "30s",
            Minimum = "1s", Maximum = "10m" },
        new("servers.*.lists.changes", KeyKind.Rate,
            "How often announced changes of one list are acted on: told to a stream, and the list fetched anew. What comes oftener is joined, and "
                + "the event counts it.") { Default = "30/min" },
        new("servers.*.lists.grow", Switch,
            "True for a server whose lists grow while it runs. Where first use is trusted, what is added later is inspected, shown and recorded "
                + "instead of withheld; what changes is withheld all the same.") { Default = "false" },
        new("servers.*.lists.byCaller", Switch,
            "True for a server whose definitions differ by caller. Where first use is trusted, each caller's sessions are held to what that caller "
                + "was shown first, not to what the gateway itself saw.") { Default = "false" },
        new("servers.*.lists.unlistedResources", Switch,
            "True lets callers read resources that are in no list and fit no template, where the policy permits it. Then a resource that does not "
                + "exist is answered in the server's own words.") { Default = "false" },
        new("servers.*.undeclared", Choice,
            "Announced changes and updates of a server that declares no such capability: drop them, or let them pass and record them. Log messages "
                + "without the capability are recorded in either case; the policy says whether they pass.") { Default = "drop",
                Allowed = ["drop", "record"] },
        new("servers.*.schemas", Section, "What becomes of messages that do not fit the schemas that the server's tools declare."),
        new("servers.*.schemas.input", Choice,
            "Arguments that do not fit a tool's `inputSchema`, or lack what a prompt requires: refuse the call (GH6004), or let it pass and record "
                + "it. With `enforce` a tool whose schema cannot be used is not shown.") { Default = "enforce", Allowed = ["enforce", "record"] },
        new("servers.*.schemas.output", Choice,
            "Results that lack `structuredContent` or do not fit the tool's `outputSchema`: withhold the result (GH8004), or let it pass and record "
                + "it. With `enforce` a tool whose schema cannot be used is not shown.") { Default = "enforce", Allowed = ["enforce", "record"] },
        new("servers.*.asks", Section, "Bounds on what the server may ask of clients. Whether it may ask at all is for the policy to say."),
        new("servers.*.asks.samplingContext", Choice, "The widest context that it may have put before the client's model (`includeContext`).")
            { Default = "none", Allowed = ["none", "thisServer", "allServers"] },
        new("servers.*.asks.samplingBytes", Size, "Largest sampling request.") { Default = "256KiB", Minimum = "1KiB", Maximum = "16MiB" },
        new("servers.*.asks.samplingTokens", Number, "Most tokens that it may have the client's model write at once.")
            { Default = "16384", Minimum = "1", Maximum = "10000000" },
        .. HttpServers(), .. StdioServers(),
    ];

    private static IEnumerable<ConfigurationKey> HttpServers() =>
    [
        new("servers.*.url", Url, "Endpoint of a server reached by Streamable HTTP: https, or http on loopback. Any address but link-local ones."),
        new("servers.*.host", KeyKind.Text, "Host header instead of the URL's, for servers that insist on one.") { OnlyWith = "url" },
        new("servers.*.credential", Section, "The gateway's own credential for the server. The caller's token never goes there.")
            { OnlyWith = "url" },
        new("servers.*.credential.header", KeyKind.Text, "Header that carries it, e.g. `Authorization` or `X-Api-Key`.") { Required = true },
        new("servers.*.credential.prefix", KeyKind.Text, "Text before the value, e.g. `\"Bearer \"`.") { Default = "" },
        new("servers.*.credential.value", Secret, "Where the value is found: `env:NAME` or `file:PATH`.") { Required = true },
        new("servers.*.pins", TextList,
            "Accepted public keys as `sha256/` and the base64 of the SHA-256 of the SPKI. Once one is named, only they are trusted, instead of what "
                + "the system trusts.") { Default = "[]", OnlyWith = "url" },
        new("servers.*.revocationList", Place,
            "File of the revocation lists (CRL) of the authorities of its certificate, read again when it changes. Then the certificate counts only "
                + "while the list of the authority that issued it is here and not older than promised. Not with pins. Without it revocation is not "
                + "looked at.") { OnlyWith = "url" },
        new("servers.*.connectTimeout", Duration, "Time to connect.") { Default = "10s", Minimum = "100ms", Maximum = "5m", OnlyWith = "url" },
        new("servers.*.retries",
            Number, "Repetitions of a request that cannot have acted: it never left, or its method only reads. Calls of tools are never repeated "
                + "once they left.") { Default = "2", Minimum = "0", Maximum = "5", OnlyWith = "url" },
        new("servers.*.breakAfter", Number, "Failures in a row after which nothing is sent for a while; 0 never rests.")
            { Default = "5", Minimum = "0", Maximum = "1000", OnlyWith = "url" },
        new("servers.*.breakFor", Duration, "How long at first; twice as long after each failed trial, up to eight times.")
            { Default = "10s", Minimum = "100ms", Maximum = "10m", OnlyWith = "url" },
    ];

    private static IEnumerable<ConfigurationKey> StdioServers() =>
    [
        new("servers.*.command", TextList,
            "Program and arguments of a server started as a local process, never through a shell. Every account of the machine can read the "
                + "arguments: secrets go to `secrets`."),
        new("servers.*.workingDirectory", Place, "Working folder of the process.")
            { Derived = "an empty folder in the state folder", OnlyWith = "command" },
        new("servers.*.environment", TextMap, "Variables of the process beside the documented minimum, as text.")
            { Default = "{}", OnlyWith = "command" },
        new("servers.*.secrets", SecretMap, "Variables of the process whose values are secrets, each as `env:NAME` or `file:PATH`.")
            { Default = "{}", OnlyWith = "command" },
        new("servers.*.maxProcesses", Number, "Processes of this server at once.")
            { Default = "64", Minimum = "1", Maximum = "10000", OnlyWith = "command" },
        new("servers.*.shutdownGrace", Duration, "Time between closing its input and ending it by force.")
            { Default = "5s", Minimum = "0s", Maximum = "5m", OnlyWith = "command" },
        new("servers.*.showStderr", Switch,
            "True shows what the process writes to stderr in the gateway's own diagnostic output, escaped and labelled. It may hold content of "
                + "requests; by default the lines are counted and not shown.") { Default = "false", OnlyWith = "command" },
        new("servers.*.startTimeout", Duration, "Time in which a new process must answer its first request.")
            { Default = "30s", Minimum = "100ms", Maximum = "10m", OnlyWith = "command" },
        new("servers.*.writeTimeout", Duration, "Time for which a process may take nothing of what it is sent before it is ended.")
            { Default = "10s", Minimum = "100ms", Maximum = "10m", OnlyWith = "command" },
    ];

    private static IEnumerable<ConfigurationKey> Policy() =>
    [
        new("policyPreset", KeyKind.Choice, "A policy that ships, beside the rules here: `gatehouse policy preset NAME` prints it.")
            { Allowed = PolicyPresets.Names },
        new("policyFiles", TextList, "Policy files, from the root or relative to the folder of this file; all rules together are the policy."),
        new("policy", KeyKind.Rules,
            "The rules. Without a permit nobody may do anything; a forbid wins over every permit. [The policy language](policy.md)."),
    ];

    private static IEnumerable<ConfigurationKey> Who(string path) =>
    [
        new($"{path}.issuers", TextList, "Issuers of the token."),
        new($"{path}.subjects", TextList, "Subjects of the token."),
        new($"{path}.clients", TextList, "Client ids of the token."),
        new($"{path}.scopes", TextList, "Scopes, of which the token has one. Wildcards are refused."),
        new($"{path}.roles", TextList, "Roles, of which the token has one."),
        new($"{path}.groups", TextList, "Groups, of which the token has one."),
        new($"{path}.strengths", TextList, "Authentication context or methods, of which the token tells one."),
    ];

    private static IEnumerable<ConfigurationKey> Limits() =>
    [
        new("limits", Section, "Bounds of the whole gateway."),
        new("limits.connections", Number, "Connections at once.") { Default = "10000", Minimum = "1", Maximum = "1000000" },
        new("limits.connectionsPerAddress", Number,
            "Connections of one address block at once: of an IPv4 address, or of the first 64 bits of an IPv6 address. Raise it where many clients "
                + "come from one address. Proxies that end TLS (`listen.tlsEndedByProxies`) are not held to it. 0 stands for limits.callerShare "
                + "percent of limits.connections.") { Default = "0", Minimum = "0", Maximum = "1000000" },
        new("limits.concurrencyPerCaller", Number, "Requests of one caller under way at once, streams apart.")
            { Default = "64", Minimum = "1", Maximum = "100000" },
        new("limits.streamsPerCaller", Number, "Open streams of one caller.") { Default = "32", Minimum = "1", Maximum = "100000" },
        new("limits.callerShare", Number,
            "Percent of every bound that all callers have in common (sessions, processes, buffered bytes, connections and so on) that one caller "
                + "may hold: issuer and subject, or the address block of a peer that is not known yet. At least one of each.") { Default = "12",
                Minimum = "1", Maximum = "100" },
        new("limits.bufferedBytes", Size, "Bytes of messages held in memory at once. Not less than the largest message of a server.")
            { Default = "256MiB", Minimum = "64KiB", Maximum = "1024GiB" },
        new("limits.headerTimeout", Duration, "Time for the request line and headers.") { Default = "10s", Minimum = "100ms", Maximum = "5m" },
        new("limits.bodyTimeout", Duration, "Time for the whole body of a request, whatever its rate.")
            { Default = "60s", Minimum = "100ms", Maximum = "1h" },
        new("limits.minBodyBytesPerSecond", Number, "Bytes a second below which a body is cut off, after 5 s.")
            { Default = "240", Minimum = "1", Maximum = "1000000" },
        new("limits.headerBytes", Size, "All headers of a request together.") { Default = "32KiB", Minimum = "1KiB", Maximum = "1MiB" },
    ];

    private static IEnumerable<ConfigurationKey> LimitRules() =>
    [
        new("limits.keys", Number,
            "Parties that the rules count at once. One that is charged is never forgotten for a new one; one caller makes limits.callerShare "
                + "percent of them at most.") { Default = "50000", Minimum = "64", Maximum = "100000" },
        new("limits.rules", SectionList,
            "Rates, quotas and concurrency by party. Every rule that speaks of a request is charged; the first that refuses is the answer, and then "
                + "none is.") { AnyOf = ["requests", "concurrent", "daily", "bytesPerDay"] },
        new("limits.rules[].id", KeyKind.Text, "Unique id; it stands in events.") { Required = true },
        new("limits.rules[].per", TextList,
            "Whose requests are counted together: caller (issuer and subject), client (issuer and client id), server, tool. Several make a narrower "
                + "party: `[caller, tool]` counts each tool of each caller.") { Required = true, Allowed = ["caller", "client", "server", "tool"] },
        new("limits.rules[].servers", TextList, "Servers it speaks of; `*` stands for any run of characters. Without it: all."),
        new("limits.rules[].tools", TextList, "Tools it speaks of, in calls of tools alone. Without it: everything that is forwarded."),
        new("limits.rules[].requests", KeyKind.Rate, "Rate, as `5/s`, `60/min` or `1000/h`."),
        new("limits.rules[].burst", Number, "How many may come at once after a pause; 0 stands for the number of requests.")
            { Default = "0", Minimum = "0", Maximum = "999999", OnlyWith = "requests" },
        new("limits.rules[].concurrent", Number, "Requests under way at once, streams apart; without it no limit.")
            { Default = "0", Minimum = "0", Maximum = "100000" },
        new("limits.rules[].daily", Number, "Requests a day, which ends at midnight UTC; without it no limit.")
            { Default = "0", Minimum = "0", Maximum = "1000000000" },
        new("limits.rules[].bytesPerDay",
            Size, "Bytes of messages of both directions a day; without it no limit. The message that reaches it still passes.") { Default = "0",
            Minimum = "0", Maximum = "16384GiB" },
    ];

    private static IEnumerable<ConfigurationKey> Inspection() =>
    [
        new("inspection", Section, "What becomes of what inspection finds."),
        new("inspection.metadata", Section,
            "Findings in what servers say of themselves. A definition with a hard finding is withheld, whoever approved it; only a suppression lets "
                + "it be seen."),
        new("inspection.metadata.soft", Choice,
            "What becomes of a definition with soft findings: it is seen and each use records the finding, or it is withheld.") { Default = "record",
            Allowed = ["record", "withhold"] },
        new("inspection.metadata.suppressions", SectionList, "Findings that a person looked at and let be. An expired one counts for nothing."),
        new("inspection.metadata.suppressions[].server", KeyKind.Text, "The server's name under servers.") { Required = true },
        new("inspection.metadata.suppressions[].definition", KeyKind.Text,
            "Kind and name, e.g. `tool/search`; for what there is one of `instructions`, `capabilities` or `server`.") { Required = true },
        new("inspection.metadata.suppressions[].finding", KeyKind.Text, "Id of the finding, e.g. `GHS9005`.") { Required = true },
        new("inspection.metadata.suppressions[].digest", KeyKind.Text,
            "Digest of the definition that was looked at. With it, another definition of the name is not suppressed."),
        new("inspection.metadata.suppressions[].reason", KeyKind.Text, "Why it is harmless here.") { Required = true },
        new("inspection.metadata.suppressions[].until", KeyKind.Text, "Last day (UTC) on which it holds, e.g. `2027-03-31`.") { Required = true },
    ];

    private static IEnumerable<ConfigurationKey> Lock() =>
    [
        new("lock", Section,
            "Which definitions of servers may be seen: tools, prompts, resources, templates, instructions, capabilities. Without this section each "
                + "server is held to what the gateway saw of it first: what changes or is added is withheld until it is approved. With it, what is "
                + "new or different is withheld, a server that was never seen included."),
        new("lock.file", KeyKind.Text,
            "The lock file, from the root or relative to the folder of this file. Its approvals count because it is named here; one that is found "
                + "elsewhere only withholds. Without it, approvals are given to the running gateway alone."),
        new("lock.firstUse", Choice,
            "What becomes of a server that the lock does not have: it is withheld (`refuse`), taken as the gateway itself sees it first and held to "
                + "that (`trust`), or held to nothing (`off`), which the start, `status` and the log say. Each first use is recorded.") { Derived =
                "`refuse` where `lock` is given, else `trust`", Allowed = ["refuse", "trust", "off"] },
        new("lock.requiredSignatures", Number, "How many of the listed keys must have signed an approval in the file; 2 is four eyes.")
            { Default = "0", Minimum = "0", Maximum = "8" },
        new("lock.keys", TextMap,
            "Public keys of approvers by name, each as base64 of the SubjectPublicKeyInfo of a P-256 key: the line that `gatehouse lock approve "
                + "--new-key` prints.") { Default = "{}" },
        new("lock.approvers", Number,
            "How many different administrators must approve a definition through the control socket before it is seen; 2 is four eyes.") { Default =
                "1", Minimum = "1", Maximum = "5" },
    ];

    private static IEnumerable<ConfigurationKey> Sessions() =>
    [
        new("sessions", Section, "Lives of sessions (protocol revisions up to 2025-11-25)."),
        new("sessions.idle", Duration, "A session unused for this long ends.") { Default = "30m", Minimum = "100ms", Maximum = "168h" },
        new("sessions.absolute", Duration, "A session ends this long after its start, whatever happens. Not less than idle.")
            { Default = "12h", Minimum = "100ms", Maximum = "720h" },
        new("sessions.max", Number,
            "Open sessions at once. Conversations have the same bound on their own, and each counts once for each of its servers.") { Default =
                "20000", Minimum = "1", Maximum = "1000000" },
        new("sessions.replayEvents", Number, "Events kept for the resumption of one session of a stdio server.")
            { Default = "256", Minimum = "0", Maximum = "100000" },
        new("sessions.replayBytes", Size, "Bytes of such events.") { Default = "1MiB", Minimum = "0", Maximum = "256MiB" },
    ];

    private static IEnumerable<ConfigurationKey> Audit() =>
    [
        new("audit", Section, "The audit log and what happens when it cannot be written."),
        new("audit.directory", Place, "Folder of the segments.") { Derived = "`audit` in the state folder" },
        new("audit.begun", Choice,
            "When the decision on a call that may act must be on stable storage: before it goes upstream, or before its reply. With `beforeReply` a "
                + "call may have acted without an entry after a crash, but no client was told so.") { Default = "beforeForward",
                Allowed = ["beforeForward", "beforeReply"] },
        new("audit.outcomeBeforeReply", Switch, "True waits for the outcome to be on stable storage before a call that may act is answered.")
            { Default = "false" },
        new("audit.whenUnavailable", Choice, "What becomes of reading methods while the log cannot be written. Acting ones are always refused.")
            { Default = "refuse", Allowed = ["refuse", "allow"] },
        new("audit.keepPayloads", Switch,
            "True keeps requests that may act, whole, sealed under a key that is derived for issuer and subject. What has more than 1 MiB without "
                + "the blanks between its parts is refused (GH9008), never cut.") { Default = "false" },
        new("audit.segmentBytes", Size, "Size of one segment.") { Default = "64MiB", Minimum = "64KiB", Maximum = "4GiB" },
        new("audit.maxTotalBytes",
            Size, "All segments together. Not less than one segment. The entries of one caller may take limits.callerShare percent of the room that "
                + "is left in a day.") { Default = "16GiB", Minimum = "64KiB", Maximum = "16384GiB" },
        new("audit.minFreeBytes", Size, "Free space below which entries are refused.") { Default = "64MiB", Minimum = "0", Maximum = "1024GiB" },
    ];

    private static IEnumerable<ConfigurationKey> Rest() =>
    [
        new("telemetry", Section, "Traces and metrics."),
        new("telemetry.otlp", Url, "OTLP endpoint (http/protobuf): https, or http on loopback. Without it nothing is exported.")
            { Variable = "GATEHOUSE_OTLP" },
        new("administration", Section, "Who may do acts that name a person through the control socket."),
        new("administration.audience", KeyKind.Text, "Audience of administration tokens.") { Derived = "publicUrl and `/admin`" },
        new("administration.who", Section, "The administrators. Without it nobody, except by a confirmation at the terminal with `--dev`.")
            { AnyOf = [.. PolicyKeys.Who.Select(key => key.Name)] },
        .. Who("administration.who"),
    ];

    private static IEnumerable<ConfigurationKey> Decisions() =>
    [
        new("decisionPoint", Section, "An external decision point by OpenID AuthZEN Authorization API 1.0. Without its word nothing passes."),
        new("decisionPoint.url", Url,
            "Its base address: https, or http on loopback. `/access/v1/evaluation` and `/access/v1/evaluations` are below it.") { Required = true },
        new("decisionPoint.identifier", KeyKind.Text,
            "Its identifier, a URL of the same origin. Once given, its metadata are read and must name exactly this, and the endpoints are those "
                + "they name."),
        new("decisionPoint.combine", Choice,
            "Whose permit is needed: the policy's and the decision point's, or the decision point's alone. A forbid of the policy wins in both.")
                { Default = "bothMustPermit", Allowed = ["bothMustPermit", "externalOnly"] },
        new("decisionPoint.credential", Section, "The gateway's own credential for it."),
        new("decisionPoint.credential.header", KeyKind.Text, "Header that carries it, e.g. `Authorization`.") { Required = true },
        new("decisionPoint.credential.prefix", KeyKind.Text, "Text before the value, e.g. `\"Bearer \"`.") { Default = "" },
        new("decisionPoint.credential.value", Secret, "Where the value is found: `env:NAME` or `file:PATH`.") { Required = true },
        new("decisionPoint.pins", TextList,
            "Accepted public keys as `sha256/` and the base64 of the SHA-256 of the SPKI. Once one is named, only they are trusted, instead of what "
                + "the system trusts.") { Default = "[]" },
        new("decisionPoint.timeout", Duration, "Time for one question, from waiting for a turn to the last byte of the answer. Later is a denial.")
            { Default = "2s", Minimum = "50ms", Maximum = "30s" },
        new("decisionPoint.sendArguments", Switch, "True sends the arguments of tools and prompts as well. They may hold anything a caller writes.")
            { Default = "false" },
        new("decisionPoint.batch", Number, "Most questions in one request, for lists; 1 asks one by one.")
            { Default = "100", Minimum = "1", Maximum = "1000" },
        new("decisionPoint.concurrency", Number,
            "Requests to it under way at once; others wait within the timeout. One caller has limits.callerShare percent of them, and more while "
                + "less than half are taken.") { Default = "32", Minimum = "1", Maximum = "1000" },
        new("decisionPoint.cache", Section,
            "What is remembered of its answers, for the same question of the same caller under the same configuration."),
        new("decisionPoint.cache.positive", Duration, "How long a permit counts. A right that was taken away there lasts this much longer here.")
            { Default = "5s", Minimum = "0s", Maximum = "5m" },
        new("decisionPoint.cache.negative", Duration, "How long a denial counts.") { Default = "5s", Minimum = "0s", Maximum = "5m" },
        new("decisionPoint.cache.entries", Number, "Most answers remembered, and most questions under way: more than the longest list has entries.")
            { Default = "10000", Minimum = "100", Maximum = "1000000" },
        new("decisionService", Section,
            "Serves decisions of the policy to others by OpenID AuthZEN Authorization API 1.0, under publicUrl. Without it nobody may ask."),
        new("decisionService.audience", KeyKind.Text, "Audience of the askers' tokens. No token for a server or for administration will do.")
            { Derived = "publicUrl and `/access/v1`" },
        new("decisionService.who", Section, "Who may ask. What they say about others is believed.")
            { Required = true, AnyOf = [.. PolicyKeys.Who.Select(key => key.Name)] },
        .. Who("decisionService.who"),
        new("decisionService.types", TextList,
            "Resource types of other applications that the policy speaks of besides: the type stands where a server's name would, the action where "
                + "a tool's.") { Default = "[]" },
        new("decisionService.batch", Number, "Most questions in one request, and most results of a search.")
            { Default = "100", Minimum = "1", Maximum = "1000" },
        new("decisionService.concurrency",
            Number, "Requests answered at once; others are told to come again. One enforcement point has limits.callerShare percent of them, and "
                + "more while less than half are taken.") { Default = "32", Minimum = "1", Maximum = "1000" },
    ];
}
