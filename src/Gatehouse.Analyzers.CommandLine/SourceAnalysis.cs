using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Gatehouse.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gatehouse.Analyzers.CommandLine;

/// <summary>The analysis of sources by the rules of the package, with nothing but the parser and the binder of the compiler.</summary>
internal static class SourceAnalysis
{
    private static readonly CSharpParseOptions Parse = new(LanguageVersion.Preview, DocumentationMode.None, SourceCodeKind.Regular,
        ["NET", "NET8_0_OR_GREATER", "NET9_0_OR_GREATER", "NET10_0_OR_GREATER"]);

    // Names that are not declared, and members that a type does not have.
    private static readonly HashSet<string> UnboundCodes = ["CS0103", "CS0117", "CS0234", "CS0246", "CS0400", "CS1061"];

    /// <summary>Analyses the sources under a path.</summary>
    /// <param name="path">A folder or a file.</param>
    /// <param name="cancellation">Ends the analysis; what was found until then is reported, with the cause.</param>
    public static async Task<SourceReport> RunAsync(string path, CancellationToken cancellation)
    {
        var tree = SourceTree.Read(path, cancellation);
        var skipped = new List<string>();
        var findings = new List<SourceFinding>();
        var unbound = 0;
        var projects = tree.Projects();
        var done = 0;
        foreach (var project in projects)
        {
            try
            {
                var compilation = Compile(project, cancellation);
                unbound += compilation.GetDiagnostics(cancellation).Count(problem => UnboundCodes.Contains(problem.Id));
                var found = await DiagnosticsAsync(compilation, cancellation).ConfigureAwait(false);
                findings.AddRange(found.Where(diagnostic => diagnostic.Location.IsInSource).Select(Of));
                skipped.AddRange(found.Where(diagnostic => !diagnostic.Location.IsInSource).Select(diagnostic =>
                    $"{project.Name}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}"));
                done++;
            }
            catch (OperationCanceledException)
            {
                skipped.Add($"{project.Name}: the time of the analysis is over");
                break;
            }
            catch (InvalidOperationException problem)
            {
                skipped.Add($"{project.Name}: {problem.Message}");
            }
        }

        var distinct = findings.Distinct().OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line)
            .ThenBy(finding => finding.Column).ThenBy(finding => finding.Rule, StringComparer.Ordinal).ToList();
        if (distinct.Count > AnalysisBounds.MaxFindings) skipped.Add($"{distinct.Count - AnalysisBounds.MaxFindings} more findings");
        return new SourceReport(Path.GetFullPath(path), tree.Files.Count, done, unbound, [.. distinct.Take(AnalysisBounds.MaxFindings)],
            [.. tree.Skipped, .. skipped]);
    }

    /// <summary>The sources of a project with the references of this program.</summary>
    public static CSharpCompilation Compile(SourceProject project, CancellationToken cancellation)
    {
        var trees = project.Files.Select(file => CSharpSyntaxTree.ParseText(file.Text, Parse, file.Path, cancellationToken: cancellation)).ToList();
        trees.Add(CSharpSyntaxTree.ParseText(References.ImplicitUsings, Parse, cancellationToken: cancellation));
        return CSharpCompilation.Create("Scanned", trees, References.All, new CSharpCompilationOptions(OutputKind.ConsoleApplication,
            nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
    }

    /// <summary>The findings of the rules.</summary>
    /// <exception cref="InvalidOperationException">A rule failed.</exception>
    public static async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(Compilation compilation, CancellationToken cancellation)
    {
        var problems = new ConcurrentQueue<Exception>();
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), (problem, _, _) => problems.Enqueue(problem), true, false);
        var found = await compilation.WithAnalyzers([new ToolAnalyzer(), new AudienceAnalyzer()], options).GetAnalyzerDiagnosticsAsync(cancellation)
            .ConfigureAwait(false);
        return problems.TryDequeue(out var first) ? throw new InvalidOperationException($"A rule failed: {first}", first) : found;
    }

    private static SourceFinding Of(Diagnostic diagnostic)
    {
        var place = diagnostic.Location.GetLineSpan();
        return new SourceFinding(diagnostic.Id, diagnostic.GetMessage(CultureInfo.InvariantCulture), place.Path,
            place.StartLinePosition.Line + 1, place.StartLinePosition.Character + 1, place.EndLinePosition.Line + 1,
                place.EndLinePosition.Character + 1);
    }
}
