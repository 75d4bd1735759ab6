using Gatehouse.Settings;

namespace Gatehouse.Outbound;

/// <summary>The vaults outside of this machine that <c>keyvault:</c> references name.</summary>
public interface IKeyVaults
{
    /// <summary>Reads a secret. The time and the size of the answer are bounded.</summary>
    /// <param name="vault">The vault.</param>
    /// <param name="name">The secret, with its version.</param>
    /// <param name="cancellation">Ends the read.</param>
    /// <exception cref="VaultReadException">The vault gives no value.</exception>
    /// <exception cref="OperationCanceledException">The read was ended.</exception>
    Task<VaultValue> ReadAsync(VaultSettings vault, KeyVaultName name, CancellationToken cancellation);
}
