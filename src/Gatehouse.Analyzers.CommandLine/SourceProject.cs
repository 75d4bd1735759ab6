namespace Gatehouse.Analyzers.CommandLine;

/// <summary>Sources that are analysed together: those of a project file's folder and of the projects that it refers to.</summary>
/// <param name="Name">Path of the folder.</param>
/// <param name="Files">Its sources.</param>
/// <param name="UsesServer">Whether it refers to Gatehouse.Server.</param>
internal sealed record SourceProject(string Name, IReadOnlyList<SourceFile> Files, bool UsesServer = false);
