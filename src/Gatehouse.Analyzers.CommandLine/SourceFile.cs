namespace Gatehouse.Analyzers.CommandLine;

/// <summary>A source file that was read.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Text">Its text.</param>
internal sealed record SourceFile(string Path, string Text);
