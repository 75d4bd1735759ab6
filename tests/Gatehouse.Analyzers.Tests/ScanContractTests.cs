using Gatehouse.Analyzers.CommandLine;
using Gatehouse.Analyzers.Findings;
using Gatehouse.Inventory.Checks;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Analyzers.Tests;

/// <summary>What <c>gatehouse-analyze</c> prints is what <c>gatehouse scan</c> reads.</summary>
public sealed class ScanContractTests
{
    [Fact]
    [Trait("Requirement", "SC-07")]
    public void Report_BecomesFindingsAndGaps()
    {
        var rules = Rules.All.Where(rule => rule != Rules.Direct && rule != Rules.Bound).ToList();
        var report = new SourceReport("/srv/repository", 3, 1, 2,
            [.. rules.Select((rule, at) => new SourceFinding(rule.Id, "What is found. What to do.", "/srv/repository/Tools.cs", at + 1, 5, at + 1, 9))],
            ["Large.cs: larger than 1048576 bytes"]);
        var (findings, gaps) = CSharpSources.Read(report.Root, JsonWriter.Write(report).ToJsonString());
        Assert.Equal(rules.Count, findings.Select(finding => finding.Rule).Distinct().Count());
        Assert.Equal(("What is found", "/srv/repository/Tools.cs", 1, 5),
            (findings[0].Message, findings[0].Place.File, findings[0].Place.Line, findings[0].Place.Column));
        Assert.Equal([true, false], gaps.Select(gap => gap.IsFailure));
        Assert.Equal(["GHS2101", "GHS2102", "GHS2103", "GHS2104", "GHS2105", "GHS2106", "GHS2107", "GHS2108"],
            FindingRules.All.Where(rule => rule.Id.StartsWith("GHS21", StringComparison.Ordinal)).Select(rule => rule.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{ "format": 2 }""")]
    [InlineData("""{ "format": 1, "findings": [ { "rule": 7 } ], "skipped": [], "unbound": 0 }""")]
    public void WhatIsNoReport_IsNotTakenForClean(string text) => Assert.True(Assert.Single(CSharpSources.Read("/srv/repository", text).Gaps).IsFailure);

    [Fact]
    public void OnlyRepositoriesWithTools_AreAnalyzed()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-sources").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "Other.cs"), "class Other;");
            Assert.False(CSharpSources.In(folder, TimeProvider.System, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
            File.WriteAllText(Path.Combine(folder, "Tools.cs"), "[McpServerToolType] class Tools;");
            Assert.True(CSharpSources.In(folder, TimeProvider.System, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
