namespace Gatehouse.Settings;

/// <summary>The parts of a <c>keyvault:</c> reference.</summary>
/// <param name="Vault">Name of the vault in the configuration.</param>
/// <param name="Secret">Name of the secret in the vault.</param>
/// <param name="Version">Version of the secret; null for the newest one.</param>
public readonly record struct KeyVaultName(string Vault, string Secret, string? Version)
{
    /// <summary>Returns the parts of a reference; null when its scheme is another one.</summary>
    public static KeyVaultName? Of(SecretReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Scheme != SecretReference.KeyVault) return null;
        var parts = reference.Location.Split('/');
        return new KeyVaultName(parts[0], parts[1], parts.Length > 2 ? parts[2] : null);
    }
}
