namespace Gatehouse.Settings;

/// <summary>
/// Reference to a secret: <c>env:NAME</c>, <c>file:PATH</c> or <c>vault:NAME</c>. Configuration never contains the secret itself (SK-01).
/// </summary>
/// <param name="Scheme"><c>env</c>, <c>file</c> or <c>vault</c>.</param>
/// <param name="Location">Name of the variable, path of the file, or name in the store of the gateway.</param>
public sealed record SecretReference(string Scheme, string Location)
{
    /// <summary>The scheme of secrets in the store of the gateway.</summary>
    public const string Vault = "vault";

    /// <inheritdoc />
    public override string ToString() => $"{Scheme}:{Location}";
}
