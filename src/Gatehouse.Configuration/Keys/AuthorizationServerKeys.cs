using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of the gateway's own authorization server.</summary>
internal static class AuthorizationServerKeys
{
    private static readonly KeysOf<AuthorizationServerSettings> Own = new(new AuthorizationServerSettings { Providers = [] });

    private static readonly KeysOf<SignInProviderSettings> Provider = new(new SignInProviderSettings { Name = "", Issuer = "", ClientId = "" });

    private static readonly KeysOf<OAuthClientSettings> Client = new(new OAuthClientSettings { Id = "", Name = "", RedirectUris = [] });

    private static readonly KeysOf<ClientRegistrationSettings> Register = new(new ClientRegistrationSettings());

    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All => [.. Server(), .. Providers(), .. Clients(), .. Registration()];

    private static IEnumerable<ConfigurationKey> Server() =>
    [
        new("authorizationServer", Section,
            "The gateway's own authorization server. People sign in at an identity provider, and clients get tokens of the gateway. The servers accept "
                + "these tokens; in `servers.*.issuers` the origin of publicUrl names them. Without this section the gateway issues no tokens."),
        Own.Choice("authorizationServer.accessTokens",
            "Form of the access tokens. `opaque`: a random value that only this gateway can check, and that it can revoke at any moment. `jwt`: a signed "
                + "token (RFC 9068) that other resource servers can check too.",
            [("opaque", AccessTokenFormat.Opaque), ("jwt", AccessTokenFormat.Jwt)],
            one => one.AccessTokens, (one, value) => one with { AccessTokens = value }),
        Own.Duration("authorizationServer.accessTokenLife", "Life of an access token.", "1m", "1h",
            one => one.AccessTokenLife, (one, value) => one with { AccessTokenLife = value }),
        Own.Duration("authorizationServer.grantLife",
            "Longest time from a sign-in until the person must sign in again. All tokens that follow from the sign-in end with it.", "1h", "2160h",
            one => one.GrantLife, (one, value) => one with { GrantLife = value }),
        Own.Duration("authorizationServer.refreshGrace",
            "Time in which a refresh token that is used a second time gives the same successor again, for a client that lost the answer. A later "
                + "second use ends the grant and raises an alarm.", "0s", "60s",
            one => one.RefreshGrace, (one, value) => one with { RefreshGrace = value }),
        Own.Switch("authorizationServer.clientDocuments",
            "True accepts clients whose id is the address of a client id metadata document. The gateway fetches the document.",
            one => one.ClientDocuments, (one, value) => one with { ClientDocuments = value }),
        Own.Texts("authorizationServer.clientDocumentHosts",
            "Hosts whose client id metadata documents are accepted. With an empty list every public host is accepted.",
            one => one.ClientDocumentHosts, (one, value) => one with { ClientDocumentHosts = value }),
    ];

    private static IEnumerable<ConfigurationKey> Providers() =>
    [
        new("authorizationServer.providers", SectionList,
            "Identity providers at which people sign in. At least one is required. With several, the person chooses one on the consent page.")
                { Required = true },
        new("authorizationServer.providers[].name", KeyKind.Text,
            "Name of the provider. The subject of its people is this name, a colon and their subject at the provider.") { Required = true },
        Provider.Text("authorizationServer.providers[].displayName", "Name that people read.",
            one => one.DisplayName, (one, value) => one with { DisplayName = value }) with { Derived = "the host of the issuer" },
        new("authorizationServer.providers[].issuer", KeyKind.Text,
            "Issuer, exactly as in its metadata. Use https, or http on loopback.") { Required = true },
        Provider.Choice("authorizationServer.providers[].profile", "Shape of its tokens: OpenID Connect, Microsoft Entra ID or AD FS.",
            [("strict", IssuerProfileName.Strict), ("entra", IssuerProfileName.Entra), ("adfs", IssuerProfileName.AdFs)],
            one => one.Profile, (one, value) => one with { Profile = value }),
        Provider.Url("authorizationServer.providers[].metadata", "Address of its metadata, if it does not follow from the issuer.",
            one => one.Metadata, (one, value) => one with { Metadata = value })
                with { Derived = "the addresses of RFC 8414 and of OpenID Connect Discovery" },
        Provider.Texts("authorizationServer.providers[].hosts",
            "Hosts, in addition to its own, that its metadata may name at addresses that are not public. All other addresses in the metadata must "
                + "be public and use https.",
            one => one.Hosts, (one, value) => one with { Hosts = value }),
        new("authorizationServer.providers[].clientId", KeyKind.Text,
            "Client id of the gateway at the provider. Its redirect URI there is publicUrl, `/oauth/callback/` and the name of the provider.") { Required = true },
        Provider.Secret("authorizationServer.providers[].clientSecret",
            $"Source of the gateway's secret at the provider: {SecretSources.Text}. Without it the gateway is a public client there.",
            one => one.ClientSecret, (one, value) => one with { ClientSecret = value }),
        Provider.Texts("authorizationServer.providers[].scopes", "Scopes that the gateway requests from the provider. `openid` is required.",
            one => one.Scopes, (one, value) => one with { Scopes = value }),
        Provider.Text("authorizationServer.providers[].audience",
            "Audience of the provider's access token, if that is a JWT for the gateway (Entra: the application id). The scopes and roles in it then limit "
                + "the grant. Without it the gateway reads roles and groups from the ID token.",
            one => one.Audience, (one, value) => one with { Audience = value }),
    ];

    private static IEnumerable<ConfigurationKey> Clients() =>
    [
        new("authorizationServer.clients", SectionList, "Clients that an administrator registers."),
        new("authorizationServer.clients[].id", KeyKind.Text, "Client id.") { Required = true },
        new("authorizationServer.clients[].name", KeyKind.Text, "Name that people read on the consent page.") { Required = true },
        new("authorizationServer.clients[].redirectUris", TextList,
            "Redirect URIs: https, http on loopback, or a private-use scheme. The gateway compares them character by character, except for the port of a "
                + "loopback address.") { Required = true },
        Client.Secret("authorizationServer.clients[].secret",
            $"Source of the client's secret: {SecretSources.Text}. Without it the client is public.",
            one => one.Secret, (one, value) => one with { Secret = value }),
        Client.Switch("authorizationServer.clients[].preApproved",
            "True: the administrator consents for everyone. The gateway shows no consent page, but still shows who signed in before the client gets a "
                + "code.",
            one => one.PreApproved, (one, value) => one with { PreApproved = value }),
        Client.Switch("authorizationServer.clients[].mayIntrospect",
            "True: the client may ask about tokens (RFC 7662), as a resource server does. It needs a secret.",
            one => one.MayIntrospect, (one, value) => one with { MayIntrospect = value }),
    ];

    private static IEnumerable<ConfigurationKey> Registration() =>
    [
        new("authorizationServer.registration", Section,
            "Dynamic client registration (RFC 7591). Without this section it is off. Everyone may register, so a registration gives no rights."),
        Register.Texts("authorizationServer.registration.redirectHosts",
            "Hosts that redirect URIs may name, in addition to loopback. `redirectHosts: []` is enough for programs on a person's own machine: it "
                + "allows redirects to loopback only.",
            one => one.RedirectHosts, (one, value) => one with { RedirectHosts = value }) with { Required = true, Default = null },
        Register.Texts("authorizationServer.registration.redirectSchemes",
            "Private-use schemes that redirect URIs may have, such as cursor. Clients on a person's machine that do not use loopback need theirs.",
            one => one.RedirectSchemes, (one, value) => one with { RedirectSchemes = value }) with { Default = null },
        Register.Number("authorizationServer.registration.perHour", "Maximum number of registrations of one address block in an hour.", "1", "1000",
            one => one.PerHour, (one, value) => one with { PerHour = value }) with { BelongsTo = BoundOwner.Registrant },
        Register.Number("authorizationServer.registration.mostClients", "Maximum number of registrations that the gateway keeps.", "10", "100000",
            one => one.MostClients, (one, value) => one with { MostClients = value }),
        Register.Duration("authorizationServer.registration.unusedLife", "Time after which the gateway forgets a registration that no one used.",
            "1h", "8760h",
            one => one.UnusedLife, (one, value) => one with { UnusedLife = value }),
    ];
}
