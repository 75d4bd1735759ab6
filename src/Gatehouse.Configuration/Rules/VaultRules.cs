using Gatehouse.Configuration.Keys;
using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;

namespace Gatehouse.Configuration.Rules;

/// <summary>The vaults outside of this machine, and the references to them.</summary>
internal static class VaultRules
{
    private const string Unknown = "the reference names a vault that is not in the configuration";

    public static void Check(ConfigurationSection root, FaultList faults)
    {
        var vaults = root.Parts("vaults");
        foreach (var vault in vaults) CheckVault(vault, faults);
        var names = vaults.Select(vault => vault.Name).ToHashSet(StringComparer.Ordinal);
        var isStrict = root.Get<string>("storedSecrets") == "refuse";
        foreach (var value in root.AllValues())
        {
            if (value.Key.Kind == KeyKind.Secret && FaultOf(value.Content, names, isStrict) is { } fault)
                faults.Add(value, fault.Message, fault.Remedy);
            if (value.Key.Kind != KeyKind.SecretMap) continue;
            foreach (var item in value.Items)
            {
                if (FaultOf(item.Content, names, isStrict) is { } one) faults.Add(item, one.Message, one.Remedy);
            }
        }
    }

    private static (string Message, string Remedy)? FaultOf(object content, HashSet<string> names, bool isStrict)
    {
        if (KeyVaultName.Of((SecretReference)content) is { } name) return names.Contains(name.Vault) ? null : (Unknown, Remedy(names));
        return !isStrict ? null : ("'storedSecrets: refuse' accepts no secret that is stored on this machine",
            "put it into a vault and write keyvault:VAULT/NAME, or give the server a managedIdentity or workloadIdentity");
    }

    private static string Remedy(HashSet<string> names) => names.Count == 0
        ? "add the vault under 'vaults', with its 'url' and 'credential'"
        : $"add the vault under 'vaults', or use one of: {string.Join(", ", names.Order(StringComparer.Ordinal))}";

    private static void CheckVault(ConfigurationSection vault, FaultList faults)
    {
        if (vault.Find("url") is { } url) CheckUrl(url, faults);
        if (vault.Part("credential").Find("clientId") is { } client && !Guid.TryParseExact(client.Text, "D", out _))
            faults.Add(client, "this is not the client id of an identity", "write the client ID of the managed identity or of the application, a GUID");
        if (vault.Find("recheck") is { } recheck && vault.Find("outage") is { } outage && (TimeSpan)outage.Content < (TimeSpan)recheck.Content)
            faults.Add(outage, "the time is shorter than 'recheck', so values would end between two reads", "choose at least the time of 'recheck'");
    }

    // Threat: the token of the gateway's identity goes over the network in clear (CWE-319), or to the metadata service (CWE-918).
    private static void CheckUrl(ConfiguredValue value, FaultList faults)
    {
        var url = (Uri)value.Content;
        if (url.Scheme != Uri.UriSchemeHttps)
            faults.Add(value, "the gateway would send the token of its identity without TLS", "write https://");
        else if (!UrlText.IsOrigin(url))
            faults.Add(value, "this is more than an origin", "write only https:// and the host, such as https://NAME.vault.azure.net");
        if (UrlText.Address(url) is { } address && !Outbound.AddressRules.Allows(address, Outbound.DestinationTrust.Configured))
            faults.Add(value, "the gateway never connects to link-local and metadata addresses", "give the address of the vault itself");
    }
}
