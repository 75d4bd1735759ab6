using static Gatehouse.Gateway.Tests.Configuration.FaultCase;

namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>Faults of vaults, of references to them, and of honey credentials.</summary>
internal static class VaultFaultCases
{
    private const string Good = "url: https://a.vault.azure.net, credential: managedIdentity";

    public static IReadOnlyList<(string Name, FaultCase Case)> All { get; } =
    [
        ("a vault without a credential",
            new(Vault("url: https://a.vault.azure.net"), 6, "vaults.main.credential", "'credential' is missing", "add 'credential'")),
        ("a vault with an unknown identity",
            new(Vault("url: https://a.vault.azure.net, credential: developer"), 6, "vaults.main.credential.identity", "not an allowed value",
                "workloadIdentity, managedIdentity")),
        ("a vault with the client of an issuer",
            new(Vault("url: https://a.vault.azure.net, credential: { identity: managedIdentity, issuer: entra }"), 6, "vaults.main.credential.issuer",
                "not in this build", "remove it")),
        ("a vault in clear", new(Vault("url: http://127.0.0.1, credential: managedIdentity"), 6, "vaults.main.url", "without TLS", "https://")),
        ("a vault with a path",
            new(Vault("url: https://a.vault.azure.net/secrets, credential: managedIdentity"), 6, "vaults.main.url", "more than an origin", "NAME.vault.azure.net")),
        ("a vault at the metadata address",
            new(Vault("url: https://169.254.169.254, credential: managedIdentity"), 6, "vaults.main.url", "link-local", "the address of the vault")),
        ("a vault at the metadata address in another form",
            new(Vault("url: \"https://[::ffff:169.254.169.254]\", credential: managedIdentity"), 6, "vaults.main.url", "link-local")),
        ("an identity that is no GUID",
            new(Vault("url: https://a.vault.azure.net, credential: { identity: managedIdentity, clientId: gateway }"), 6,
                "vaults.main.credential.clientId", "not the client id", "a GUID")),
        ("an outage shorter than the time between two reads",
            new(Vault(Good + ", recheck: 10m, outage: 5m"), 6, "vaults.main.outage", "values would end between two reads", "at least the time")),
        ("a reference to a vault that is not configured",
            new(Server("url: https://a.example.com, credential: { header: Authorization, value: \"keyvault:main/key\" }"), 5,
                "servers.notes.credential.value", "a vault that is not in the configuration", "add the vault under 'vaults', with its 'url'")),
        ("a reference to another vault than the configured one",
            new(Server("url: https://a.example.com, credential: { header: Authorization, value: \"keyvault:other/key\" }") + $"vaults: {{ main: {{ {Good} }} }}\n",
                5, "servers.notes.credential.value", "a vault that is not in the configuration", "use one of: main")),
        ("a variable from a vault that is not configured",
            new(Server("command: [a], secrets: { KEY: \"keyvault:main/key\" }"), 5, "servers.notes.secrets.KEY", "a vault that is not in the configuration")),
        ("a reference without the name of a secret",
            new(Server("url: https://a.example.com, credential: { header: Authorization, value: \"keyvault:main\" }"), 5,
                "servers.notes.credential.value", "the reference is not complete", "'/' and the name of a secret")),
        ("a reference that climbs out of its vault",
            new(Server("url: https://a.example.com, credential: { header: Authorization, value: \"keyvault:main/../keys\" }"), 5,
                "servers.notes.credential.value", "the reference is not complete")),
        ("a reference with a version of another form",
            new(Server("url: https://a.example.com, credential: { header: Authorization, value: \"keyvault:main/key/latest\" }"), 5,
                "servers.notes.credential.value", "the reference is not complete")),
        ("a honey token without its digest",
            new(With("honey: { wiki: { sha256: sk-admin-b1f0a7c9 } }"), 6, "honey.wiki.sha256", "no SHA-256", "64 hexadecimal digits")),
        ("more honey credentials than are compared",
            new(With($"honey: {{ {string.Join(", ", Enumerable.Range(0, 101).Select(static at => $"n{at}: {{ secret: \"env:N{at}\" }}"))} }}"), 6,
                "honey.n100.secret", "more than 100", "at most 100")),
    ];

    private static string Vault(string keys) => With($"vaults: {{ main: {{ {keys} }} }}");
}
