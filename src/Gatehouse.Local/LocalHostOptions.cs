using Gatehouse.Gateway;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Ipc;

namespace Gatehouse.Local;

/// <summary>What a personal host is given besides its configuration.</summary>
public sealed record LocalHostOptions
{
    /// <summary>Where everything is.</summary>
    public required RuntimePaths Places { get; init; }

    /// <summary>What every host is given.</summary>
    public GatewayHostOptions Host { get; init; } = new();
}
