namespace Gatehouse.Integrity.Definitions;

/// <summary>A server as it is configured now, for the comparison with the attributes that a lock pins.</summary>
/// <param name="Source">The source of the server.</param>
public sealed record ServerIdentity(ServerSource Source)
{
    /// <summary>The version of the package or the tag of the image, or null where none is named.</summary>
    public string? Version { get; init; }

    /// <summary>The command line as <see cref="CommandTemplate"/> makes it. Empty for remote servers.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];
}
