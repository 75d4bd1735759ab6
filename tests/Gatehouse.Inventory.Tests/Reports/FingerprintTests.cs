using System.Text.Json;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;

namespace Gatehouse.Inventory.Tests.Reports;

/// <summary>The fingerprints of SARIF, by which a code scanning tool recognizes a finding that it has already.</summary>
[Trait("Requirement", "IN-01")]
public sealed class FingerprintTests
{
    private const string Two =
        """{"mcpServers":{"one":{"command":"npx","args":["-y","@example/a"],"env":{"API_TOKEN":"sk-live-0a1b2c3d4e5f6a7b8c9d","DB_PASSWORD":"Tr0ub4dor-and-3x"}}}}""";

    [Fact]
    public async Task MessageInOtherWordsOrOnAnotherLine_IsTheSameFinding()
    {
        var report = await ScanAsync(Two);
        var reworded = report with
        {
            Findings = [.. report.Findings.Select(finding => finding with
            {
                Message = "in other words",
                Place = finding.Place with { Line = finding.Place.Line + 7 },
            })]
        };
        Assert.True(report.Findings.Count >= 3, $"{report.Findings.Count} findings");
        Assert.Equal(Prints(report), Prints(reworded));
    }

    [Fact]
    public async Task EveryFindingOfAReport_HasItsOwn() => await Task.WhenAll(Enumerable.Range(1, 30).Select(async seed =>
    {
        var prints = Prints(seed == 1 ? await ScanAsync(Two) : RandomReport.Of(seed));
        Assert.Equal(prints.Distinct(StringComparer.Ordinal), prints);
    }));

    [Fact]
    public async Task OtherEvidence_IsAnotherFinding()
    {
        var before = Prints(await ScanAsync(Two));
        var after = Prints(await ScanAsync(Two.Replace("DB_PASSWORD", "MAIL_PASSWORD", StringComparison.Ordinal)));
        Assert.Single(before.Except(after));
        Assert.Single(after.Except(before));
        // The value of a secret is no part: it must not be guessed from the report.
        Assert.Equal(before, Prints(await ScanAsync(Two.Replace("Tr0ub4dor", "Another1", StringComparison.Ordinal))));
    }

    [Fact]
    public void ProcessWithAnotherNumber_IsTheSameFinding()
    {
        ScanReport Of(int process) => RandomReport.Of(1) with
        {
            Findings = [new Finding(FindingRules.Unlisted, Detection.Findings.Confidence.Low, $"process {process}: npx x",
                new SourceLocation($"/proc/{process}", 0), null, null) { Evidence = "npx x" }]
        };
        Assert.Equal(Prints(Of(17)), Prints(Of(4711)));
    }

    // The folder is of one scan, so the file is relative to it.
    private static async Task<ScanReport> ScanAsync(string file)
    {
        using var planted = new Planted();
        planted.Put("repo/.mcp.json", file);
        return await planted.ScanTreeAsync("repo");
    }

    private static List<string> Prints(ScanReport report)
    {
        using var sarif = JsonDocument.Parse(SarifReport.Render(report, "1.0.0"));
        return [.. sarif.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
            .Select(result => result.GetProperty("partialFingerprints").GetProperty("gatehouseFinding/v2").GetString()!)];
    }
}
