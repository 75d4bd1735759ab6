using Gatehouse.Azure;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Secrets;

/// <summary>Secrets of a configuration, for commands beside the gateway.</summary>
internal static class OnceRead
{
    /// <summary>Reads the secrets of these keys, once.</summary>
    /// <param name="uses">The keys.</param>
    /// <param name="configuration">The configuration, with its store and vaults; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidDataException">A secret is missing.</exception>
    public static async Task<SecretResolver> SecretsAsync(IEnumerable<SecretUse> uses, GatewaySettings? configuration, TimeProvider time)
    {
        using var azure = new AzureClients(new OutboundHandlers(new SystemNameResolver(), time), time);
        var secrets = new SecretResolver(configuration is null ? null : new FolderVault(configuration.StateDirectory, time), azure.Vaults, time);
        secrets.Adopt(await secrets.ReadAllAsync(uses, configuration?.Vaults).ConfigureAwait(false));
        return secrets;
    }
}
