using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of the gateway's own authorization server.</summary>
internal static class AuthorizationServerKeys
{
    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All => [.. Server(), .. Providers(), .. Clients(), .. Registration()];

    private static IEnumerable<ConfigurationKey> Server() =>
    [
        new("authorizationServer", Section,
            "The gateway's own authorization server. People sign in at an identity provider, and clients get tokens of the gateway. The servers accept "
                + "these tokens; in `servers.*.issuers` the origin of publicUrl names them. Without this section the gateway issues no tokens."),
        new("authorizationServer.accessTokens", Choice,
            "Form of the access tokens. `opaque`: a random value that only this gateway can check, and that it can revoke at any moment. `jwt`: a signed "
                + "token (RFC 9068) that other resource servers can check too.") { Default = "opaque", Allowed = ["opaque", "jwt"] },
        new("authorizationServer.accessTokenLife", Duration, "Life of an access token.") { Default = "10m", Minimum = "1m", Maximum = "1h" },
        new("authorizationServer.grantLife", Duration,
            "Longest time from a sign-in until the person must sign in again. All tokens that follow from the sign-in end with it.")
                { Default = "720h", Minimum = "1h", Maximum = "2160h" },
        new("authorizationServer.refreshGrace", Duration,
            "Time in which a refresh token that is used a second time gives the same successor again, for a client that lost the answer. A later "
                + "second use ends the grant and raises an alarm.") { Default = "10s", Minimum = "0s", Maximum = "60s" },
        new("authorizationServer.clientDocuments", Switch,
            "True accepts clients whose id is the address of a client id metadata document. The gateway fetches the document.") { Default = "true" },
        new("authorizationServer.clientDocumentHosts", TextList,
            "Hosts whose client id metadata documents are accepted. With an empty list every public host is accepted.") { Default = "[]" },
    ];

    private static IEnumerable<ConfigurationKey> Providers() =>
    [
        new("authorizationServer.providers", SectionList,
            "Identity providers at which people sign in. At least one is required. With several, the person chooses one on the consent page.")
                { Required = true },
        new("authorizationServer.providers[].name", KeyKind.Text,
            "Name of the provider. The subject of its people is this name, a colon and their subject at the provider.") { Required = true },
        new("authorizationServer.providers[].displayName", KeyKind.Text, "Name that people read.") { Derived = "the host of the issuer" },
        new("authorizationServer.providers[].issuer", KeyKind.Text,
            "Issuer, exactly as in its metadata. Use https, or http on loopback.") { Required = true },
        new("authorizationServer.providers[].profile", Choice, "Shape of its tokens: OpenID Connect, Microsoft Entra ID or AD FS.")
            { Default = "strict", Allowed = ["strict", "entra", "adfs"] },
        new("authorizationServer.providers[].metadata", Url, "Address of its metadata, if it does not follow from the issuer.")
            { Derived = "the addresses of RFC 8414 and of OpenID Connect Discovery" },
        new("authorizationServer.providers[].hosts", TextList,
            "Hosts, in addition to its own, that its metadata may name at addresses that are not public. All other addresses in the metadata must "
                + "be public and use https.") { Default = "[]" },
        new("authorizationServer.providers[].clientId", KeyKind.Text,
            "Client id of the gateway at the provider. Its redirect URI there is publicUrl, `/oauth/callback/` and the name of the provider.") { Required = true },
        new("authorizationServer.providers[].clientSecret", Secret,
            "Source of the gateway's secret at the provider: `vault:NAME`, `env:NAME` or `file:PATH`. Without it the gateway is a public client there."),
        new("authorizationServer.providers[].scopes", TextList, "Scopes that the gateway requests from the provider. `openid` is required.")
            { Default = "[openid, profile]" },
        new("authorizationServer.providers[].audience", KeyKind.Text,
            "Audience of the provider's access token, if that is a JWT for the gateway (Entra: the application id). The scopes and roles in it then limit "
                + "the grant. Without it the gateway reads roles and groups from the ID token."),
    ];

    private static IEnumerable<ConfigurationKey> Clients() =>
    [
        new("authorizationServer.clients", SectionList, "Clients that an administrator registers."),
        new("authorizationServer.clients[].id", KeyKind.Text, "Client id.") { Required = true },
        new("authorizationServer.clients[].name", KeyKind.Text, "Name that people read on the consent page.") { Required = true },
        new("authorizationServer.clients[].redirectUris", TextList,
            "Redirect URIs: https, http on loopback, or a private-use scheme. The gateway compares them character by character, except for the port of a "
                + "loopback address.") { Required = true },
        new("authorizationServer.clients[].secret", Secret,
            "Source of the client's secret: `vault:NAME`, `env:NAME` or `file:PATH`. Without it the client is public."),
        new("authorizationServer.clients[].preApproved", Switch,
            "True: the administrator consents for everyone. The gateway shows no consent page, but still shows who signed in before the client gets a "
                + "code.") { Default = "false" },
        new("authorizationServer.clients[].mayIntrospect", Switch,
            "True: the client may ask about tokens (RFC 7662), as a resource server does. It needs a secret.") { Default = "false" },
    ];

    private static IEnumerable<ConfigurationKey> Registration() =>
    [
        new("authorizationServer.registration", Section,
            "Dynamic client registration (RFC 7591). Without this section it is off. Everyone may register, so a registration gives no rights."),
        new("authorizationServer.registration.redirectHosts", TextList,
            "Hosts that redirect URIs may name, in addition to loopback. `redirectHosts: []` is enough for programs on a person's own machine: it "
                + "allows redirects to loopback only.")
                { Required = true },
        new("authorizationServer.registration.redirectSchemes", TextList,
            "Private-use schemes that redirect URIs may have, such as cursor. Clients on a person's machine that do not use loopback need theirs."),
        new("authorizationServer.registration.perHour", Number, "Maximum number of registrations of one address block in an hour.")
            { Default = "20", Minimum = "1", Maximum = "1000" },
        new("authorizationServer.registration.mostClients", Number, "Maximum number of registrations that the gateway keeps.")
            { Default = "10000", Minimum = "10", Maximum = "100000" },
        new("authorizationServer.registration.unusedLife", Duration, "Time after which the gateway forgets a registration that no one used.")
            { Default = "720h", Minimum = "1h", Maximum = "8760h" },
    ];
}
