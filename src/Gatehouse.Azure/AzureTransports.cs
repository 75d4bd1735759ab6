using Azure.Core;
using Azure.Core.Pipeline;
using Gatehouse.Outbound;

namespace Gatehouse.Azure;

/// <summary>
/// The transports of the clients of Azure, over handlers of <see cref="OutboundHandlers"/>: no proxy of the environment, no redirects, no cookies,
/// judged addresses, bounded answers (design rule 3).
/// </summary>
internal sealed class AzureTransports : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly BoundedAnswers configured;
    private readonly BoundedAnswers identity;

    /// <summary>Creates the transports.</summary>
    /// <param name="handlers">The factory.</param>
    /// <param name="endpoints">The endpoints of managed identities that the platform names.</param>
    public AzureTransports(OutboundHandlers handlers, IdentityEndpoints endpoints)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        configured = new BoundedAnswers(handlers.Create(DestinationTrust.Configured, [], ConnectTimeout));
        identity = new BoundedAnswers(handlers.Create(endpoints, ConnectTimeout));
    }

    /// <summary>Sets transport, retries and times of a client of a configured address: a vault, or the login service.</summary>
    public void Use(ClientOptions options) => Use(options, configured);

    /// <summary>Sets the same for the client of managed identities. Only this one reaches the endpoint of the platform.</summary>
    public void UseForIdentity(ClientOptions options) => Use(options, identity);

    /// <inheritdoc />
    public void Dispose()
    {
        configured.Dispose();
        identity.Dispose();
    }

    private static void Use(ClientOptions options, BoundedAnswers handler)
    {
        options.Transport = new HttpClientTransport(handler);
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(5);
        options.Diagnostics.IsLoggingEnabled = false; // requests and answers hold tokens and secrets (CWE-532)
        options.Diagnostics.IsTelemetryEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
    }
}
