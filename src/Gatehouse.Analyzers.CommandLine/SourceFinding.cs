namespace Gatehouse.Analyzers.CommandLine;

/// <summary>One finding in a source file.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Message">The finding in words.</param>
/// <param name="File">Absolute path.</param>
/// <param name="Line">Line from 1.</param>
/// <param name="Column">Column from 1, in UTF-16 code units.</param>
/// <param name="EndLine">Line of the end.</param>
/// <param name="EndColumn">Column after the end.</param>
internal sealed record SourceFinding(string Rule, string Message, string File, int Line, int Column, int EndLine, int EndColumn);
