using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of third-party services that people connect, and of the credentials that are such connections.</summary>
internal static class ConnectionKeys
{
    private static readonly KeysOf<ConnectionProviderSettings> Service = new(new ConnectionProviderSettings { Name = "", ClientId = "" });

    /// <summary>The rows of the credential of a server.</summary>
    public static IEnumerable<ConfigurationKey> Credential =>
    [
        new("servers.*.credential.connection", Section,
            "The token of a third-party service that each person connects once. A person without a connection gets a link to a page of the gateway, "
                + "which asks for consent. It needs authorizationServer."),
        new("servers.*.credential.connection.provider", KeyKind.Text, "The service, by its name in providers.") { Required = true },
        new("servers.*.credential.connection.scopes", TextList,
            "Scopes that the server needs, as the service names them in its answers. A longer list asks each person for consent again.")
            { Default = "[]" },
    ];

    /// <summary>The rows of the services.</summary>
    public static IEnumerable<ConfigurationKey> Providers =>
    [
        new("providers", NamedSections,
            "Third-party services that people connect, by name. A name has letters, digits, '-' and '_'. The redirect address of the gateway at a "
                + "service is publicUrl, `/connect/callback/` and the name.") { Hosts = KeyHosts.Shared },
        Service.Text("providers.*.displayName", "Name that people read.",
            one => one.DisplayName, (one, value) => one with { DisplayName = value }) with { Derived = "the name" },
        new("providers.*.issuer", KeyKind.Text,
            "Issuer, exactly as in its metadata, which name the endpoints. Use https, or http on loopback."),
        Service.Url("providers.*.authorizationEndpoint", "Authorization endpoint of a service without metadata.",
            one => one.AuthorizationEndpoint, (one, value) => one with { AuthorizationEndpoint = value }),
        Service.Url("providers.*.tokenEndpoint", "Token endpoint of a service without metadata. The gateway sends its secret in the form.",
            one => one.TokenEndpoint, (one, value) => one with { TokenEndpoint = value }),
        Service.Url("providers.*.revocationEndpoint",
            "Revocation endpoint of a service without metadata. Without it a disconnected token lasts at the service until it expires.",
            one => one.RevocationEndpoint, (one, value) => one with { RevocationEndpoint = value }),
        Service.Choice("providers.*.revocation",
            "Request that the revocation endpoint takes. `form`: RFC 7009. `delete`: DELETE with the token as JSON, as GitHub has it.",
            [("form", ConnectionRevocation.Form), ("delete", ConnectionRevocation.Delete)],
            one => one.Revocation, (one, value) => one with { Revocation = value }) with { OnlyWith = "revocationEndpoint" },
        new("providers.*.parameters", TextMap,
            "Further parameters of the authorization request, such as `access_type: offline`, without which Google issues no refresh token.")
            { Default = "{}" },
        new("providers.*.client", Section, "The gateway as a client of the service.") { Required = true },
        new("providers.*.client.id", KeyKind.Text, "Client id of the gateway at the service.") { Required = true },
        new("providers.*.client.secret", Secret,
            $"Source of the gateway's secret at the service: {SecretSources.Text}. Without it the gateway is a public client there."),
    ];
}
