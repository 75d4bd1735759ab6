using Gatehouse.Inventory.Checks;
using Gatehouse.Inventory.Places;

namespace Gatehouse.Inventory;

/// <summary>What a scan looks at.</summary>
public sealed record ScanOptions
{
    /// <summary>The machine whose clients are looked at; null to look at <see cref="Paths"/> alone.</summary>
    public Machine? Machine { get; init; }

    /// <summary>Repositories and workspaces, absolute paths; looked at with all folders within.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Whether workspaces that a client's own state names are looked at too.</summary>
    public bool KnownWorkspaces { get; init; } = true;

    /// <summary>Servers that once ran through Gatehouse, as the command that wraps them recorded.</summary>
    public IReadOnlyCollection<WrappedEntry> Wrapped { get; init; } = [];

    /// <summary>Whether running processes and listeners are looked at.</summary>
    public bool Processes { get; init; }

    /// <summary>Whether ports that listen on loopback are asked whether they speak MCP.</summary>
    public bool Probe { get; init; }

    /// <summary>The time that a walk through folders may take; 30 seconds by default.</summary>
    public TimeSpan WalkLimit { get; init; } = TimeSpan.FromSeconds(30);
}
