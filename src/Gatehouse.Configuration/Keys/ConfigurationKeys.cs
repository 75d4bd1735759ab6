using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Identity.Issuers;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Presets;
using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>Every key of <c>version: 1</c>, once, in the order of the reference page. A section comes before its keys.</summary>
public static class ConfigurationKeys
{

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        .. Top(), .. Listen(), .. Issuers(), .. AuthorizationServerKeys.All, .. DPoP(), .. Workloads(), .. Servers(), .. Policy(), .. Lock(),
        .. Inspection(), .. Limits(), .. LimitRules(), .. Sessions(), .. ApprovalKeys.All, .. QuarantineKeys.All, .. Audit(), .. Rest(),
        .. Decisions(),
    ];

    private static IEnumerable<ConfigurationKey> Top() =>
    [
        new("version", Number, "Version of this format.") { Required = true, Allowed = ["1"] },
        new("publicUrl", Url,
            "Origin under which clients reach the gateway. Audiences, metadata and redirect URLs come only from it. Use https, or http on loopback.")
                { Required = true, Variable = "GATEHOUSE_PUBLIC_URL", Flag = "--public-url" },
        new("state", Place,
            "Folder of keys, store, log and socket. The gateway creates it with mode 0700. A relative path in the flag begins at the working "
                + "folder.")
            {
                Derived = "`$STATE_DIRECTORY` (systemd); else `$XDG_STATE_HOME/gatehouse`, `~/.local/state/gatehouse`; macOS `~/Library/Application "
                    + "Support/gatehouse`; Windows `%LOCALAPPDATA%\\gatehouse`",
                Variable = "GATEHOUSE_STATE", Flag = "--state",
            },
        new("hosts", TextList,
            "Further values of the Host header that the gateway accepts, as `name` or `name:port`. It always accepts the host of publicUrl.")
                { Default = "[]" },
        new("allowedOrigins", TextList, "Web origins that may call, in addition to the origin of publicUrl. Example: `https://app.example.com`.")
            { Default = "[]" },
    ];

    private static IEnumerable<ConfigurationKey> Listen() =>
    [
        new("listen", Section, "Address that the gateway listens on. Off loopback it accepts no unencrypted connections."),
        new("listen.url", Url, "Address and port. The host is an IP address or `localhost`. With port 0 the system selects a free port.")
            { Default = "http://127.0.0.1:8080", Variable = "GATEHOUSE_LISTEN_URL", Flag = "--listen" },
        new("listen.certificate", Place,
            "PEM file of the certificate, followed by its intermediates, which the gateway sends to clients. The gateway reads the file again when it "
                + "changes. Required with https.")
            { OnlyWith = "key" },
        new("listen.key", Place, "PEM file of the private key.") { OnlyWith = "certificate" },
        new("listen.tlsEndedByProxies", TextList,
            "IP addresses of the proxies that end TLS before the gateway. If the list has an entry, the gateway accepts only connections from "
                + "these addresses.") { Default = "[]" },
        new("listen.clientCertificates", Choice,
            "Source of client certificates. `off`: none. `ask`: the TLS connection, where a client may present one. `header`: the header "
                + "`Client-Cert` (RFC 9440) of the proxies in tlsEndedByProxies, which must remove this header from requests of clients.")
                { Default = "off", Allowed = ["off", "ask", "header"] },
        new("management", Section, "Liveness, readiness and metrics."),
        new("management.url", Url, "Address on loopback. Without it the gateway serves none of them."),
        new("management.token", Secret,
            "Source of the token that `/metrics` and `/upstreams` require: `vault:NAME`, `env:NAME` or `file:PATH`. Without it every program on the "
                + "machine can read them.") { OnlyWith = "url" },
    ];

    private static IEnumerable<ConfigurationKey> Issuers() =>
    [
        new("issuers", SectionList,
            "OpenID Connect providers whose access tokens (JWT) the gateway accepts. At least one is required, except with authorizationServer or `--dev`."),
        new("issuers[].issuer", KeyKind.Text, "Issuer, exactly as in its metadata and tokens. Use https, or http on loopback.") { Required = true },
        new("issuers[].profile", Choice, "Shape of its tokens: RFC 9068, Microsoft Entra ID or AD FS.")
            { Default = "strict", Allowed = ["strict", "entra", "adfs"] },
        new("issuers[].tenants", TextList,
            "Entra: the allowed tenants, as GUIDs, if the issuer contains `{tenantid}`. There is no value that allows all tenants.")
                { Default = "[]" },
        new("issuers[].metadata", Url, "Address of its metadata, if it does not follow from the issuer.")
            { Derived = "`/.well-known/openid-configuration` under the issuer, then the addresses of RFC 8414; for Entra those of the login host" },
        new("issuers[].hosts", TextList,
            "Hosts, in addition to its own, that its metadata may name at addresses that are not public. All other addresses in the metadata must "
                + "be public and use https.") { Default = "[]" },
        new("issuers[].tokenIssuer", KeyKind.Text, "AD FS: the `iss` of its access tokens.")
            { Derived = "`http://`, the host of the issuer and `/adfs/services/trust`" },
        new("issuers[].subjectClaim", KeyKind.Text, "Claim that names the subject.")
            { Derived = "`sub`; for AD FS else `upn`, `unique_name`; for Entra always `oid` and `tid`" },
        new("issuers[].scopeImplies", TextListMap,
            "Scopes of this issuer that include others, such as `admin: [read, write]`. The gateway follows every step. Circles are not allowed.")
                { Default = "{}" },
        new("issuers[].introspection", Section,
            "The gateway asks the issuer about tokens that are not JWTs (RFC 7662). Only one issuer can have this section, because an opaque token "
                + "does not name its issuer."),
        new("issuers[].introspection.endpoint", Url, "Address of the introspection endpoint.")
            { Derived = "`introspection_endpoint` of its metadata" },
        new("issuers[].introspection.client", KeyKind.Text, "Client id of the gateway at the issuer.") { Required = true },
        new("issuers[].introspection.secret", Secret, "Source of the gateway's secret at the issuer: `vault:NAME`, `env:NAME` or `file:PATH`.")
            { Required = true },
        new("issuers[].introspection.cacheLife", Duration,
            "Time for which the gateway uses a positive answer, if the token does not expire earlier. A token that the issuer revoked still passes "
                + "for this time.") { Default = "30s", Minimum = "0s", Maximum = "5m" },
        new("issuers[].introspection.cacheEntries", Number, "Maximum number of cached answers.")
            { Default = "10000", Minimum = "1", Maximum = "1000000" },
        new("issuers[].graph", Section,
            "Entra: the gateway asks Microsoft Graph whether an assignment of Privileged Identity Management is active, for rules with "
                + "`access.source: entra-pim:...`. The issuer must be of one tenant, which is also the tenant of the application.")
                { OneOf = ["secret", "certificate"] },
        new("issuers[].graph.clientId", KeyKind.Text, "Application (client) id of the gateway in the tenant, a GUID.") { Required = true },
        new("issuers[].graph.secret", Secret, "Source of the secret of the application: `vault:NAME`, `env:NAME` or `file:PATH`."),
        new("issuers[].graph.certificate", Place, "PEM file of the certificate of the application (RSA). It takes the place of the secret.")
            { OnlyWith = "key" },
        new("issuers[].graph.key", Place, "PEM file of the private key of the certificate, readable only for the gateway's account.")
            { OnlyWith = "certificate" },
        new("issuers[].graph.authority", Url, "Origin of the login service. Another one is for a national cloud.")
            { Default = "https://login.microsoftonline.com" },
        new("issuers[].graph.origin", Url, "Origin of Microsoft Graph. Another one is for a national cloud.")
            { Default = "https://graph.microsoft.com" },
        new("issuers[].graph.recheck", Duration,
            "Time for which an answer of Microsoft Graph counts. A right that ended in Entra permits nothing after this time, at the latest.")
                { Default = "60s", Minimum = "30s", Maximum = "15m" },
        new("issuers[].graph.timeout", Duration, "Time for one check, with the wait for its turn. The right does not count when it is over.")
            { Default = "5s", Minimum = "1s", Maximum = "30s" },
        new("issuers[].algorithms", TextList, "Accepted signature algorithms.")
            { Default = "[ES256, ES384, PS256, RS256]", Allowed = IssuerProfile.AllAlgorithms },
        new("issuers[].acceptUntypedTokens", Switch,
            "True accepts `typ: JWT` or no `typ`, in addition to `at+jwt`. Use it for providers that are older than RFC 9068.") { Default = "false" },
        new("issuers[].clockSkew", Duration, "Tolerated difference between clocks.") { Default = "60s", Minimum = "0s", Maximum = "300s" },
        new("issuers[].staleKeys", Duration, "Time for which the gateway uses the last good keys while it cannot reach the issuer.")
            { Default = "24h", Minimum = "0s", Maximum = "168h" },
    ];

    private static IEnumerable<ConfigurationKey> DPoP() =>
    [
        new("dpop", Section, "Proofs of possession (DPoP, RFC 9449) of tokens that are bound to a key."),
        new("dpop.demandNonce", Switch,
            "True refuses a proof without a nonce of the gateway. A client receives the nonce with the first refusal. False lets clients make "
                + "proofs in advance.") { Default = "true" },
        new("dpop.proofLife", Duration, "Maximum age of a proof.") { Default = "60s", Minimum = "5s", Maximum = "5m" },
        new("dpop.maxProofs", Number,
            "Maximum number of remembered proofs. The gateway remembers proofs so that none is used twice. When the number is reached, it refuses "
                + "further proofs.") { Default = "100000", Minimum = "1", Maximum = "10000000" },
        new("dpop.maxProofsPerKey", Number, "Maximum number of remembered proofs of one key.")
            { Default = "10000", Minimum = "1", Maximum = "10000000" },
    ];

    private static IEnumerable<ConfigurationKey> Workloads() =>
    [
        new("certificateIssuers", SectionList,
            "Issuers of certificates for workloads that need no token. The trust store of the system has no effect here. Callers with such a "
                + "certificate have the issuer `certificate:` and the name.") { OneOf = ["authorities", "workloads"] },
        new("certificateIssuers[].name", KeyKind.Text, "Name that servers refer to.") { Required = true },
        new("certificateIssuers[].authorities", Place, "PEM file of the authorities: the self-signed root and intermediates."),
        new("certificateIssuers[].pins", TextList,
            "Accepted public keys of workloads among those that the authorities issued, as `sha256/` and the base64 of the SHA-256 of the SPKI. "
                + "Pins require authorities, because a key does not name a workload.") { Default = "[]" },
        new("certificateIssuers[].workloads", TextListMap,
            "Used instead of authorities: the workloads by their names as callers, each with the pins of its keys. The gateway ignores the name and the "
                + "expiry date in such a certificate. To remove a workload, remove its pin.") { Default = "{}" },
        new("certificateIssuers[].subject", Choice,
            "Part of the certificate that names the workload: its only URI (SPIFFE), its only DNS name, or its whole subject name.")
                { Default = "uri", Allowed = ["uri", "dns", "name"], OnlyWith = "authorities" },
        new("certificateIssuers[].revocationList", Place,
            "File of the revocation lists (CRL) of the authorities. The gateway checks it as often as revocations.checkEvery. A list applies only "
                + "to its own authority. The gateway accepts a certificate only while it has the current list of the authority that issued the "
                + "certificate.") { OnlyWith = "authorities" },
        new("certificateIssuers[].scopes", TextList, "Scopes of each of its workloads. Wildcards are refused.") { Default = "[]" },
        new("revocations", Section, "Revocations that other programs write."),
        new("revocations.file", Place, "File of the list, in lines of JSON. See the page on control."),
        new("revocations.checkEvery", Duration,
            "Time between two checks of the files of revocations. A change takes effect within this time, for open streams too.")
                { Default = "5s", Minimum = "1s", Maximum = "5m" },
    ];

    private static IEnumerable<ConfigurationKey> Servers() =>
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

    private static IEnumerable<ConfigurationKey> Policy() =>
    [
        new("policyPreset", KeyKind.Choice,
            "Policy that comes with the gateway, in addition to the rules here. `gatehouse policy preset NAME` prints it.")
                { Allowed = PolicyPresets.Names },
        new("policyFiles", TextList,
            "Policy files, from the root or relative to the folder of this file. The policy is made of the rules of all files."),
        new("policy", KeyKind.Rules,
            "Rules. No caller may do anything without a permit. A forbid overrides every permit. See [the policy language](policy.md)."),
    ];

    private static IEnumerable<ConfigurationKey> Who(string path) =>
    [
        new($"{path}.issuers", TextList, "Issuers of the token."),
        new($"{path}.subjects", TextList, "Subjects of the token."),
        new($"{path}.clients", TextList, "Client ids of the token."),
        new($"{path}.scopes", TextList, "Scopes. The token must have one of them. Wildcards are refused."),
        new($"{path}.roles", TextList, "Roles. The token must have one of them."),
        new($"{path}.groups", TextList, "Groups. The token must have one of them."),
        new($"{path}.strengths", TextList, "Authentication context or methods. The token must name one of them."),
    ];

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

    private static IEnumerable<ConfigurationKey> Inspection() =>
    [
        new("inspection", Section, "Handling of findings of the inspection."),
        new("inspection.metadata", Section,
            "Findings in the definitions of servers. The gateway withholds a definition with a hard finding, even if it is approved. Only a "
                + "suppression makes it visible."),
        new("inspection.metadata.soft", Choice,
            "Handling of a definition with soft findings. `record`: callers see it, and each use records the finding. `withhold`: the gateway "
                + "withholds it.") { Default = "record", Allowed = ["record", "withhold"] },
        new("inspection.metadata.suppressions", SectionList, "Findings that a person reviewed and accepted. An expired suppression has no effect."),
        new("inspection.metadata.suppressions[].server", KeyKind.Text, "Name of the server under servers.") { Required = true },
        new("inspection.metadata.suppressions[].definition", KeyKind.Text,
            "Kind and name, such as `tool/search`. For a kind with one definition, only the kind: `instructions`, `capabilities` or `server`.")
                { Required = true },
        new("inspection.metadata.suppressions[].finding", KeyKind.Text, "Id of the finding, such as `GHS9005`.") { Required = true },
        new("inspection.metadata.suppressions[].digest", KeyKind.Text,
            "Digest of the reviewed definition. If it is given, the suppression does not apply to another definition of the same name."),
        new("inspection.metadata.suppressions[].reason", KeyKind.Text, "Reason why the finding is harmless here.") { Required = true },
        new("inspection.metadata.suppressions[].until", KeyKind.Text, "Last day (UTC) of the suppression, such as `2027-03-31`.") { Required = true },
        new("inspection.messages", Section,
            "Findings in the texts of messages: arguments, results, resources, prompts, errors, notifications and requests of servers. Without this "
                + "section the gateway only records them, and says so at its start."),
        new("inspection.messages.preset", Choice,
            "Rules that follow those of this section. `record`: everything passes and is recorded. `default`: sure findings in what servers send are "
                + "blocked; likely ones, and texts that were not read, get a notice. `strict`: sure and likely findings in both directions, and texts "
                + "that were not read, are blocked; possible ones get a notice. The page on inspection of messages has the measured share of false alarms "
                + "of each.") { Derived = "`default` where `inspection.messages` is given, else `record`", Allowed = ["record", "default", "strict"] },
        new("inspection.messages.rules", SectionList,
            "Rules about findings. The first one that matches a finding decides about it. Of several findings in a message, the strongest action "
                + "counts."),
        new("inspection.messages.rules[].id", KeyKind.Text, "Unique id. Events show it.") { Required = true },
        new("inspection.messages.rules[].mode", Choice,
            "`shadow`: events say what the rule would do, and the next rule that matches decides. `enforce`: the rule decides.")
                { Default = "shadow", Allowed = ["shadow", "enforce"] },
        new("inspection.messages.rules[].action", Choice,
            "`record`: the message passes, and its event has the finding. `annotate`: it passes with a notice for the model, which has nothing of the "
                + "text; a message that can hold none is blocked. `ask`: a request needs the approval of a person; a result is blocked. `block`: the "
                + "message does not pass, and its receiver gets an error or a notice in its place.")
                { Required = true, Allowed = ["record", "annotate", "ask", "block"] },
        new("inspection.messages.rules[].places", TextList, "Places of texts. Without it: all.") { Allowed = Places },
        new("inspection.messages.rules[].servers", TextList, "Servers. `*` matches any run of characters. Without it: all."),
        new("inspection.messages.rules[].tools", TextList,
            "Tools. The rule then applies only to calls of tools and their results. Without it: every message."),
        new("inspection.messages.rules[].findings", TextList, "Ids of findings, such as `GHS9003`. Without it: all."),
        new("inspection.messages.rules[].confidence", Choice, "Least confidence of a finding.")
            { Default = "low", Allowed = ["low", "medium", "high"] },
        new("inspection.messages.rules[].issuers", TextList, "Issuers of the caller's token. The rule needs a match in each list of callers that is given."),
        new("inspection.messages.rules[].subjects", TextList, "Subjects of the caller's token."),
        new("inspection.messages.rules[].clients", TextList, "Client ids of the caller's token."),
        new("inspection.messages.rules[].roles", TextList, "Roles, of which the caller has one."),
        new("inspection.messages.rules[].groups", TextList, "Groups, of which the caller has one."),
        new("inspection.messages.rules[].scopes", TextList, "Scopes, of which the token has one."),
        new("inspection.messages.suppressions", SectionList,
            "Findings in messages that a person reviewed and accepted. They are recorded and have no other effect. An expired suppression has no effect."),
        new("inspection.messages.suppressions[].server", KeyKind.Text, "Name of the server under servers.") { Required = true },
        new("inspection.messages.suppressions[].tools", TextList, "Tools. Without it: every message of the server."),
        new("inspection.messages.suppressions[].finding", KeyKind.Text, "Id of the finding, such as `GHS9005`.") { Required = true },
        new("inspection.messages.suppressions[].reason", KeyKind.Text, "Reason why the finding is harmless here.") { Required = true },
        new("inspection.messages.suppressions[].until", KeyKind.Text, "Last day (UTC) of the suppression, such as `2027-03-31`.") { Required = true },
    ];

    private static IReadOnlyList<string> Places =>
        [.. Enum.GetNames<Gatehouse.Detection.Messages.MessagePlace>().Select(name => name.ToLowerInvariant())];

    private static IEnumerable<ConfigurationKey> Lock() =>
    [
        new("lock", Section,
            "Definitions of servers that callers may see: tools, prompts, resources, templates, instructions, capabilities. Without this section "
                + "the gateway compares each server with the definitions that it saw first, and withholds changes and additions until they are "
                + "approved. With it, the gateway withholds every new or different definition, including those of a server that it never saw."),
        new("lock.file", KeyKind.Text,
            "Lock file, from the root or relative to the folder of this file. Its approvals count because the configuration names it. A lock file "
                + "found elsewhere can only withhold. Without this key, approvals are given only to the running gateway."),
        new("lock.firstUse", Choice,
            "Handling of a server that the lock does not contain. `refuse`: the gateway withholds its definitions. `trust`: the gateway approves "
                + "the definitions that it sees first, and withholds later changes. `off`: the gateway checks nothing, and the start, `status` and "
                + "the log report it. The log records each first use.")
                { Derived = "`refuse` where `lock` is given, else `trust`", Allowed = ["refuse", "trust", "off"] },
        new("lock.requiredSignatures", Number, "Number of the listed keys that must have signed an approval in the file. 2 requires two persons.")
            { Default = "0", Minimum = "0", Maximum = "8" },
        new("lock.keys", TextMap,
            "Public keys of approvers by name, each as base64 of the SubjectPublicKeyInfo of a P-256 key. `gatehouse lock approve --new-key` "
                + "prints this line.") { Default = "{}" },
        new("lock.approvers", Number,
            "Number of different administrators who must approve a definition through the control socket before callers see it. 2 requires two "
                + "persons.") { Default = "1", Minimum = "1", Maximum = "5" },
    ];

    private static IEnumerable<ConfigurationKey> Sessions() =>
    [
        new("sessions", Section, "Sessions (protocol revisions up to 2025-11-25)."),
        new("sessions.idle", Duration, "Time after which the gateway ends an unused session.")
            { Default = "30m", Minimum = "100ms", Maximum = "168h" },
        new("sessions.absolute", Duration, "Time after its start at which the gateway ends a session, even if it is in use. Not less than idle.")
            { Default = "12h", Minimum = "100ms", Maximum = "720h" },
        new("sessions.max", Number,
            "Maximum number of open sessions. Conversations have the same bound, counted separately. Each conversation counts once for each of its "
                + "servers.") { Default = "20000", Minimum = "1", Maximum = "1000000" },
        new("sessions.replayEvents", Number, "Number of events kept for the resumption of one session of a stdio server.")
            { Default = "256", Minimum = "0", Maximum = "100000" },
        new("sessions.replayBytes", Size, "Bytes of such events.") { Default = "1MiB", Minimum = "0", Maximum = "256MiB" },
    ];

    private static IEnumerable<ConfigurationKey> Audit() =>
    [
        new("audit", Section, "Audit log, and the behaviour when it cannot be written."),
        new("audit.region", KeyKind.Text,
            "Region in which evidence and facts about persons must stay, such as `eu`. The gateway then refuses a configuration with a place of "
                + "another region, or without one: witnesses, outside places of checkpoints, `telemetry.otlp`, `decisionPoint` and `approvals.webhooks`. Loopback and "
                + "folders count as inside. The gateway believes the configuration."),
        new("audit.directory", Place, "Folder of the logs.") { Derived = "`audit` in the state folder" },
        new("audit.begun", Choice,
            "Point by which the decision on a call that may act must be on stable storage: before the call is forwarded. Earlier versions also had "
                + "`beforeReply`, which could leave a call without an entry after a crash. Remove the setting where it has that value.")
                { Default = "beforeForward", Allowed = ["beforeForward"] },
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
        new("audit.retention.segments", Duration,
            "For segments of earlier builds (`audit-*.jsonl`). They have facts about persons in clear, and no keys: a segment is deleted whole when its newest entry is older. The log "
                + "names its digest. With 0s they are kept.") { Default = "0s", Minimum = "0s", Maximum = "36500d" },
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

    private static IEnumerable<ConfigurationKey> Rest() =>
    [
        new("telemetry", Section, "Traces and metrics."),
        new("telemetry.otlp", Url, "OTLP endpoint (http/protobuf). Use https, or http on loopback. Without it the gateway exports nothing.")
            { Variable = "GATEHOUSE_OTLP" },
        new("telemetry.region", KeyKind.Text, "Region of the endpoint. It must be that of audit.region."),
        new("administration", Section, "Callers that may do acts that name a person, through the control socket and over HTTP."),
        new("administration.audience", KeyKind.Text, "Audience of administration tokens.") { Derived = "publicUrl and `/admin`" },
        new("administration.strengths", TextList,
            "Authentication contexts (acr) or methods (amr), such as `mfa`. The token of an administrator must name one of them. Otherwise the gateway "
                + "refuses with `insufficient_user_authentication` (RFC 9470). Without it any authentication is enough.") { Default = "[]" },
        new("administration.maxAge", Duration,
            "Longest time since the administrator authenticated (`auth_time` of the token). With 0s any time is accepted.")
                { Default = "0s", Minimum = "0s", Maximum = "24h" },
        new("administration.who", Section,
            "Administrators. Without it the gateway accepts no administrator, except by a confirmation at the terminal with `--dev`.")
                { AnyOf = [.. PolicyKeys.Who.Select(key => key.Name)] },
        .. Who("administration.who"),
        new("administration.obligations", SectionList,
            "What acts of administration need in addition to the right of the administrator. Lists and searches need nothing more."),
        new("administration.obligations[].acts", TextList,
            "Names of acts, as the audit log has them after `control.`: "
                + string.Join(", ", ObligedActs.All.Keys.Order(StringComparer.Ordinal).Select(static act => $"`{act}`")) + ".") { Required = true },
        new("administration.obligations[].reason", Choice, "With `required` the act is refused without a reason.")
            { Allowed = ["optional", "required"], Default = "optional" },
        new("administration.obligations[].secondPerson", Section,
            "People who grant such acts. One of them has to, and never the person who asks. Not with `--dev`.")
            { AnyOf = [.. PolicyKeys.Who.Select(key => key.Name)] },
        .. Who("administration.obligations[].secondPerson"),
        new("administration.obligations[].expires", Duration, "Life of the open question, and again of a grant that was not used.")
            { Default = "15m", Minimum = "1m", Maximum = "24h" },
        new("administration.obligations[].delaysEmergency", Switch,
            "True where acts that take a right away wait for the second person too. In an incident they are delayed.") { Default = "false" },
        .. AdministrationHttpKeys.All,
        new("administration.reading", Section,
            "Administrators who may read the audit log through the control socket. An administrator who is in none of its lists reads nothing."),
        new("administration.reading.own", Section, "Administrators who may read entries of their own exchanges.")
            { AnyOf = [.. PolicyKeys.Who.Select(key => key.Name)] },
        .. Who("administration.reading.own"),
        new("administration.reading.groups", SectionList,
            "Administrators who may read entries of exchanges whose caller was in a group at that time, and entries of their own exchanges. Entries "
                + "record these groups of a caller from the moment when the configuration names them, and are found by no group before. An "
                + string.Create(CultureInfo.InvariantCulture,
                    $"administrator may be in several entries. At most {AuditEntry.MostReadingGroups} groups in all.")),
        new("administration.reading.groups[].who", Section, "The administrators.")
            { Required = true, AnyOf = [.. PolicyKeys.Who.Select(key => key.Name)] },
        .. Who("administration.reading.groups[].who"),
        new("administration.reading.groups[].of", TextList,
            "The groups whose persons' entries they may read, as tokens name them. `*` has no special meaning.") { Required = true },
        new("administration.reading.groups[].issuer", KeyKind.Text,
            "Issuer of the tokens of these persons. Without it, the one of the administrator's own token: a group of the same name at another issuer "
                + "is another group."),
        new("administration.reading.all", Section, "Administrators who may read all entries.")
            { AnyOf = [.. PolicyKeys.Who.Select(key => key.Name)] },
        .. Who("administration.reading.all"),
        new("administration.reading.payloads", Section,
            "Administrators who may also open kept requests (`audit.keepPayloads`) of the entries that they may read.")
            { AnyOf = [.. PolicyKeys.Who.Select(key => key.Name)] },
        .. Who("administration.reading.payloads"),
        new("administration.reading.erase", Section, "Administrators who may erase what the log says about a person (`gatehouse audit erase`).")
            { AnyOf = [.. PolicyKeys.Who.Select(key => key.Name)] },
        .. Who("administration.reading.erase"),
    ];

    private static IEnumerable<ConfigurationKey> Decisions() =>
    [
        new("decisionPoint", Section,
            "External decision point by OpenID AuthZEN Authorization API 1.0. The gateway permits nothing without its decision."),
        new("decisionPoint.url", Url,
            "Base address. Use https, or http on loopback. `/access/v1/evaluation` and `/access/v1/evaluations` are below it.") { Required = true },
        new("decisionPoint.identifier", KeyKind.Text,
            "Identifier: a URL of the same origin. If it is given, the gateway reads the metadata, which must name exactly this identifier, and "
                + "uses the endpoints in them."),
        new("decisionPoint.region", KeyKind.Text, "Region of the decision point, which receives facts about callers. It must be that of audit.region."),
        new("decisionPoint.combine", Choice,
            "Required permits: of the policy and the decision point, or only of the decision point. A forbid of the policy wins in both cases.")
                { Default = "bothMustPermit", Allowed = ["bothMustPermit", "externalOnly"] },
        new("decisionPoint.credential", Section, "Credential of the gateway for the decision point."),
        new("decisionPoint.credential.header", KeyKind.Text, "Header that carries the credential, such as `Authorization`.") { Required = true },
        new("decisionPoint.credential.prefix", KeyKind.Text, "Text before the value, such as `\"Bearer \"`.") { Default = "" },
        new("decisionPoint.credential.value", Secret, "Source of the value: `vault:NAME`, `env:NAME` or `file:PATH`.") { Required = true },
        new("decisionPoint.pins", TextList,
            "Accepted public keys, as `sha256/` and the base64 of the SHA-256 of the SPKI. If the list has an entry, the gateway trusts only these "
                + "keys, and not the trust store of the system.") { Default = "[]" },
        new("decisionPoint.timeout", Duration,
            "Time for one evaluation, from waiting for a turn to the last byte of the answer. The gateway denies when it is over.")
                { Default = "2s", Minimum = "50ms", Maximum = "30s" },
        new("decisionPoint.sendArguments", Switch,
            "True sends the arguments of tools and prompts too. They may contain anything that a caller writes.") { Default = "false" },
        new("decisionPoint.batch", Number,
            "Maximum number of evaluations in one request, for lists. 1 sends each evaluation in a request of its own.")
                { Default = "100", Minimum = "1", Maximum = "1000" },
        new("decisionPoint.concurrency", Number,
            "Requests to the decision point in progress at the same time. Others wait within the timeout. One caller has limits.callerShare "
                + "percent of them, and more while less than half are in use.") { Default = "32", Minimum = "1", Maximum = "1000" },
        new("decisionPoint.cache", Section, "Cache of its answers, for the same evaluation of the same caller under the same configuration."),
        new("decisionPoint.cache.positive", Duration,
            "Time for which the gateway uses a permit. A right that the decision point withdraws remains in effect here for this time.")
                { Default = "5s", Minimum = "0s", Maximum = "5m" },
        new("decisionPoint.cache.negative", Duration, "Time for which the gateway uses a denial.") { Default = "5s", Minimum = "0s", Maximum = "5m" },
        new("decisionPoint.cache.entries", Number,
            "Maximum number of cached answers, and of evaluations in progress. It must be larger than the number of entries of the longest list.")
                { Default = "10000", Minimum = "100", Maximum = "1000000" },
        new("decisionService", Section,
            "Serves decisions of the policy to other applications by OpenID AuthZEN Authorization API 1.0, under publicUrl. Without this section "
                + "the gateway answers no such requests."),
        new("decisionService.audience", KeyKind.Text,
            "Audience of the tokens of those applications. A token for a server or for administration is not accepted.")
                { Derived = "publicUrl and `/access/v1`" },
        new("decisionService.who", Section, "Callers that may use the service. The gateway believes what they say about others.")
            { Required = true, AnyOf = [.. PolicyKeys.Who.Select(key => key.Name)] },
        .. Who("decisionService.who"),
        new("decisionService.types", TextList,
            "Resource types of other applications that the policy also covers. In a rule the type takes the place of a server's name, and the "
                + "action takes the place of a tool's.") { Default = "[]" },
        new("decisionService.batch", Number, "Maximum number of evaluations in one request, and of results of a search.")
            { Default = "100", Minimum = "1", Maximum = "1000" },
        new("decisionService.concurrency", Number,
            "Requests answered at the same time. Others receive an answer that asks them to try again. One enforcement point has "
                + "limits.callerShare percent of them, and more while less than half are in use.")
                { Default = "32", Minimum = "1", Maximum = "1000" },
    ];
}
