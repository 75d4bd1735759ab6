using System.Collections.Concurrent;
using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Azure;

/// <summary>Secrets of Azure Key Vault, by the client of Azure. Safe for concurrent use.</summary>
/// <remarks>
/// The client sends its token only to the vault of the configuration: the address comes from nowhere else, no redirect is followed, and a challenge
/// that names a resource of another host is refused. A vault that answers in the place of another one cannot obtain a token for that one.
/// </remarks>
/// <param name="credentials">The credentials.</param>
/// <param name="transports">The transports.</param>
/// <param name="time">The clock.</param>
internal sealed class KeyVaults(AzureCredentials credentials, AzureTransports transports, TimeProvider time) : IKeyVaults
{
    /// <summary>Clients that are kept. Each belongs to a vault of a configuration.</summary>
    internal const int MostKept = 256;

    /// <summary>Time for one secret, with its token and retries: 20 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<(Uri, AzureIdentityKind, string?), SecretClient> kept = new();

    /// <inheritdoc />
    public async Task<VaultValue> ReadAsync(VaultSettings vault, KeyVaultName name, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(vault);
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var shown = $"{SecretReference.KeyVault}:{name.Vault}/{name.Secret}{(name.Version is null ? "" : "/" + name.Version)}";
        KeyVaultSecret found;
        try
        {
            found = (await ClientOf(vault).GetSecretAsync(name.Secret, name.Version, either.Token).ConfigureAwait(false)).Value;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            throw AzureFaults.OfSecret(vault, shown, fault);
        }

        return Checked(vault, name, shown, found);
    }

    private VaultValue Checked(VaultSettings vault, KeyVaultName name, string shown, KeyVaultSecret found)
    {
        var (facts, now) = (found.Properties, time.GetUtcNow());
        if (!string.Equals(facts.Name, name.Secret, StringComparison.OrdinalIgnoreCase) || (name.Version is { } version && facts.Version != version))
            throw new VaultReadException($"{vault.Url.Host} answered with another secret than {shown}; check the url of the vault");
        if (facts.Enabled == false) throw AzureFaults.OfState(vault, shown, "SecretDisabled");
        // The vault gives these values too ("About Azure Key Vault secrets", date-time controlled operations): the reader judges them.
        if (facts.ExpiresOn <= now) throw AzureFaults.OfState(vault, shown, "SecretExpired");
        if (facts.NotBefore > now) throw AzureFaults.OfState(vault, shown, "SecretNotYetValid");
        return new VaultValue(new SecretText(found.Value ?? ""), facts.Version);
    }

    private SecretClient ClientOf(VaultSettings vault)
    {
        if (kept.Count >= MostKept) kept.Clear();
        return kept.GetOrAdd((vault.Url, vault.Identity, vault.ClientId), _ => NewClient(vault, credentials.Of(vault.Identity, vault.ClientId)));
    }

    private SecretClient NewClient(VaultSettings vault, TokenCredential credential)
    {
        var options = new SecretClientOptions();
        transports.Use(options);
        return new SecretClient(vault.Url, credential, options);
    }
}
