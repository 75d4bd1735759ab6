using Gatehouse.Identity.Bearer;

namespace Gatehouse.Outbound;

/// <summary>The secrets that <c>vault:</c> references name.</summary>
public interface ISecretVault
{
    /// <summary>Reads a secret.</summary>
    /// <exception cref="InvalidDataException">It is missing or does not open. The message names the secret and the remedy, never a value.</exception>
    Task<SecretText> ReadAsync(string name);
}
