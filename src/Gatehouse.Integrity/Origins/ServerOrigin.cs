namespace Gatehouse.Integrity.Origins;

/// <summary>The source of a server's code.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">Package, image, path or origin.</param>
/// <param name="Version">The version or digest that is named, or null when none is.</param>
/// <param name="IsPinned">True when the same bytes, or at least the same version, are run next time.</param>
public sealed record ServerOrigin(OriginKind Kind, string Name, string? Version, bool IsPinned)
{
    // A package, an image or a repository: code that is fetched at the start.
    internal bool IsFetched => Kind is OriginKind.Npm or OriginKind.PyPi or OriginKind.NuGet or OriginKind.Image or OriginKind.Repository;
}
