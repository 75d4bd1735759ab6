namespace Gatehouse.Integrity.Definitions;

/// <summary>Where a server comes from: with its configured name the key of its entries in a lock file.</summary>
/// <param name="Kind">The kind of source.</param>
/// <param name="Registry">The registry of a package or image, e.g. <c>npm</c>, <c>pypi</c>, <c>ghcr.io</c>; empty for others.</param>
/// <param name="Identity">The package, the image without tag, the origin with scheme and port, or the program's file name.</param>
public sealed record ServerSource(SourceKind Kind, string Registry, string Identity)
{
    /// <summary>One line: <c>package npm @scope/name</c>.</summary>
    public override string ToString() =>
        Registry.Length == 0 ? $"{Kind.ToString().ToLowerInvariant()} {Identity}" : $"{Kind.ToString().ToLowerInvariant()} {Registry} {Identity}";
}
