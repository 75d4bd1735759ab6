using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using Gatehouse.Analyzers.CommandLine;

var path = new Argument<string>("path") { Description = "The folder of a repository, or one .cs file." };
var format = new Option<string>("--format") { Description = "The form of the report: sarif or json.", DefaultValueFactory = _ => "sarif" };
format.AcceptOnlyFromAmong("sarif", "json");
var root = new RootCommand("""
    Finds faults in the sources of MCP servers in C#, without building them: no restore, no MSBuild, and no code of the repository runs.
    Exit codes: 0 nothing found, 1 findings, 2 fault of the command line, 3 something was not read.
    Example: gatehouse-analyze . --format sarif > servers.sarif
    """)
{
    path, format,
};
root.SetAction(async (parsed, cancellation) =>
{
    var target = parsed.GetRequiredValue(path);
    if (!Directory.Exists(target) && !File.Exists(target))
    {
        await Console.Error.WriteLineAsync($"{target}: there is no such file or folder. Name the folder of a repository.").ConfigureAwait(false);
        return 2;
    }

    using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    bounded.CancelAfter(AnalysisBounds.MaxTime);
    var report = await SourceAnalysis.RunAsync(target, bounded.Token).ConfigureAwait(false);
    var version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
    var document = parsed.GetRequiredValue(format) == "json" ? JsonWriter.Write(report) : SarifWriter.Write(report, version);
    await using var output = Console.OpenStandardOutput();
    await using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
    document.WriteTo(writer);
    await writer.FlushAsync(cancellation).ConfigureAwait(false);
    return report.Skipped.Count > 0 ? 3 : report.Findings.Count > 0 ? 1 : 0;
});
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
