using Gatehouse.Cli.Output;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;

namespace Gatehouse.Cli.ScanCommands;

/// <summary>The destination of a scan's report.</summary>
/// <param name="Json">JSON on stdout instead of the table.</param>
/// <param name="Sarif">File for SARIF; <c>-</c> for stdout.</param>
/// <param name="Html">File for HTML; <c>-</c> for stdout.</param>
internal sealed record ScanOutput(bool Json, string? Sarif, string? Html)
{
    /// <summary>Gets the options that write to stdout. With two, a reader could take neither report apart.</summary>
    public IReadOnlyList<string> OnStdout
    {
        get
        {
            var all = new (bool IsOnStdout, string Option)[] { (Json, "--json"), (Sarif == "-", "--sarif -"), (Html == "-", "--html -") };
            return [.. all.Where(one => one.IsOnStdout).Select(one => one.Option)];
        }
    }

    /// <summary>Writes the report. Returns false when a file cannot be written.</summary>
    public bool Write(ScanReport report)
    {
        var version = BuildFacts.Version;
        if (Json) Terminal.Data(JsonReport.Render(report));
        else if (Sarif == "-") Terminal.Data(SarifReport.Render(report, version));
        else if (Html == "-") Terminal.Data(HtmlReport.Render(report));
        else Terminal.Data(TableReport.Render(report, Terminal.IsColoured).TrimEnd('\n'));
        return (Sarif is null or "-" || Save(Sarif, SarifReport.Render(report, version)))
            && (Html is null or "-" || Save(Html, HtmlReport.Render(report)));
    }

    private static bool Save(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
            Terminal.NoteLine($"written: {path}");
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Terminal.Fault($"{path} cannot be written");
            return false;
        }
    }
}
