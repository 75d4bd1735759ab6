using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Checks;

/// <summary>A server that was made to run through Gatehouse.</summary>
/// <param name="File">Absolute path of the configuration.</param>
/// <param name="Name">Its name in it.</param>
public sealed record WrappedEntry(string File, string Name)
{
    /// <summary>Names that lead to the map or list of servers in the file, or null when that is not known.</summary>
    public IReadOnlyList<string>? Container { get; init; }

    /// <summary>The program that was written into the entry, or null when that is not known.</summary>
    public string? Launcher { get; init; }

    // A client may read the file through a link.
    internal bool IsOf(ServerEntry server) =>
        server.Name == Name && (server.Place.File == File || BoundedFile.Target(server.Place.File) == File)
        && (Container is null || Container.SequenceEqual(server.Container, StringComparer.Ordinal));
}
