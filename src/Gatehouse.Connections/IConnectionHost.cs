using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Connections;

/// <summary>The parts of a host that connections use.</summary>
internal interface IConnectionHost
{
    /// <summary>The configuration in force.</summary>
    GatewaySettings Settings { get; }

    /// <summary>The HTTP handlers for everything that the gateway calls.</summary>
    OutboundHandlers Handlers { get; }

    /// <summary>Reads a secret of the configuration.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    SecretText Resolve(SecretReference reference);
}
