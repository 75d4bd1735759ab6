namespace Gatehouse.Integrity.Locks;

/// <summary>The approved definitions of each server: the content of <c>gatehouse.lock</c>. Immutable.</summary>
/// <param name="Servers">The servers, by name.</param>
public sealed record LockFile(IReadOnlyList<LockedServer> Servers)
{
    /// <summary>The version of the format that is written.</summary>
    public const int FormatVersion = 1;

    /// <summary>Finds a server by its configured name.</summary>
    public LockedServer? Find(string name) => Servers.FirstOrDefault(server => server.Name == name);
}
