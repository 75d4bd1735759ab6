using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Azure;

/// <summary>
/// The clients of Azure of one gateway. They are made at their first use: a gateway without vaults and identities loads none of their libraries.
/// </summary>
internal sealed class AzureClients : IAzureTokens, IKeyVaults, IDisposable
{
    private readonly Lazy<Parts> parts;

    /// <summary>Creates the clients.</summary>
    /// <param name="handlers">The factory of outgoing clients.</param>
    /// <param name="time">The clock.</param>
    public AzureClients(OutboundHandlers handlers, TimeProvider time) : this(handlers, time, Environment.GetEnvironmentVariable)
    {
    }

    /// <summary>Creates the clients of a platform that these variables describe.</summary>
    internal AzureClients(OutboundHandlers handlers, TimeProvider time, Func<string, string?> variable) =>
        parts = new Lazy<Parts>(() => new Parts(handlers, time, variable));

    /// <summary>Tokens for the identities of the platform.</summary>
    public IAzureTokens Tokens => this;

    /// <summary>Secrets of Azure Key Vault.</summary>
    public IKeyVaults Vaults => this;

    /// <inheritdoc />
    public ValueTask<(SecretText Token, DateTimeOffset Until)> GetAsync(
        AzureIdentityKind kind, string? clientId, string resource, CancellationToken cancellation) =>
        parts.Value.Tokens.GetAsync(kind, clientId, resource, cancellation);

    /// <inheritdoc />
    public Task<VaultValue> ReadAsync(VaultSettings vault, KeyVaultName name, CancellationToken cancellation) =>
        parts.Value.Vaults.ReadAsync(vault, name, cancellation);

    /// <inheritdoc />
    public void Dispose()
    {
        if (parts.IsValueCreated) parts.Value.Transports.Dispose();
    }

    private sealed class Parts
    {
        public Parts(OutboundHandlers handlers, TimeProvider time, Func<string, string?> variable)
        {
            var endpoints = IdentityEndpoints.Of(variable);
            Transports = new AzureTransports(handlers, endpoints);
            var credentials = new AzureCredentials(Transports, endpoints, variable);
            Tokens = new AzureTokens(credentials, time);
            Vaults = new KeyVaults(credentials, Transports, time);
        }

        public AzureTransports Transports { get; }

        public AzureTokens Tokens { get; }

        public KeyVaults Vaults { get; }
    }
}
