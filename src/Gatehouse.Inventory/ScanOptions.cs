using Gatehouse.Inventory.Checks;
using Gatehouse.Inventory.Places;

namespace Gatehouse.Inventory;

/// <summary>The scope of a scan.</summary>
public sealed record ScanOptions
{
    /// <summary>The machine whose clients are looked at; null to look only at <see cref="Paths"/>.</summary>
    public Machine? Machine { get; init; }

    /// <summary>Repositories and workspaces, absolute paths; looked at with all folders within.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>True when workspaces that a client's own state names are looked at too.</summary>
    public bool KnownWorkspaces { get; init; } = true;

    /// <summary>Servers that once ran through Gatehouse, as the command that wraps them recorded.</summary>
    public IReadOnlyCollection<WrappedEntry> Wrapped { get; init; } = [];

    /// <summary>True when the files of <see cref="Paths"/> are searched for secrets.</summary>
    public bool Secrets { get; init; }

    /// <summary>True when the commit history of <see cref="Paths"/> is searched for secrets too, through the program <c>git</c>.</summary>
    public bool History { get; init; }

    /// <summary>The time that the search of one repository for secrets may take, and again that of its history; 5 minutes by default.</summary>
    public TimeSpan SearchLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Receives the part of the work under way; it may hold outside text. Null when no person waits.</summary>
    public Action<string>? Progress { get; init; }

    /// <summary>True when running processes and listeners are looked at.</summary>
    public bool Processes { get; init; }

    /// <summary>True when ports that listen on loopback are asked whether they speak MCP.</summary>
    public bool Probe { get; init; }

    /// <summary>The time that a walk through folders may take; 30 seconds by default.</summary>
    public TimeSpan WalkLimit { get; init; } = TimeSpan.FromSeconds(30);
}
