namespace Gatehouse.Analyzers.CommandLine;

/// <summary>The result of an analysis, with what was not measured.</summary>
/// <param name="Root">Absolute path of the analysed folder.</param>
/// <param name="Files">Source files that were read.</param>
/// <param name="Projects">Projects that declare tools, prompts or resources, and were analysed.</param>
/// <param name="Unbound">Places whose declaration is not known, because its package is not restored; what flows through them is not seen.</param>
/// <param name="Findings">The findings, by file and line.</param>
/// <param name="Skipped">What was not read or not finished, with the cause.</param>
internal sealed record SourceReport(string Root, int Files, int Projects, int Unbound, IReadOnlyList<SourceFinding> Findings,
    IReadOnlyList<string> Skipped);
