using Gatehouse.Gateway;
using Gatehouse.Ipc;

namespace Gatehouse.Local;

/// <summary>Settings of a personal host in addition to its configuration.</summary>
public sealed record LocalHostOptions
{
    /// <summary>The paths of the host's files.</summary>
    public required RuntimePaths Places { get; init; }

    /// <summary>The settings that every host has.</summary>
    public GatewayHostOptions Host { get; init; } = new();
}
