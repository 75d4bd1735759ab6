using static Gatehouse.Gateway.Tests.Configuration.FaultCase;

namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>The table of faults: what is written, where the fault is and what it says.</summary>
internal static class FaultCases
{
    public static IReadOnlyDictionary<string, FaultCase> All { get; } = Text()
        .Concat(Keys()).Concat(Values()).Concat(Addresses()).Concat(Issuers()).Concat(Servers()).Concat(Policy()).Concat(Bounds()).Concat(Decisions())
        .ToDictionary(pair => pair.Name, pair => pair.Case, StringComparer.Ordinal);

    private static IEnumerable<(string Name, FaultCase Case)> Text() =>
    [
        ("empty file", new("", 1, "", "the file is empty", "version: 1")),
        ("only a comment", new("# nothing\n", 1, "", "the file is empty")),
        ("a list instead of keys", new("- version: 1\n", 1, "", "not a mapping")),
        ("an anchor", new(With("hosts: &names [a.example.com]"), 6, "hosts", "an anchor", "repeat the value")),
        ("an alias", new(With("hosts: [*names]"), 6, "hosts[0]", "an alias")),
        ("a tag", new(With("hosts: !!set [a.example.com]"), 6, "hosts", "a tag")),
        ("a merge key", new(With("limits: { <<: { connections: 1 }, connections: 2 }"), 6, "limits", "a merge key")),
        ("a second document", new(With("---\nversion: 1"), 6, "", "a second document")),
        ("a directive", new("%YAML 1.2\n---\n" + With(""), 1, "", "a directive")),
        ("a key twice", new(With("hosts: [a]\nhosts: [b]"), 7, "", "a second time; the first is in line 6")),
        ("a key twice with other quotes", new(With("hosts: [a]\n\"hosts\": [b]"), 7, "", "a second time")),
        ("a tab", new(With("limits:\n\tconnections: 5"), 7, "", "a tab", "spaces")),
        ("an invisible character", new(With("hosts: [a\u202Eb]"), 6, "", "U+202E")),
        ("a damaged character", new(With("hosts: [a\uFFFDb]"), 6, "", "damaged")),
        ("a bare carriage return", new(With("hosts: [a]\r# hidden"), 6, "", "U+000D")),
        ("broken brackets", new(With("hosts: [a, b\nlimits: 3"), 6, "", "not valid YAML")),
        ("a value over several lines", new(With("hosts: [a\n  b]"), 6, "hosts[0]", "several lines")),
        ("a block of text", new(With("hosts:\n  - |\n    a"), 7, "hosts[0]", "several lines")),
        ("deep nesting", new(With("hosts: " + new string('[', 40)), 6, "hosts" + string.Concat(Enumerable.Repeat("[0]", 16)), "deeper than 16")),
        ("a mapping as a key", new(With("limits: { {a: b}: c, connections: 1 }"), 6, "limits", "a key is not plain text")),
        ("no version", new("publicUrl: https://mcp.example.com\n", 1, "version", "'version' is missing", "version: 1")),
        ("a newer version", new("version: 2\nnew: true\n", 1, "version", "a newer build", "this build reads version 1")),
        ("version nought", new("version: 0\n", 1, "version", "never was", "this build reads version 1")),
        ("a version in words", new("version: one\n", 1, "version", "not a whole number")),
        ("a version in quotes", new("version: \"1\"\n", 1, "version", "not a whole number", "version: 1")),
    ];

    private static IEnumerable<(string Name, FaultCase Case)> Keys() =>
    [
        ("an unknown key", new(With("colour: blue"), 6, "colour", "'colour' is unknown here", "known here: version")),
        ("a misspelt key", new(With("limits: { conections: 5 }"), 6, "limits.conections", "unknown", "did you mean 'connections'?")),
        ("a key in other case", new(With("allowedorigins: []"), 6, "allowedorigins", "unknown", "did you mean 'allowedOrigins'?")),
        ("a key of another place", new(With("requestBytes: 4MiB"), 6, "requestBytes", "unknown")),
        ("no publicUrl", new(But("publicUrl: https://mcp.example.com", "hosts: []"), 1, "publicUrl", "'publicUrl' is missing", "Origin")),
        ("no servers", new("version: 1\npublicUrl: https://a.example.com\nissuers: [{ issuer: https://i.example.com }]\n", 1, "servers", "'servers' is missing")),
        ("servers without a name", new(But("  notes: { url: https://notes.example.com/mcp }", "  {}"), 5, "servers", "names are expected")),
        ("a server without keys", new(But("{ url: https://notes.example.com/mcp }", ""), 5, "servers.notes", "keys are expected", "inside")),
        ("a name of a server with a slash", new(But("notes:", "no/tes:"), 5, "servers", "letters, digits")),
        ("a section without keys", new(With("limits:"), 6, "limits", "keys are expected")),
        ("a section that is a text", new(With("limits: many"), 6, "limits", "keys are expected")),
        ("a list of sections that is a mapping", new(With("policy: { id: a }"), 6, "policy", "a list is expected")),
        ("an entry that has no keys", new(With("policy: [everything]"), 6, "policy[0]", "keys are expected")),
        ("a key without its partner", new(With("listen: { key: /a.key }"), 6, "listen.key", "means nothing without 'certificate'")),
        ("a key of the other kind of server", new(Server("url: https://a.example.com/mcp, maxProcesses: 3"), 5, "servers.notes.maxProcesses", "means nothing without 'command'")),
    ];

    private static IEnumerable<(string Name, FaultCase Case)> Values() =>
    [
        ("a word of the north for a switch", new(With("audit: { keepPayloads: no }"), 6, "audit.keepPayloads", "'no' is not true or false", "keepPayloads: true")),
        ("a switch in quotes", new(With("audit: { keepPayloads: \"true\" }"), 6, "audit.keepPayloads", "not true or false")),
        ("a number with a unit", new(With("limits: { connections: 5k }"), 6, "limits.connections", "'5k' is not a whole number")),
        ("a number below nought", new(With("limits: { connections: -5 }"), 6, "limits.connections", "not a whole number")),
        ("a number in quotes", new(With("limits: { connections: \"5\" }"), 6, "limits.connections", "not a whole number")),
        ("a number too small", new(With("limits: { connections: 0 }"), 6, "limits.connections", "out of range", "from 1 to 1000000")),
        ("a number too large", new(With("limits: { connections: 1000001 }"), 6, "limits.connections", "out of range")),
        ("a time without unit", new(With("sessions: { idle: 30 }"), 6, "sessions.idle", "'30' is not a time", "10s")),
        ("a time out of range", new(With("limits: { headerTimeout: 6m }"), 6, "limits.headerTimeout", "out of range")),
        ("a time beyond all", new(With("sessions: { idle: 999999999h }"), 6, "sessions.idle", "not a time")),
        ("a time with a line break", new(With("sessions: { idle: \"30s\\n\" }"), 6, "sessions.idle", "control character")),
        ("a size in other units", new(With("limits: { headerBytes: 16KB }"), 6, "limits.headerBytes", "'16KB' is not a size", "KiB")),
        ("a size beyond all", new(With("limits: { bufferedBytes: 999999999999GiB }"), 6, "limits.bufferedBytes", "not a size")),
        ("a word that is no choice", new(With("audit: { begun: later }"), 6, "audit.begun", "'later' is none of the values", "beforeForward, beforeReply")),
        ("a value that is nothing", new(With("state:"), 6, "state", "there is no value")),
        ("a value that is null", new(With("state: null"), 6, "state", "there is no value")),
        ("a value that is a list", new(With("state: [/a]"), 6, "state", "not a list")),
        ("a list that is a text", new(With("hosts: a.example.com"), 6, "hosts", "a list is expected")),
        ("an entry that is a mapping", new(With("hosts: [{ a: b }]"), 6, "hosts[0]", "a text is expected")),
        ("an entry that is nothing", new(With("hosts: [\"\"]"), 6, "hosts[0]", "the entry is empty")),
        ("a path that depends on the working folder", new(With("state: var/gatehouse"), 6, "state", "working folder")),
        ("a mapping of names that is a list", new(Server("command: [a], environment: [A]"), 5, "servers.notes.environment", "a mapping of names")),
        ("a variable with a bad name", new(Server("command: [a], environment: { A-B: c }"), 5, "servers.notes.environment", "not a name of a variable")),
        ("an empty text", new(Rule("id: \"\", permit: { anyone: true }"), 6, "policy[0].id", "the text is empty")),
    ];

    private static IEnumerable<(string Name, FaultCase Case)> Addresses() =>
    [
        ("publicUrl in clear", new(But("https://mcp.", "http://mcp."), 2, "publicUrl", "in clear", "https://")),
        ("publicUrl with a path", new(But("https://mcp.example.com", "https://mcp.example.com/mcp"), 2, "publicUrl", "no path")),
        ("publicUrl of another scheme", new(But("https://mcp.example.com", "ftp://mcp.example.com"), 2, "publicUrl", "does not begin with https://")),
        ("publicUrl with a password", new(But("https://mcp.example.com", "https://me:hunter2@mcp.example.com"), 2, "publicUrl", "a user name or a password")),
        ("publicUrl with a name before it", new(But("https://mcp.example.com", "https://@mcp.example.com"), 2, "publicUrl", "a user name or a password")),
        ("publicUrl with a fragment", new(But("https://mcp.example.com", "https://mcp.example.com#a"), 2, "publicUrl", "a fragment")),
        ("publicUrl with a backslash", new(But("https://mcp.example.com", @"https://mcp.example.com\a"), 2, "publicUrl", "a backslash")),
        ("publicUrl without a host", new(But("https://mcp.example.com", "https:///a"), 2, "publicUrl", "not a URL")),
        ("publicUrl in clear on a name like loopback", new(But("https://mcp.example.com", "http://localhost.example.com"), 2, "publicUrl", "in clear")),
        ("a host with a scheme", new(With("hosts: [https://a.example.com]"), 6, "hosts[0]", "not a host")),
        ("a host with a wildcard", new(With("hosts: [\"*.example.com\"]"), 6, "hosts[0]", "not a host")),
        ("a host with port nought", new(With("hosts: [\"a:0\"]"), 6, "hosts[0]", "not a host")),
        ("every origin", new(With("allowedOrigins: [\"*\"]"), 6, "allowedOrigins[0]", "every web page")),
        ("an origin with a slash", new(With("allowedOrigins: [https://a.example.com/]"), 6, "allowedOrigins[0]", "no path")),
        ("an origin with the port it has anyway", new(With("allowedOrigins: [\"https://a.example.com:443\"]"), 6, "allowedOrigins[0]", "browsers write", "write https://a.example.com")),
        ("an origin in clear", new(With("allowedOrigins: [http://a.example.com]"), 6, "allowedOrigins[0]", "on its way")),
        ("listening in clear off loopback", new(With("listen: { url: \"http://0.0.0.0:8080\" }"), 6, "listen.url", "in clear", "tlsEndedByProxies")),
        ("listening in clear with no proxy", new(With("listen: { url: \"http://0.0.0.0:8080\", tlsEndedByProxies: [] }"), 6, "listen.tlsEndedByProxies", "no proxy is named")),
        ("https without a certificate", new(With("listen: { url: \"https://127.0.0.1:8443\" }"), 6, "listen.url", "needs a certificate")),
        ("a certificate without https", new(With("listen: { url: \"http://127.0.0.1:8080\", certificate: /a, key: /b }"), 6, "listen.url", "http would not use it")),
        ("listening on a name", new(With("listen: { url: \"https://mcp.example.com:8443\", certificate: /a, key: /b }"), 6, "listen.url", "neither an IP address nor localhost")),
        ("listening on a path", new(With("listen: { url: \"http://127.0.0.1:8080/mcp\" }"), 6, "listen.url", "no path")),
        ("a proxy by name", new(With("listen: { tlsEndedByProxies: [proxy.example.com] }"), 6, "listen.tlsEndedByProxies[0]", "not an IP address")),
        ("a proxy in octal", new(With("listen: { tlsEndedByProxies: [010.0.0.5] }"), 6, "listen.tlsEndedByProxies[0]", "not an IP address")),
        ("every proxy", new(With("listen: { tlsEndedByProxies: [0.0.0.0] }"), 6, "listen.tlsEndedByProxies[0]", "every address")),
        ("management off loopback", new(With("management: { url: \"http://10.0.0.1:9090\" }"), 6, "management.url", "loopback only")),
        ("management by https", new(With("management: { url: \"https://127.0.0.1:9090\" }"), 6, "management.url", "no certificate")),
        ("management on the gateway's port", new(With("management: { url: \"http://127.0.0.1:8080\" }"), 6, "management.url", "share a port")),
        ("telemetry in clear", new(With("telemetry: { otlp: \"http://collector.example.com:4318\" }"), 6, "telemetry.otlp", "in clear")),
        ("an audience that is no URL", new(With("administration: { audience: admin }"), 6, "administration.audience", "does not begin with")),
        ("--dev with a public name", new(With(""), 2, "publicUrl", "--dev") { Development = true }),
        ("--dev listening off loopback", new(But("https://mcp.example.com", "http://127.0.0.1:8080") + "listen: { url: \"https://0.0.0.0:8443\", certificate: /a, key: /b }", 6, "listen.url", "--dev listens on loopback only") { Development = true }),
    ];

    private static IEnumerable<(string Name, FaultCase Case)> Issuers() =>
    [
        ("no issuer", new(But("issuers: [{ issuer: https://login.example.com }]\n", ""), 1, "issuers", "there is no issuer", "--dev")),
        ("an empty list of issuers", new(But("[{ issuer: https://login.example.com }]", "[]"), 1, "issuers", "there is no issuer")),
        ("an issuer without its name", new(Issuer("clockSkew: 1s"), 3, "issuers[0].issuer", "'issuer' is missing")),
        ("an issuer in clear", new(Issuer("issuer: http://login.example.com"), 3, "issuers[0].issuer", "in clear")),
        ("an issuer with a query", new(Issuer("issuer: \"https://login.example.com?a=b\""), 3, "issuers[0].issuer", "no query")),
        ("an issuer with a fragment", new(Issuer("issuer: \"https://login.example.com#a\""), 3, "issuers[0].issuer", "a fragment")),
        ("an issuer with a password", new(Issuer("issuer: \"https://a:b@login.example.com\""), 3, "issuers[0].issuer", "a password")),
        ("an issuer twice", new(But("[{ issuer: https://login.example.com }]", "[{ issuer: https://a.example.com }, { issuer: https://a.example.com }]"), 3, "issuers[1].issuer", "a second time")),
        ("an HMAC algorithm", new(Issuer("issuer: https://i.example.com, algorithms: [ES256, HS256]"), 3, "issuers[0].algorithms[1]", "HMAC", "ES256")),
        ("the algorithm none", new(Issuer("issuer: https://i.example.com, algorithms: [None]"), 3, "issuers[0].algorithms[0]", "without a signature")),
        ("an unknown algorithm", new(Issuer("issuer: https://i.example.com, algorithms: [es256]"), 3, "issuers[0].algorithms[0]", "not known", "ES256")),
        ("no algorithm", new(Issuer("issuer: https://i.example.com, algorithms: []"), 3, "issuers[0].algorithms", "no algorithm")),
        ("clocks too far apart", new(Issuer("issuer: https://i.example.com, clockSkew: 301s"), 3, "issuers[0].clockSkew", "out of range", "300s")),
    ];

    private static IEnumerable<(string Name, FaultCase Case)> Servers() =>
    [
        ("a server with neither url nor command", new(Server("path: /a"), 5, "servers.notes", "none of 'url', 'command'")),
        ("a server with url and command", new(Server("url: https://a.example.com/mcp, command: [a]"), 5, "servers.notes", "exclude each other")),
        ("a server in clear", new(Server("url: http://notes.example.com/mcp"), 5, "servers.notes.url", "in clear", "https://")),
        ("a server in clear on a private address", new(Server("url: \"http://10.0.0.7:80/mcp\""), 5, "servers.notes.url", "in clear")),
        ("a server at the metadata address", new(Server("url: https://169.254.169.254/mcp"), 5, "servers.notes.url", "link-local")),
        ("a server with a password in its URL", new(Server("url: \"https://a:hunter2@notes.example.com/mcp\""), 5, "servers.notes.url", "a password", "credential")),
        ("a path used twice", new(But("notes: { url: https://notes.example.com/mcp }", "a: { url: https://a.example.com/mcp, path: /MCP/b }\n  b: { url: https://b.example.com/mcp }"), 6, "servers.b.path", "has this path already")),
        ("a path without a slash", new(Server("url: https://a.example.com, path: mcp"), 5, "servers.notes.path", "not plain")),
        ("a path with a slash at its end", new(Server("url: https://a.example.com, path: /mcp/"), 5, "servers.notes.path", "not plain")),
        ("a path with dots", new(Server("url: https://a.example.com, path: /mcp/../a"), 5, "servers.notes.path", "not plain")),
        ("a path with escapes", new(Server("url: https://a.example.com, path: /mcp/%61"), 5, "servers.notes.path", "not plain")),
        ("a path that is the gateway's", new(Server("url: https://a.example.com, path: /.Well-Known/a"), 5, "servers.notes.path", "needs this path itself")),
        ("a host with spaces", new(Server("url: https://a.example.com, host: a b"), 5, "servers.notes.host", "not a host")),
        ("a secret in the file", new(Server("url: https://a.example.com, credential: { header: Authorization, value: hunter2 }"), 5, "servers.notes.credential.value", "not a reference", "replace it")),
        ("a secret with a scheme of later", new(Server("url: https://a.example.com, credential: { header: Authorization, value: \"vault:a\" }"), 5, "servers.notes.credential.value", "not a reference")),
        ("a reference to a file of the working folder", new(Server("url: https://a.example.com, credential: { header: Authorization, value: \"file:key\" }"), 5, "servers.notes.credential.value", "names nothing")),
        ("a reference to no variable", new(Server("url: https://a.example.com, credential: { header: Authorization, value: \"env:\" }"), 5, "servers.notes.credential.value", "names nothing")),
        ("a credential without its value", new(Server("url: https://a.example.com, credential: { header: Authorization }"), 5, "servers.notes.credential.value", "'value' is missing")),
        ("a credential as Host", new(Server("url: https://a.example.com, credential: { header: host, value: \"env:A\" }"), 5, "servers.notes.credential.header", "a meaning of its own")),
        ("a credential as a cookie", new(Server("url: https://a.example.com, credential: { header: Cookie, value: \"env:A\" }"), 5, "servers.notes.credential.header", "a meaning of its own")),
        ("a credential as a length", new(Server("url: https://a.example.com, credential: { header: Content-Length, value: \"env:A\" }"), 5, "servers.notes.credential.header", "a meaning of its own")),
        ("a credential as a header of the protocol", new(Server("url: https://a.example.com, credential: { header: Mcp-Session-Id, value: \"env:A\" }"), 5, "servers.notes.credential.header", "a meaning of its own")),
        ("a credential in no header", new(Server("url: https://a.example.com, credential: { header: \"A: b\", value: \"env:A\" }"), 5, "servers.notes.credential.header", "not the name of a header")),
        ("a prefix that no header may have", new(Server("url: https://a.example.com, credential: { header: A, prefix: ä, value: \"env:A\" }"), 5, "servers.notes.credential.prefix", "no header may have")),
        ("a pin that is none", new(Server("url: https://a.example.com, pins: [sha256/abc]"), 5, "servers.notes.pins[0]", "not a pin")),
        ("a pin without TLS", new(Server("url: \"http://127.0.0.1:1\", pins: [sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=]"), 5, "servers.notes.url", "without TLS")),
        ("every scope", new(Server("url: https://a.example.com, scopes: [\"*\"]"), 5, "servers.notes.scopes[0]", "a wildcard")),
        ("a family of scopes", new(Server("url: https://a.example.com, scopes: [\"mcp:*\"]"), 5, "servers.notes.scopes[0]", "a wildcard")),
        ("the scope of refresh", new(Server("url: https://a.example.com, scopes: [offline_access]"), 5, "servers.notes.scopes[0]", "offline_access")),
        ("a scope with a space", new(Server("url: https://a.example.com, scopes: [a b]"), 5, "servers.notes.scopes[0]", "not a scope")),
        ("an empty command", new(Server("command: []"), 5, "servers.notes.command", "the command is empty")),
        ("a command of the working folder", new(Server("command: [./server]"), 5, "servers.notes.command[0]", "working folder")),
        ("a command line", new(Server("command: [npx server]"), 5, "servers.notes.command[0]", "no shell")),
        ("a secret under environment", new(Server("command: [a], environment: { GITHUB_TOKEN: hunter2 }"), 5, "servers.notes.environment.GITHUB_TOKEN", "is a secret", "secrets")),
        ("a secret of a process in the file", new(Server("command: [a], secrets: { API_KEY: hunter2 }"), 5, "servers.notes.secrets.API_KEY", "not a reference")),
        ("a secret that lost its name", new(Server("command: [a], secrets: { hunter2 }"), 5, "servers.notes.secrets", "not a name of a variable")),
        ("a variable twice", new(Server("command: [a], environment: { A: b }, secrets: { A: \"env:B\" }"), 5, "servers.notes.environment.A", "stands in 'secrets' too")),
    ];

    private static IEnumerable<(string Name, FaultCase Case)> Policy() =>
    [
        ("a rule without id", new(Rule("permit: { anyone: true }"), 6, "policy[0].id", "'id' is missing")),
        ("a rule that says nothing", new(Rule("id: a"), 6, "policy[0]", "none of 'permit', 'forbid'")),
        ("a rule that permits and forbids", new(Rule("id: a, permit: { anyone: true }, forbid: { tools: [a] }"), 6, "policy[0]", "exclude each other")),
        ("an id twice", new(With("policy:\n  - { id: a, permit: { anyone: true } }\n  - { id: a, forbid: { tools: [b] } }"), 8, "policy[1].id", "has this id already")),
        ("an id with spaces", new(Rule("id: a b, permit: { anyone: true }"), 6, "policy[0].id", "letters, digits")),
        ("a permit that names nobody", new(Rule("id: a, permit: { tools: [a] }"), 6, "policy[0].permit", "whom")),
        ("a permit for anyone that is false", new(Rule("id: a, permit: { anyone: false }"), 6, "policy[0].permit.anyone", "says nothing")),
        ("a permit for anyone and some", new(Rule("id: a, permit: { anyone: true, subjects: [a] }"), 6, "policy[0].permit.anyone", "at once")),
        ("a permit with an empty list", new(Rule("id: a, permit: { subjects: [] }"), 6, "policy[0].permit.subjects", "the list is empty")),
        ("a permit for every subject", new(Rule("id: a, permit: { subjects: [\"**\"] }"), 6, "policy[0].permit.subjects[0]", "matches everybody", "anyone: true")),
        ("a permit for every scope", new(Rule("id: a, permit: { scopes: [\"*\"] }"), 6, "policy[0].permit.scopes[0]", "a wildcard")),
        ("a rule about an unknown server", new(Rule("id: a, permit: { anyone: true, servers: [note] }"), 6, "policy[0].permit.servers[0]", "no server", "known: notes")),
        ("a rule about no server", new(Rule("id: a, forbid: { servers: [\"x*\"] }"), 6, "policy[0].forbid.servers[0]", "no server")),
        ("a rule about an unknown issuer", new(Rule("id: a, permit: { issuers: [https://other.example.com] }"), 6, "policy[0].permit.issuers[0]", "no issuer")),
        ("administrators that are nobody", new(With("administration: { who: { roles: [] } }"), 6, "administration.who.roles", "the list is empty")),
        ("administrators that are everybody", new(With("administration: { who: { subjects: [\"*\"] } }"), 6, "administration.who.subjects[0]", "matches everybody")),
        ("anyone as administrator", new(With("administration: { who: { subjects: [a], anyone: true } }"), 6, "administration.who.anyone", "unknown here")),
    ];

    private static IEnumerable<(string Name, FaultCase Case)> Bounds() =>
    [
        ("a session shorter than its idleness", new(With("sessions: { absolute: 10m }"), 6, "sessions.absolute", "before it could be idle")),
        ("a session idle beyond its end", new(With("sessions: { idle: 13h }"), 6, "sessions.idle", "before it could be idle")),
        ("a log smaller than its segment", new(With("audit: { maxTotalBytes: 1MiB }"), 6, "audit.maxTotalBytes", "not one segment")),
        ("a message larger than all messages", new(Server("url: https://a.example.com, limits: { responseBytes: 512MiB }"), 5, "servers.notes.limits.responseBytes", "would not fit")),
    ];

    private static IEnumerable<(string Name, FaultCase Case)> Decisions() =>
    [
        ("a decision point without an address", new(With("decisionPoint: { timeout: 1s }"), 6, "decisionPoint.url", "is missing")),
        ("a decision point in clear", new(With("decisionPoint: { url: http://pdp.example.com }"), 6, "decisionPoint.url", "in clear", "https://")),
        ("a decision point with a query", new(With("decisionPoint: { url: \"https://pdp.example.com/?t=1\" }"), 6, "decisionPoint.url", "no query")),
        ("a gateway that asks itself", new(With("decisionPoint: { url: https://mcp.example.com/access }"), 6, "decisionPoint.url", "the gateway itself")),
        ("an identifier elsewhere", new(With("decisionPoint: { url: https://pdp.example.com, identifier: https://other.example.com }"), 6, "decisionPoint.identifier", "another origin")),
        ("an identifier that is no URL", new(With("decisionPoint: { url: https://pdp.example.com, identifier: pdp }"), 6, "decisionPoint.identifier", "does not begin with")),
        ("a pin of a decision point without TLS", new(With("decisionPoint: { url: http://127.0.0.1:9, pins: [\"sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"] }"), 6, "decisionPoint.url", "without TLS")),
        ("a pin of a decision point that is none", new(With("decisionPoint: { url: https://pdp.example.com, pins: [abc] }"), 6, "decisionPoint.pins[0]", "not a pin")),
        ("a credential in a header with a meaning", new(With("decisionPoint: { url: https://pdp.example.com, credential: { header: Host, value: env:X } }"), 6, "decisionPoint.credential.header", "a meaning of its own")),
        ("a combination there is not", new(With("decisionPoint: { url: https://pdp.example.com, combine: either }"), 6, "decisionPoint.combine", "none of")),
        ("a permit remembered for hours", new(With("decisionPoint: { url: https://pdp.example.com, cache: { positive: 2h } }"), 6, "decisionPoint.cache.positive", "out of range")),
        ("decisions for everybody", new(With("decisionService: { types: [todo] }"), 6, "decisionService.who", "is missing")),
        ("askers that are everybody", new(With("decisionService: { who: { subjects: [\"*\"] } }"), 6, "decisionService.who.subjects[0]", "matches everybody")),
        ("askers that are nobody", new(With("decisionService: { who: { clients: [] } }"), 6, "decisionService.who.clients", "the list is empty")),
        ("an audience of a server", new(With("decisionService: { audience: https://mcp.example.com/mcp/notes, who: { subjects: [a] } }"), 6, "decisionService.audience", "belongs to a server")),
        ("a type of our own", new(With("decisionService: { who: { subjects: [a] }, types: [tool] }"), 6, "decisionService.types[0]", "servers of this gateway")),
        ("a type like a server", new(With("decisionService: { who: { subjects: [a] }, types: [notes] }"), 6, "decisionService.types[0]", "a server has this name")),
        ("a type that is no name", new(With("decisionService: { who: { subjects: [a] }, types: [\"to do\"] }"), 6, "decisionService.types[0]", "not the name of a type")),
        ("a path that the decision service needs", new(Server("path: /access/v1, url: https://a.example.com"), 5, "servers.notes.path", "needs this path itself")),
    ];
}
