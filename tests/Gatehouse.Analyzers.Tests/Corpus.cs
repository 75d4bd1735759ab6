using System.Text.RegularExpressions;
using Gatehouse.Analyzers.CommandLine;
using Microsoft.CodeAnalysis;

namespace Gatehouse.Analyzers.Tests;

/// <summary>
/// Sources of servers with marks: <c>// finds GHA0001</c> on the line of a planted fault, and <c>// clean</c> on a tool that resembles one and has
/// none.
/// </summary>
/// <param name="Expected">The planted faults.</param>
/// <param name="Found">What the rules found.</param>
/// <param name="Clean">The number of tools without a fault.</param>
/// <param name="Faults">Faults of the sources themselves, which would hide others.</param>
internal sealed partial record Corpus(IReadOnlySet<Corpus.Place> Expected, IReadOnlySet<Corpus.Place> Found, int Clean, IReadOnlyList<string> Faults)
{
    /// <summary>Analyses the sources of a folder of <c>Cases</c> together.</summary>
    public static async Task<Corpus> OfAsync(string folder)
    {
        var root = Path.Combine(AppContext.BaseDirectory, "Cases", folder);
        var files = Directory.EnumerateFiles(root, "*.cs").Order(StringComparer.Ordinal).Select(file =>
            new SourceFile(file, File.ReadAllText(file))).ToList();
        var compilation = SourceAnalysis.Compile(new SourceProject(root, files), TestContext.Current.CancellationToken);
        var diagnostics = await SourceAnalysis.DiagnosticsAsync(compilation, TestContext.Current.CancellationToken);
        return new Corpus(
            files.SelectMany(file => Lines(file).SelectMany(line => Mark().Matches(line.Text).Select(mark =>
                new Place(Path.GetFileName(file.Path), line.Number, mark.Groups[1].Value)))).ToHashSet(),
            diagnostics.Select(found => new Place(Path.GetFileName(found.Location.SourceTree!.FilePath),
                found.Location.GetLineSpan().StartLinePosition.Line + 1,
                found.Id)).ToHashSet(),
            files.Sum(file => Lines(file).Count(line => line.Text.EndsWith("// clean", StringComparison.Ordinal))),
            [.. compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(problem => problem.Severity == DiagnosticSeverity.Error
                && problem.Id is not ("CS5001" or "CS8795" or "SYSLIB0011")).Select(problem => problem.ToString())]);
    }

    public IEnumerable<Place> Missed => Expected.Except(Found).Order();

    public IEnumerable<Place> FalseAlarms => Found.Except(Expected).Order();

    private static IEnumerable<(string Text, int Number)> Lines(SourceFile file) =>
        file.Text.Split('\n').Select((text, index) => (text.TrimEnd(), index + 1));

    [GeneratedRegex("// finds (GHA[0-9]{4})")]
    private static partial Regex Mark();

    /// <summary>A line with the rule that finds something in it.</summary>
    internal readonly record struct Place(string File, int Line, string Rule) : IComparable<Place>
    {
        public int CompareTo(Place other) => (File, Line, Rule).CompareTo((other.File, other.Line, other.Rule));
    }
}
