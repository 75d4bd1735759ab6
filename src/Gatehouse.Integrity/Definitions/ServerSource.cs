namespace Gatehouse.Integrity.Definitions;

/// <summary>The source of a server. With the configured name it is the key of the server's entries in a lock file.</summary>
/// <param name="Kind">The kind of source.</param>
/// <param name="Registry">The registry of a package or image, e.g. <c>npm</c>, <c>pypi</c>, <c>ghcr.io</c>. Empty for others.</param>
/// <param name="Identity">The package, the image without tag, the origin with scheme, port and path, or the program's file name.</param>
public sealed record ServerSource(SourceKind Kind, string Registry, string Identity)
{
    /// <summary>Returns one line: <c>package npm @scope/name</c>.</summary>
    public override string ToString() =>
        Registry.Length == 0 ? $"{Kind.ToString().ToLowerInvariant()} {Identity}" : $"{Kind.ToString().ToLowerInvariant()} {Registry} {Identity}";

    /// <summary>
    /// Returns true when a server that comes from <paramref name="now"/> is the one that this source names, as a lock has it. Locks that were written
    /// before the path was a part of the source name only an origin, and mean every path of it, as they did then.
    /// </summary>
    /// <param name="now">The present source of a server.</param>
    public bool Names(ServerSource now)
    {
        ArgumentNullException.ThrowIfNull(now);
        return this == now || (HasNoPath && now.Kind == SourceKind.Origin && now.Registry == Registry && now.WithoutPath().Identity == Identity);
    }

    /// <summary>Returns the source as it was written before the path was a part of it. A source without an origin is returned as it is.</summary>
    public ServerSource WithoutPath() =>
        Kind == SourceKind.Origin && PathStart is > 0 and var start ? this with { Identity = Identity[..start] } : this;

    private bool HasNoPath => Kind == SourceKind.Origin && PathStart < 0;

    private int PathStart => Identity.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? Identity.IndexOf('/', scheme + 3) : -1;
}
