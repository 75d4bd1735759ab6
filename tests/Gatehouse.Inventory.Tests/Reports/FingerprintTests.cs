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

    // A person who accepted a finding accepted this command, and no other one.
    [Theory]
    [InlineData("""{"command":"npx","args":["-y","@example/a@1.0.0"]}""", """{"command":"/bin/sh","args":["./x.sh"]}""", "GHS5003")]
    [InlineData("""{"url":"https://a.example/mcp"}""", """{"url":"https://b.example/mcp"}""", "GHS5003")]
    [InlineData("""{"command":"npx","args":["-y","@example/a@1.0.0"],"autoApprove":["read"]}""", """{"command":"npx","args":["-y","@example/a@1.0.0"],"autoApprove":["*","write","delete"]}""", "GHS5004")]
    [InlineData("""{"command":"npx","args":["-y","@example/a@1.0.0"],"alwaysAllow":["a","b","c","d","e","f","g","h"]}""", """{"command":"npx","args":["-y","@example/a@1.0.0"],"alwaysAllow":["a","b","c","d","e","f","g","h","i"]}""", "GHS5004")]
    [InlineData("""{"command":"sh","args":["-c","node a.js"]}""", """{"command":"sh","args":["-c","node b.js"]}""", "GHS2003")]
    [InlineData("""{"command":"node","args":["-e","a()"]}""", """{"command":"node","args":["-e","b()"]}""", "GHS2005")]
    public async Task AnotherCommandAddressOrApproval_IsAnotherFinding(string one, string two, string rule)
    {
        var (before, after) = (await PrintsOfAsync(one, rule), await PrintsOfAsync(two, rule));
        Assert.NotEmpty(before);
        Assert.NotEmpty(after);
        Assert.Empty(before.Intersect(after, StringComparer.Ordinal));
    }

    // The print is a digest, by which a short secret could be guessed.
    [Theory]
    [InlineData("""{"command":"npx","args":["-y","@example/a@1.0.0","--api-key","SECRET"],"autoApprove":["read"]}""")]
    [InlineData("""{"url":"https://a.example/mcp?api_key=SECRET"}""")]
    [InlineData("""{"url":"https://me:SECRET@a.example/mcp"}""")]
    [InlineData("""{"command":"sh","args":["-c","node a.js","--token=SECRET"]}""")]
    public async Task NoPrint_DependsOnTheValueOfASecret(string server)
    {
        async Task<List<string>> Of(string secret) => Prints(await ScanAsync(File(server.Replace("SECRET", secret, StringComparison.Ordinal))));
        Assert.Equal(await Of("Tr0ub4dor-and-3x"), await Of("An0ther-0ne-9y"));
    }

    // The folder is of one scan, so the file is relative to it.
    private static async Task<ScanReport> ScanAsync(string file)
    {
        using var planted = new Planted();
        planted.Put("repo/.mcp.json", file);
        return await planted.ScanTreeAsync("repo");
    }

    private static string File(string server) => $"{{\"mcpServers\":{{\"one\":{server}}}}}";

    private static async Task<List<string>> PrintsOfAsync(string server, string rule)
    {
        var report = await ScanAsync(File(server));
        return [.. report.Findings.Zip(Prints(report)).Where(pair => pair.First.Rule.Id == rule).Select(pair => pair.Second)];
    }

    private static List<string> Prints(ScanReport report)
    {
        using var sarif = JsonDocument.Parse(SarifReport.Render(report, "1.0.0"));
        return [.. sarif.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
            .Select(result => result.GetProperty("partialFingerprints").GetProperty("gatehouseFinding/v2").GetString()!)];
    }
}
