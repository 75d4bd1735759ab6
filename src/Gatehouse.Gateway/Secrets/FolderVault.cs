using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Secrets;

/// <summary>The secrets of a state folder, which is opened only when a reference names one of them.</summary>
internal sealed class FolderVault(string folder, TimeProvider time) : ISecretVault
{
    /// <inheritdoc />
    public async Task<SecretText> ReadAsync(string name)
    {
        if (!SecretsFolder.Exists(folder)) throw new InvalidDataException(VaultFault.Of(name, SecretState.Missing));
        try
        {
            var secrets = await SecretsFolder.OpenAsync(folder, time).ConfigureAwait(false);
            await using (secrets.ConfigureAwait(false)) return await secrets.Vault.ReadAsync(name).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or StoreException or KeyRingException)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }
}
