using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Gatehouse.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gatehouse.Analyzers.CommandLine;

/// <summary>The analysis of sources by the rules of the package, with nothing but the parser and the binder of the compiler.</summary>
internal static class SourceAnalysis
{
    private const string TooDeep = "CS8078";
    private const string ErrorOfDirective = "CS1029";

    private static readonly string[] Symbols = ["NET", "NET8_0_OR_GREATER", "NET9_0_OR_GREATER", "NET10_0_OR_GREATER"];

    // A program of one file begins with #! and #: lines.
    private static readonly CSharpParseOptions Options = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.None)
        .WithFeatures([new("FileBasedProgram", "true")]);

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
        var done = 0;
        foreach (var project in tree.Projects())
        {
            try
            {
                var trees = Parse(project, Symbols, skipped, cancellation);
                unbound += await AnalyzeAsync(project, trees, findings, skipped, cancellation).ConfigureAwait(false);
                await AnalyzeInactiveAsync(project, trees, findings, skipped, cancellation).ConfigureAwait(false);
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
        var unread = tree.Skipped.Concat(skipped).Distinct(StringComparer.Ordinal).ToList();
        if (unread.Count > AnalysisBounds.MaxSkipped)
            unread = [.. unread.Take(AnalysisBounds.MaxSkipped), $"{unread.Count - AnalysisBounds.MaxSkipped} more parts that were not read"];
        return new SourceReport(Path.GetFullPath(path), tree.Files.Count, done, unbound, [.. distinct.Take(AnalysisBounds.MaxFindings)], unread);
    }

    /// <summary>The sources of a project with the references of this program.</summary>
    public static CSharpCompilation Compile(SourceProject project, CancellationToken cancellation) =>
        Compile(project, Parse(project, Symbols, [], cancellation));

    private static CSharpCompilation Compile(SourceProject project, IEnumerable<SyntaxTree> trees) =>
        CSharpCompilation.Create("Scanned", [.. trees, CSharpSyntaxTree.ParseText(References.ImplicitUsings, Options)],
            project.UsesServer ? [.. References.All, References.Library] : References.All,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));

    // A file that does not parse is analysed as far as it does, and is not taken for clean.
    private static List<SyntaxTree> Parse(SourceProject project, IEnumerable<string> symbols, List<string> skipped, CancellationToken cancellation)
    {
        var options = Options.WithPreprocessorSymbols(symbols);
        var trees = new List<SyntaxTree>();
        DeepThread.Run(() =>
        {
            foreach (var file in project.Files)
            {
                var tree = IsTooDeep(file.Text) ? null : CSharpSyntaxTree.ParseText(file.Text, options, file.Path, cancellationToken: cancellation);
                if (tree is null || IsTooDeep(tree.GetRoot(cancellation)))
                {
                    skipped.Add($"{file.Path}: nested deeper than {AnalysisBounds.MaxNesting} levels");
                    continue;
                }

                trees.Add(tree);
                if (tree.GetDiagnostics(cancellation).FirstOrDefault(IsFault) is { } fault) skipped.Add(TextOf(file.Path, fault));
            }
        }, AnalysisBounds.StackMebibytes);
        return trees;
    }

    private static bool IsFault(Diagnostic problem) => problem.Severity == DiagnosticSeverity.Error && problem.Id != ErrorOfDirective;

    private static string TextOf(string file, Diagnostic fault)
    {
        var (line, message) = (fault.Location.GetLineSpan().StartLinePosition.Line + 1, fault.GetMessage(CultureInfo.InvariantCulture));
        return string.Create(CultureInfo.InvariantCulture, $"{file}: line {line} does not compile, and what it hides was not analyzed: {message}");
    }

    // The parser takes minutes for what is nested so deep. Brackets in comments mislead this count; the stack and the nodes are for those.
    private static bool IsTooDeep(string text)
    {
        var (depth, angles) = (0, 0);
        foreach (var letter in text)
        {
            depth = Math.Max(0, depth + (letter is '(' or '[' or '{' ? 1 : letter is ')' or ']' or '}' ? -1 : 0));
            angles = letter is ';' or '{' or '}' ? 0 : Math.Max(0, angles + (letter == '<' ? 1 : letter == '>' ? -1 : 0));
            if (Math.Max(depth, angles) > AnalysisBounds.MaxNesting) return true;
        }

        return text.AsSpan().Count("#if") > AnalysisBounds.MaxNesting;
    }

    private static bool IsTooDeep(SyntaxNode root)
    {
        var waiting = new Stack<(SyntaxNode Node, int Depth)>([(root, 0)]);
        while (waiting.TryPop(out var next))
        {
            if (next.Depth > AnalysisBounds.MaxNesting) return true;
            foreach (var child in next.Node.ChildNodes()) waiting.Push((child, next.Depth + 1));
        }

        return false;
    }

    // Returns the number of places whose declaration is not known.
    private static async Task<int> AnalyzeAsync(SourceProject project, IReadOnlyList<SyntaxTree> trees, List<SourceFinding> findings,
        List<string> skipped, CancellationToken cancellation)
    {
        var compilation = Compile(project, trees);
        ImmutableArray<Diagnostic> problems = [];
        DeepThread.Run(() => problems = compilation.GetDiagnostics(cancellation), AnalysisBounds.StackMebibytes);
        skipped.AddRange(problems.Where(problem => problem.Id == TooDeep).Select(problem =>
            TextOf(problem.Location.SourceTree?.FilePath ?? project.Name, problem)));
        var found = await DiagnosticsAsync(compilation, cancellation).ConfigureAwait(false);
        findings.AddRange(found.Where(diagnostic => diagnostic.Location.IsInSource).Select(Of));
        skipped.AddRange(found.Where(diagnostic => !diagnostic.Location.IsInSource).Select(diagnostic =>
            $"{project.Name}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}"));
        return problems.Count(problem => UnboundCodes.Contains(problem.Id));
    }

    // Which symbols a build defines is not known, so that the sources are read with all of them and with none. What is left is reported.
    private static async Task AnalyzeInactiveAsync(SourceProject project, IReadOnlyList<SyntaxTree> trees, List<SourceFinding> findings,
        List<string> skipped, CancellationToken cancellation)
    {
        var inactive = trees.SelectMany(Inactive).ToHashSet();
        var named = trees.SelectMany(tree => tree.GetRoot(cancellation).DescendantNodes(descendIntoTrivia: true))
            .OfType<ConditionalDirectiveTriviaSyntax>().SelectMany(directive => directive.Condition.DescendantNodesAndSelf())
            .OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText);
        foreach (var symbols in new[] { [.. Symbols, .. named], Array.Empty<string>() })
        {
            if (inactive.Count == 0) return;
            var faults = new List<string>();
            var others = Parse(project, symbols, faults, cancellation);
            if (faults.Count > 0) continue;
            inactive.IntersectWith(others.SelectMany(Inactive));
            await AnalyzeAsync(project, others, findings, skipped, cancellation).ConfigureAwait(false);
        }

        skipped.AddRange(inactive.GroupBy(line => line.File, StringComparer.Ordinal).Select(file => string.Create(CultureInfo.InvariantCulture,
            $"{file.Key}: line {file.Min(line => line.Line)} and {file.Count() - 1} others are left out by #if with the symbols that were tried")));
    }

    private static IEnumerable<(string File, int Line)> Inactive(SyntaxTree tree) => !tree.GetRoot().ContainsDirectives ? []
        : from trivia in tree.GetRoot().DescendantTrivia()
          where trivia.IsKind(SyntaxKind.DisabledTextTrivia)
          let first = trivia.GetLocation().GetLineSpan().StartLinePosition.Line + 1
          from line in trivia.ToString().Split('\n').Select((text, index) => (text, Line: first + index))
          where !string.IsNullOrWhiteSpace(line.text)
          select (tree.FilePath, line.Line);

    /// <summary>The findings of the rules.</summary>
    /// <exception cref="InvalidOperationException">A rule failed.</exception>
    public static async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(Compilation compilation, CancellationToken cancellation)
    {
        var problems = new ConcurrentQueue<Exception>();
        // Sources can suppress a diagnostic, and those of others are what is judged.
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), (problem, _, _) => problems.Enqueue(problem),
            concurrentAnalysis: true, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true);
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
