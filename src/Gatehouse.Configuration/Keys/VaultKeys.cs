using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of vaults outside of this machine.</summary>
internal static class VaultKeys
{
    private static readonly KeysOf<VaultSettings> Vault = new(new VaultSettings { Name = "", Url = new Uri("https://example.com") });

    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("storedSecrets", Choice,
            "`refuse` accepts no secret that is stored on this machine: a reference to a secret must begin with `keyvault:`. Servers can have tokens of a "
                + "managed or workload identity instead.") { Default = "allow", Allowed = ["allow", "refuse"] },
        new("vaults", NamedSections,
            "Vaults of Azure Key Vault by name. A reference `keyvault:VAULT/NAME` names the newest version of a secret in one of them, and "
                + "`keyvault:VAULT/NAME/VERSION` one version."),
        new("vaults.*.url", Url, "Origin of the vault, such as `https://NAME.vault.azure.net`. Link-local addresses are not allowed.")
            { Required = true },
        new("vaults.*.credential", Section,
            "Identity with which the gateway reads the vault. Its `identity` may be written in place of the section: `credential: managedIdentity`.")
            { Required = true, ShortFor = "identity" },
        Vault.Choice("vaults.*.credential.identity",
            "Identity that the platform gives to the gateway. `managedIdentity`: the managed identity of the machine, container or app. "
                + "`workloadIdentity`: workload identity federation of a Kubernetes cluster, as the variables `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` "
                + "and `AZURE_FEDERATED_TOKEN_FILE` describe it.",
            [("workloadIdentity", AzureIdentityKind.Workload), ("managedIdentity", AzureIdentityKind.Managed)],
            one => one.Identity, (one, value) => one with { Identity = value }) with { Default = null, Required = true },
        Vault.Text("vaults.*.credential.clientId",
            "Client id of a user-assigned managed identity, or of the application of the workload identity, a GUID.",
            one => one.ClientId, (one, value) => one with { ClientId = value })
            with { Derived = "the system-assigned identity, or `AZURE_CLIENT_ID`" },
        Vault.Duration("vaults.*.recheck",
            "Time after which the gateway reads a reference without a version again. It uses a new value from then on, without a reload.",
            "15s", "24h",
            one => one.Recheck, (one, value) => one with { Recheck = value }),
        Vault.Duration("vaults.*.outage",
            "Time since the last good answer for which the gateway uses a value while the vault does not answer. Afterwards nothing that needs the "
                + "secret works.", "1m", "168h",
            one => one.Outage, (one, value) => one with { Outage = value }),
    ];
}
