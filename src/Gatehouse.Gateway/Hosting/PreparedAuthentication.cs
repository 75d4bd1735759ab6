using Gatehouse.Pipeline.Snapshots;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The callers' part of one configuration, made before it is in force.</summary>
/// <param name="Join">Puts it into the snapshot.</param>
internal sealed record PreparedAuthentication(Func<GatewaySnapshot, GatewaySnapshot> Join)
{
    /// <summary>Runs just before the snapshot is in force: the changes that make callers fewer.</summary>
    public Action BeforeForce { get; init; } = static () => { };

    /// <summary>Runs just after: the needs of the previous snapshot are released.</summary>
    public Action AfterForce { get; init; } = static () => { };
}
