using Gatehouse.Pipeline;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The callers' part of one configuration, made before it is in force.</summary>
/// <param name="Join">Puts it into the snapshot.</param>
internal sealed record PreparedAuthentication(Func<GatewaySnapshot, GatewaySnapshot> Join)
{
    /// <summary>Done just before the snapshot is in force: what makes callers fewer.</summary>
    public Action BeforeForce { get; init; } = static () => { };

    /// <summary>Done just after: what the snapshot before it needed is let go.</summary>
    public Action AfterForce { get; init; } = static () => { };
}
