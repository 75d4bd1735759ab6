namespace Gatehouse.Analyzers.CommandLine;

/// <summary>Sources that are analysed together: those of a project file's folder and of the projects that it refers to.</summary>
/// <param name="Name">Path of the project file, or of the folder without a project file.</param>
/// <param name="Files">Its sources.</param>
internal sealed record SourceProject(string Name, IReadOnlyList<SourceFile> Files);
