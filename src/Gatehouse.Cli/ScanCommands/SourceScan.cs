using Gatehouse.Cli.Output;
using Gatehouse.Inventory;
using Gatehouse.Inventory.Checks;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Cli.ScanCommands;

/// <summary>
/// The analysis of C# sources, by the program <c>analyze/gatehouse-analyze</c> beside this one. It is a part that can be left out; sources
/// are then not measured, and a report with them is incomplete.
/// </summary>
internal static class SourceScan
{
    // The program ends itself after two minutes. This limit holds if it hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Returns the report with the findings in C# sources of the paths.</summary>
    /// <param name="report">The report.</param>
    /// <param name="options">The scope of the scan.</param>
    /// <param name="cancellation">Ends the analysis.</param>
    public static async Task<ScanReport> AddAsync(ScanReport report, ScanOptions options, CancellationToken cancellation)
    {
        var program = BesideProgram.Of(Path.Join("analyze", "gatehouse-analyze"));
        var findings = new List<Finding>();
        var gaps = new List<Gap>();
        foreach (var root in options.Paths.Where(root => CSharpSources.In(root, TimeProvider.System, options.WalkLimit, cancellation)))
        {
            if (!program.Exists)
            {
                gaps.Add(CSharpSources.Missing(root, Path.GetDirectoryName(program.Path)!));
                continue;
            }

            if (program.Weakness() is { } weakness)
            {
                gaps.Add(CSharpSources.Unread(root, $"{program.Path}: {weakness}"));
                continue;
            }

            var output = await program.ReadAsync([root, "--format", "json"], CSharpSources.LargestReport, Limit, cancellation).ConfigureAwait(false);
            if (output is null)
            {
                gaps.Add(CSharpSources.Unread(root, "gatehouse-analyze did not end in time, or its report is too large"));
                continue;
            }

            var (found, missing) = CSharpSources.Read(root, output);
            findings.AddRange(found);
            gaps.AddRange(missing);
        }

        return report.With(findings, gaps);
    }
}
