namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>The faults of the section <c>authorizationServer</c>.</summary>
internal static class SignInFaultCases
{
    private const string Tenant = "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0";

    public static IEnumerable<(string Name, FaultCase Case)> All => [.. Providers(), .. Clients(), .. Redirects(), .. Others(), .. Later()];

    private const string EntraVersion2 =
        "issuer: https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0, profile: entra";

    private static IEnumerable<(string Name, FaultCase Case)> Providers() =>
    [
        ("sign-in without providers", new(Server("clientDocuments: false"), 6, "authorizationServer.providers", "'providers' is missing", "add 'providers'")),
        ("sign-in at no provider", new(Server("providers: []"), 6, "authorizationServer.providers", "no person could sign in", "add one with")),
        ("two providers of one name",
            new(Server("providers: [{ name: a, issuer: https://a.example.com, clientId: g }, { name: A, issuer: https://b.example.com, clientId: g }]"), 6,
                "authorizationServer.providers[1].name", "another provider has this name", "different name")),
        ("a provider with a colon in its name", new(Provider("name: \"corp:eu\", issuer: https://a.example.com, clientId: g"), 6,
            "authorizationServer.providers[0].name", "in subjects a colon ends it", "another name")),
        ("a provider without an issuer", new(Provider("name: a, clientId: g"), 6, "authorizationServer.providers[0].issuer", "'issuer' is missing")),
        ("a provider without a client id", new(Provider("name: a, issuer: https://a.example.com"), 6, "authorizationServer.providers[0].clientId",
            "'clientId' is missing")),
        ("a provider without TLS", new(Provider("name: a, issuer: http://a.example.com, clientId: g"), 6, "authorizationServer.providers[0].issuer",
            "the keys could come from an attacker", "https://")),
        ("a provider's metadata without TLS",
            new(Provider("name: a, issuer: https://a.example.com, clientId: g, metadata: http://a.example.com/m"), 6,
                "authorizationServer.providers[0].metadata", "the keys could come from an attacker", "https://")),
        ("a provider that is no URL", new(Provider("name: a, issuer: corp, clientId: g"), 6, "authorizationServer.providers[0].issuer",
            "does not begin with https://")),
        ("a provider with a query", new(Provider("name: a, issuer: \"https://a.example.com?x\", clientId: g"), 6, "authorizationServer.providers[0].issuer",
            "no query")),
        ("the gateway as its own provider", new(Provider("name: a, issuer: https://mcp.example.com, clientId: g"), 6,
            "authorizationServer.providers[0].issuer", "this is the gateway itself", "the identity provider")),
        ("every tenant of Entra",
            new(Provider("name: a, issuer: \"https://login.microsoftonline.com/{tenantid}/v2.0\", profile: entra, clientId: g"), 6,
                "authorizationServer.providers[0].issuer", "every tenant of Entra", "replace {tenantid}")),
        ("an organization of Entra that is any",
            new(Provider("name: a, issuer: https://login.microsoftonline.com/organizations/v2.0, profile: entra, clientId: g"), 6,
                "authorizationServer.providers[0].issuer", "any tenant", "https://login.microsoftonline.com/TENANT/v2.0")),
        ("version 1.0 of Entra",
            new(Provider("name: a, issuer: https://sts.windows.net/11111111-1111-4111-8111-111111111111/, profile: entra, clientId: g"), 6,
                "authorizationServer.providers[0].issuer", "version 1.0", "/v2.0")),
        ("a plaintext secret at a provider",
            new(Provider("name: a, issuer: https://a.example.com, clientId: g, clientSecret: hunter2"), 6, "authorizationServer.providers[0].clientSecret",
                "never contains a secret itself", "gatehouse secret set NAME")),
        ("a provider that sends no ID token",
            new(Provider("name: a, issuer: https://a.example.com, clientId: g, scopes: [profile]"), 6, "authorizationServer.providers[0].scopes",
                "does not learn who signed in", "add openid")),
        ("two scopes of a provider in one",
            new(Provider("name: a, issuer: https://a.example.com, clientId: g, scopes: [openid, profile email]"), 6,
                "authorizationServer.providers[0].scopes[1]", "this is not a scope", "without spaces")),
        ("an audience of Entra that no scope asks for",
            new(Provider($"name: a, issuer: \"{Tenant}\", profile: entra, clientId: g, audience: g"), 6, "authorizationServer.providers[0].audience",
                "an access token for Microsoft Graph", "api://APPLICATION/access")),
    ];

    private static IEnumerable<(string Name, FaultCase Case)> Clients() =>
    [
        ("a client without a redirect URI", new(Client("id: desk, name: Desk, redirectUris: []"), 7, "authorizationServer.clients[0].redirectUris",
            "can get no answer", "name at least one")),
        ("a client id with a space", new(Client("id: de sk, name: Desk, redirectUris: [https://a.example.com/c]"), 7, "authorizationServer.clients[0].id",
            "not a client id", "without spaces")),
        ("a client without a readable name", new(Client("id: desk, name: \" \", redirectUris: [https://a.example.com/c]"), 7,
            "authorizationServer.clients[0].name", "people cannot read this name")),
        ("two clients of one id",
            new(With("clients: [{ id: a, name: A, redirectUris: [https://a.example.com/c] }, { id: a, name: B, redirectUris: [https://a.example.com/c] }]"), 7,
                "authorizationServer.clients[1].id", "another client has this id", "different id")),
        ("a client that introspects without a secret",
            new(Client("id: desk, name: Desk, redirectUris: [https://a.example.com/c], mayIntrospect: true"), 7,
                "authorizationServer.clients[0].mayIntrospect", "everyone could ask about tokens", "add 'secret'")),
        ("a plaintext secret of a client",
            new(Client("id: desk, name: Desk, redirectUris: [https://a.example.com/c], secret: hunter2"), 7, "authorizationServer.clients[0].secret",
                "never contains a secret itself", "vault:NAME")),
    ];

    // What is not on the list of acceptable forms gets no code.
    private static IEnumerable<(string Name, FaultCase Case)> Redirects() =>
        new[]
        {
            ("http://app.example.com/c", "without TLS"), ("javascript:alert(1)", "would not go to the client"), ("data:text/html,x", "would not go to the client"),
            ("file:///tmp/x", "would not go to the client"), ("VBScript:x", "would not go to the client"), ("ws://a.example.com/c", "would not go to the client"),
            ("https://a.example.com/c#part", "no fragment"), ("https://user@a.example.com/c", "user name"), ("https://user:hunter2@a.example.com/c", "user name"),
            ("https://*.example.com/c", "'*' has no special meaning"), ("https://a.example.com/*", "'*' has no special meaning"),
            ("/callback", "not an absolute URI"), ("https://a.example.com\\\\@b.example.com/c", "not an absolute URI"),
            ("http://127.0.0.1.example.com/c", "without TLS"), ("https://a.example.com/a b", "not an absolute URI"),
            ("https://app.example.com:0443/c", "the port"), ("https://app_1.example.com/c", "no host name"), ("https://app.example.com/%zz", "not an absolute URI"),
            ("http://127.0.0.2/c", "without TLS"), ("com.example.app:callback", "would not go to the client"), ("HTTPS://app.example.com/c", "would not go to the client"),
        }.Select(one => ($"the redirect URI {one.Item1}",
            new FaultCase(Client($"id: desk, name: Desk, redirectUris: [\"{one.Item1}\"]"), 7, "authorizationServer.clients[0].redirectUris[0]", one.Item2)));

    private static IEnumerable<(string Name, FaultCase Case)> Others() =>
    [
        ("registration without hosts or none", new(With("registration: { perHour: 5 }"), 7, "authorizationServer.registration.redirectHosts",
            "'redirectHosts' is missing", "`redirectHosts: []` is enough")),
        ("registration that is empty", new(With("registration: {}"), 7, "authorizationServer.registration",
            "keys are expected here", "`redirectHosts: []` is enough")),
        ("registration for a scheme of browsers", new(With("registration: { redirectHosts: [], redirectSchemes: [javascript] }"), 7,
            "authorizationServer.registration.redirectSchemes[0]", "not a private-use scheme", "com.example.app")),
        ("registration for a host with a scheme", new(With("registration: { redirectHosts: [\"https://app.example.com\"] }"), 7,
            "authorizationServer.registration.redirectHosts[0]", "this is not a host", "without scheme")),
        ("registration for a host with a wildcard", new(With("registration: { redirectHosts: [\"*.example.com\"] }"), 7,
            "authorizationServer.registration.redirectHosts[0]", "'*' has no special meaning", "one by one")),
        ("documents of a host with a path", new(With("clientDocumentHosts: [app.example.com/oauth]"), 7, "authorizationServer.clientDocumentHosts[0]",
            "this is not a host")),
        ("hosts of documents that are off", new(With("clientDocuments: false, clientDocumentHosts: [app.example.com]"), 7,
            "authorizationServer.clientDocumentHosts", "'clientDocuments' is false")),
        ("the gateway among the issuers",
            new(With("clientDocuments: true").Replace("issuer: https://login.example.com }]", "issuer: https://mcp.example.com/ }]", StringComparison.Ordinal), 3,
                "issuers[0].issuer", "accepts the tokens of its own authorization server without an entry", "remove")),
        ("a server at a path of the authorization server",
            new(With("clientDocuments: true").Replace("notes: { url:", "notes: { path: /oauth/token, url:", StringComparison.Ordinal), 5, "servers.notes.path",
                "the authorization server uses this path", "/oauth")),
        ("a strength that is a pattern", new(FaultCase.With("administration: { strengths: [\"*\"] }"), 6, "administration.strengths[0]",
            "not the name of a context or method", "such as mfa")),
        ("strengths that are an empty list", new(FaultCase.With("administration: { strengths: [] }"), 6, "administration.strengths",
            "the list is empty", "'[none]'")),
        ("a strength beside none", new(FaultCase.With("administration: { strengths: [mfa, none] }"), 6, "administration.strengths[1]",
            "'none' turns the demand off", "write '[none]', or remove it")),
        ("administrators of an issuer that names no methods", new(FaultCase.Issuer(EntraVersion2) + "administration: { who: { groups: [admins] } }\n", 6,
            "administration.strengths", "tokens of Entra version 2.0 name no methods", "'[c1]'")),
        ("a method that the issuer never names", new(FaultCase.Issuer(EntraVersion2) + "administration: { strengths: [mfa, c0] }\n", 6,
            "administration.strengths", "tokens of Entra version 2.0 name no methods", "'[none]'")),
        ("an access token for a day", new(With("accessTokenLife: 24h"), 7, "authorizationServer.accessTokenLife", "out of range", "1m to 1h")),
        ("a grant for a year", new(With("grantLife: 8760h"), 7, "authorizationServer.grantLife", "out of range", "1h to 2160h")),
        ("a grace of minutes", new(With("refreshGrace: 5m"), 7, "authorizationServer.refreshGrace", "out of range", "0s to 60s")),
        ("a form of tokens that there is not", new(With("accessTokens: paseto"), 7, "authorizationServer.accessTokens", "'paseto'", "opaque, jwt")),
    ];

    private static IEnumerable<(string Name, FaultCase Case)> Later() =>
    [
        .. Credentials,
        ("an outer key", new(FaultCase.With("outerKey: { file: /etc/gatehouse/outer.key }"), 6, "outerKey", "not in this build")),
        .. Events,
    ];

    private static IEnumerable<(string Name, FaultCase Case)> Events =>
    [
        Event("events of no kind", "events: {}", "keys are expected here"),
        Event("a poll without TLS", "events: { poll: \"http://corp.example.com/poll\", token: \"env:A\" }", "without TLS", ".poll"),
        Event("a poll without a token", "events: { poll: \"https://corp.example.com/poll\" }", "no token for the poll"),
        Event("a token without a poll", "name: corp, events: { pushToken: \"env:A\", token: \"env:A\" }", "'poll'", ".token"),
        Event("scopes of a token that is given", "events: { poll: \"https://corp.example.com/poll\", token: \"env:A\", scopes: [ssf.read] }",
            "no effect", ".scopes"),
        Event("a transmitter without TLS",
            "events: { poll: \"https://corp.example.com/poll\", token: \"env:A\", transmitter: \"http://corp.example.com\" }", "without TLS", ".transmitter"),
        Event("an audience without events", "name: corp, client: { id: a, secret: \"env:A\" }, events: { logout: true, audience: a }",
            "no event has it", ".audience"),
        Event("a push without the name of the issuer", "events: { pushToken: \"env:A\" }", "ends with the name of the issuer"),
        Event("a logout of no client", "name: corp, events: { logout: true }", "the gateway is none"),
        Event("events of people with another subject", "subjectClaim: employee, events: { poll: \"https://corp.example.com/poll\", token: \"env:A\" }",
            "events name a person by 'sub'"),
        ("a server at a path of events",
            new(FaultCase.Issuer("issuer: https://login.example.com, name: corp, events: { pushToken: \"env:A\" }")
                .Replace("notes: { url:", "notes: { path: /events/push, url:", StringComparison.Ordinal), 5, "servers.notes.path", "the endpoints of events")),
    ];

    private static (string Name, FaultCase Case) Event(string name, string keys, string message, string path = "") =>
        (name, new(FaultCase.Issuer("issuer: https://login.example.com, " + keys), 3, "issuers[0].events" + path, message));

    private static IEnumerable<(string Name, FaultCase Case)> Credentials =>
    [
        Credential("exchange by an issuer that is not there", "tokenExchange: { issuer: other, audience: a }", "tokenExchange.issuer", "has the name 'other'"),
        Credential("exchange by an issuer without a client", "tokenExchange: { issuer: \"https://login.example.com\", audience: a }",
            "tokenExchange.issuer", "no client of this issuer"),
        Credential("client credentials without an issuer", "clientCredentials: { client: a, secret: \"env:A\" }", "clientCredentials.issuer", "is missing"),
        Credential("a client with two proofs", "clientCredentials: { issuer: \"https://login.example.com\", client: a, secret: \"env:A\", key: \"env:B\" }",
            "clientCredentials", "one of 'secret', 'key' and 'certificate'"),
        Credential("a resource that is no URI",
            "clientCredentials: { issuer: \"https://login.example.com\", client: a, secret: \"env:A\", resource: crm }", "clientCredentials.resource",
            "absolute URI"),
        Credential("an identity assertion of an issuer at which people do not sign in",
            "identityAssertion: { issuer: \"https://login.example.com\", authorizationServer: \"https://p.example\", client: a, secret: \"env:A\" }",
            "identityAssertion.issuer", "people do not sign in at the gateway with this issuer"),
        ("an identity assertion for callers with a token of another issuer", Assertion("", ", clientSecret: \"env:A\"",
            "callers with a token of https://login.example.com have no ID token")),
        ("an identity assertion by a public client", Assertion(", issuers: [\"https://mcp.example.com\"]", "", "only a client with a proof can exchange")),
        Credential("two credentials of one server", "managedIdentity: { resource: \"https://a.example\" }, workloadIdentity: { resource: \"https://a.example\" }",
            "", "exclude each other"),
    ];

    private static FaultCase Assertion(string server, string keys, string message) => new(
        FaultCase.Server("url: https://notes.example.com/mcp, credential: { identityAssertion: { issuer: corp, "
            + "authorizationServer: \"https://p.example\", client: a, secret: \"env:A\" } }" + server)
            + $"\nauthorizationServer: {{ providers: [{{ name: corp, issuer: https://corp.example.com, clientId: g{keys} }}] }}", 5,
        "servers.notes.credential.identityAssertion.issuer", message);

    private static (string Name, FaultCase Case) Credential(string name, string keys, string path, string message) => (name,
        new(FaultCase.Server($"url: https://notes.example.com/mcp, credential: {{ {keys} }}"), 5,
            $"servers.notes.credential{(path.Length > 0 ? "." : "")}{path}", message));

    private static string Server(string keys) => FaultCase.With($"authorizationServer: {{ {keys} }}");

    private static string Provider(string keys) => Server($"providers: [{{ {keys} }}]");

    // The keys are in line 7.
    private static string With(string keys) =>
        FaultCase.With($"authorizationServer: {{ providers: [{{ name: corp, issuer: https://corp.example.com, clientId: g }}],\n  {keys} }}");

    private static string Client(string keys) => With($"clients: [{{ {keys} }}]");
}
