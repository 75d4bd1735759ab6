namespace Gatehouse.Packaging;

/// <summary>A library of a <c>deps.json</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Kind">What it is: <c>project</c>, <c>package</c>, <c>runtimepack</c>.</param>
/// <param name="Checksum">The hash of a package's content that the lock file holds too; empty for others.</param>
/// <param name="Dependencies">The names of the libraries that it depends on.</param>
/// <param name="Files">The files that it brings, without folders.</param>
internal sealed record Library(
    string Name, string Version, string Kind, string Checksum, IReadOnlyList<string> Dependencies, IReadOnlyList<string> Files);
