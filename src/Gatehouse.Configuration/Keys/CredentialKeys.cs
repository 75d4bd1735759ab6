using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of the credential of a server.</summary>
internal static class CredentialKeys
{
    /// <summary>The path of the section.</summary>
    public const string Credential = "servers.*.credential";

    /// <summary>The kinds of a credential; a server has one of them.</summary>
    public static readonly string[] Kinds = ["value", "clientCredentials", "tokenExchange", "onBehalfOf", "identityAssertion", "connection", "managedIdentity", "workloadIdentity"];

    /// <summary>The sections of credentials that issuers issue, each with its kind.</summary>
    public static readonly (string Key, IssuedCredentialKind Kind)[] Issuing =
    [
        ("clientCredentials", IssuedCredentialKind.ClientCredentials), ("tokenExchange", IssuedCredentialKind.TokenExchange),
        ("onBehalfOf", IssuedCredentialKind.OnBehalfOf), ("identityAssertion", IssuedCredentialKind.IdentityAssertion),
    ];

    /// <summary>The rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new(Credential, Section,
            "Credential of the server: a fixed value, or a token that an issuer issues when it is needed. The gateway never sends the caller's token to "
                + "a server.") { OnlyWith = "url", OneOf = Kinds },
        new($"{Credential}.header", KeyKind.Text, "Header that carries the value, such as `Authorization` or `X-Api-Key`."),
        new($"{Credential}.prefix", KeyKind.Text, "Text before the value, such as `\"Bearer \"`.") { Default = "" },
        new($"{Credential}.value", Secret, $"Source of the value: {SecretSources.Text}.") { OnlyWith = "header" },
        .. Issued("clientCredentials",
            "A token for the gateway itself (RFC 6749 section 4.4). Its client is that of the issuer, or one of its own.",
            "An issuer of `issuers`, by its `name` or `issuer`; or the URL of another issuer, together with `client`."),
        Target("clientCredentials.audience", "The `audience` that is requested."),
        Target("clientCredentials.resource", "The `resource` that is requested (RFC 8707)."),
        new($"{Credential}.clientCredentials.client", KeyKind.Text, "Client id, where it is not that of the issuer's `client`."),
        .. IssuerKeys.ClientProofs($"{Credential}.clientCredentials"),
        .. Issued("tokenExchange",
            "A token for the person who calls, in exchange for the person's token (RFC 8693). That token goes to the token endpoint of its own issuer "
                + "only.",
            "The issuer of the callers' tokens, by its `name` or `issuer` in `issuers`, where it must have `client`; or a provider of "
                + "`authorizationServer`, for people who sign in at the gateway."),
        Target("tokenExchange.audience", "The `audience` that is requested (RFC 8693 section 2.1)."),
        Target("tokenExchange.resource", "The `resource` that is requested."),
        .. Issued("onBehalfOf", "A token for the person who calls, by Entra's on-behalf-of flow.",
            "The same, of profile `entra`."),
        .. Issued("identityAssertion",
            "A token of the server's own authorization server for the person who calls, by an identity assertion (ID-JAG) of the provider at which the "
                + "person signed in. It needs `authorizationServer`.",
            "The provider, by its `name` or `issuer` in `authorizationServer.providers`."),
        new($"{Credential}.identityAssertion.authorizationServer", KeyKind.Text,
            "Issuer of the server's authorization server, exactly as in its metadata. Use https, or http on loopback.") { Required = true },
        Target("identityAssertion.resource", "The `resource` that is requested (RFC 8707), such as the URL of the server."),
        new($"{Credential}.identityAssertion.client", KeyKind.Text, "Client id of the gateway at that authorization server.") { Required = true },
        .. IssuerKeys.ClientProofs($"{Credential}.identityAssertion"),
        .. ConnectionKeys.Credential,
        .. OfPlatform("managedIdentity", "A token of Entra for the managed identity of the gateway's machine, container or app in Azure.",
            "Client id of a user-assigned managed identity, a GUID."),
        .. OfPlatform("workloadIdentity",
            "A token of Entra by workload identity federation of a Kubernetes cluster, as the variables `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and "
                + "`AZURE_FEDERATED_TOKEN_FILE` describe it.",
            "Client id of the application, a GUID, where it is not `AZURE_CLIENT_ID`."),
    ];

    private static IEnumerable<ConfigurationKey> OfPlatform(string kind, string text, string client) =>
    [
        new($"{Credential}.{kind}", Section, text),
        new($"{Credential}.{kind}.resource", KeyKind.Text, "The resource that the token is for, such as `https://storage.azure.com`.")
            { Required = true },
        new($"{Credential}.{kind}.clientId", KeyKind.Text, client),
    ];

    private static IEnumerable<ConfigurationKey> Issued(string kind, string text, string issuer) =>
    [
        new($"{Credential}.{kind}", Section, text),
        new($"{Credential}.{kind}.issuer", KeyKind.Text, issuer) { Required = true },
        new($"{Credential}.{kind}.scopes", TextList, "Scopes that are requested. The token has no others.") { Default = "[]" },
    ];

    private static ConfigurationKey Target(string path, string text) => new($"{Credential}.{path}", KeyKind.Text, text);
}
