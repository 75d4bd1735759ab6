namespace Gatehouse.Settings;

/// <summary>
/// Reference to a secret: <c>env:NAME</c>, <c>file:PATH</c>, <c>vault:NAME</c> or <c>keyvault:VAULT/NAME</c>. Configuration never contains the secret
/// itself (SK-01).
/// </summary>
/// <param name="Scheme"><c>env</c>, <c>file</c>, <c>vault</c> or <c>keyvault</c>.</param>
/// <param name="Location">Name of the variable, path of the file, name in the store of the gateway, or vault, name and version
/// (<see cref="KeyVaultName"/>).</param>
public sealed record SecretReference(string Scheme, string Location)
{
    /// <summary>The scheme of secrets in the store of the gateway.</summary>
    public const string Vault = "vault";

    /// <summary>The scheme of secrets in a vault of Azure Key Vault.</summary>
    public const string KeyVault = "keyvault";

    /// <inheritdoc />
    public override string ToString() => $"{Scheme}:{Location}";
}
