namespace Gatehouse.Inventory;

/// <summary>One server that a plan edits. Outside text in it is not escaped yet.</summary>
public sealed record EditedServer
{
    /// <summary>Its client.</summary>
    public required string Client { get; init; }

    /// <summary>Its name in the file.</summary>
    public required string Name { get; init; }

    /// <summary>The name that the wrapper is given: letters, digits, dots, dashes and underscores.</summary>
    public required string WrapName { get; init; }

    /// <summary>Where it stands.</summary>
    public required FilePlace Place { get; init; }

    /// <summary>What the client starts now, with the values of secrets replaced.</summary>
    public required string Was { get; init; }

    /// <summary>What it starts afterwards, with the values of secrets replaced.</summary>
    public required string Becomes { get; init; }

    /// <summary>The server's own program and arguments as they stand. They may hold secrets and are not shown.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Names of the variables that it is given.</summary>
    public required IReadOnlyList<string> EnvironmentNames { get; init; }

    /// <summary>Folder that it starts in; null when the file names none.</summary>
    public string? Folder { get; init; }
}
