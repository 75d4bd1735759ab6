using Gatehouse.Inventory.Model;

namespace Gatehouse.Onboarding;

/// <summary>One server that a plan edits. Outside text in it is not escaped yet.</summary>
public sealed record EditedServer
{
    /// <summary>Its client.</summary>
    public required string Client { get; init; }

    /// <summary>Its name in the file.</summary>
    public required string Name { get; init; }

    /// <summary>The name that the wrapper is given: letters, digits, dashes and underscores, at most 63, beginning with a letter.</summary>
    public required string WrapName { get; init; }

    /// <summary>The place of the entry.</summary>
    public required SourceLocation Place { get; init; }

    /// <summary>The client's present command, with the values of secrets replaced.</summary>
    public required string Was { get; init; }

    /// <summary>The client's later command, with the values of secrets replaced.</summary>
    public required string Becomes { get; init; }

    /// <summary>The server's own program and arguments as they are written. They may hold secrets and are not shown.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Names of the variables that it is given.</summary>
    public required IReadOnlyList<string> EnvironmentNames { get; init; }

    /// <summary>Folder that it starts in, or null when the file names none.</summary>
    public string? Folder { get; init; }

    /// <summary>Folder of the workspace that the entry is for, or null for one of no workspace.</summary>
    public string? Workspace { get; init; }

    /// <summary>Returns the folder that its client can be expected to start it in: its own, that of its workspace, or the home.</summary>
    /// <param name="home">The home folder.</param>
    public string StartFolder(string home) =>
        Folder is { } named && System.IO.Path.IsPathFullyQualified(named) ? System.IO.Path.TrimEndingDirectorySeparator(named) : Workspace ?? home;
}
