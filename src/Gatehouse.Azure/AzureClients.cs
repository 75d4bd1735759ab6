using Gatehouse.Outbound;

namespace Gatehouse.Azure;

/// <summary>The clients of Azure of one gateway. They send nothing before their first use.</summary>
internal sealed class AzureClients : IDisposable
{
    private readonly AzureTransports transports;

    /// <summary>Creates the clients.</summary>
    /// <param name="handlers">The factory of outgoing clients.</param>
    /// <param name="time">The clock.</param>
    public AzureClients(OutboundHandlers handlers, TimeProvider time) : this(handlers, time, Environment.GetEnvironmentVariable)
    {
    }

    /// <summary>Creates the clients of a platform that these variables describe.</summary>
    internal AzureClients(OutboundHandlers handlers, TimeProvider time, Func<string, string?> variable)
    {
        var endpoints = IdentityEndpoints.Of(variable);
        transports = new AzureTransports(handlers, endpoints);
        var credentials = new AzureCredentials(transports, endpoints, variable);
        Tokens = new AzureTokens(credentials, time);
        Vaults = new KeyVaults(credentials, transports, time);
    }

    /// <summary>Tokens for the identities of the platform.</summary>
    public IAzureTokens Tokens { get; }

    /// <summary>Secrets of Azure Key Vault.</summary>
    public IKeyVaults Vaults { get; }

    /// <inheritdoc />
    public void Dispose() => transports.Dispose();
}
