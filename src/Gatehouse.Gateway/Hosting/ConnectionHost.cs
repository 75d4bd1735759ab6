using Gatehouse.Connections;
using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The parts of a host that connections use.</summary>
/// <param name="services">The parts of the host. They are asked once they are all made.</param>
internal sealed class ConnectionHost(GatewayServices services) : IConnectionHost
{
    /// <inheritdoc />
    public GatewaySettings Settings => services.Snapshots.Current.Settings;

    /// <inheritdoc />
    public OutboundHandlers Handlers => services.Handlers;

    /// <inheritdoc />
    public SecretText Resolve(SecretReference reference) => services.Secrets.Take(reference, SecretPurpose.Connection);
}
