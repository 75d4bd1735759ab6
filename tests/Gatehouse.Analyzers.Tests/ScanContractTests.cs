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
        var rules = Rules.All.Where(rule => rule != Rules.Bound).ToList();
        var report = new SourceReport("/srv/repository", 3, 1, 2,
            [.. rules.Select((rule, at) => new SourceFinding(rule.Id, "What is found. What to do.", "/srv/repository/Tools.cs", at + 1, 5, at + 1, 9))],
            ["Large.cs: larger than 1048576 bytes"]);
        var (findings, gaps) = CSharpSources.Read(report.Root, JsonWriter.Write(report).ToJsonString());
        Assert.Equal(rules.Count, findings.Select(finding => finding.Rule).Distinct().Count());
        Assert.Equal(("What is found", "/srv/repository/Tools.cs", 1, 5),
            (findings[0].Message, findings[0].Place.File, findings[0].Place.Line, findings[0].Place.Column));
        Assert.Equal([true, false], gaps.Select(gap => gap.IsFailure));
        Assert.Equal(["GHS2101", "GHS2102", "GHS2103", "GHS2104", "GHS2105", "GHS2106", "GHS2107", "GHS2108", "GHS2109"],
            FindingRules.All.Where(rule => rule.Id.StartsWith("GHS21", StringComparison.Ordinal)).Select(rule => rule.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{ "format": 2 }""")]
    [InlineData("""{ "format": 1, "findings": [ { "rule": 7 } ], "skipped": [], "unbound": 0 }""")]
    [InlineData("""{ "format": 1, "findings": [ { "rule": "GHA9999" } ], "skipped": [], "unbound": 0 }""")]
    public void WhatIsNoReport_IsNotTakenForClean(string text) => Assert.True(Assert.Single(CSharpSources.Read("/srv/repository", text).Gaps).IsFailure);

    [Fact]
    public void WithoutTheProgram_SourcesAreNotMeasured_AndTheGradeIsC()
    {
        var gap = CSharpSources.Missing("/srv/repository", "/opt/gatehouse/analyze");
        Assert.Contains("-p:UseAppHost=true -o \"/opt/gatehouse/analyze\"", gap.Why, StringComparison.Ordinal);
        var report = new ScanReport
        {
            At = DateTimeOffset.UnixEpoch,
            Duration = TimeSpan.Zero,
            Servers = [],
            Findings = [],
            Gaps = [gap],
            Files = [],
            RuleFiles = [],
        };
        Assert.Equal(('C', true), (report.Grade.Letter, report.IsIncomplete));
    }

    [Theory]
    [InlineData("Other.cs", "class Other;", false)]
    [InlineData("Tools.cs", "[McpServerToolType] class Tools;", true)]
    [InlineData("Tools.CS", "[Mcp\\u0053erverToolType] class Tools;", true)]
    [InlineData("Tools.cs", "[Mcp\\U00000053erverToolType] class Tools;", true)]
    [InlineData("Tools.cs", "[Mcp\u200dServerToolType] class Tools;", true)]
    [InlineData("node_modules/server/Tools.cs", "[McpServerToolType] class Tools;", true)]
    [InlineData(".git/Tools.cs", "[McpServerToolType] class Tools;", false)]
    public void OnlyRepositoriesWithTools_AreAnalyzed(string name, string text, bool expected)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-sources").FullName;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.WriteAllText(Path.Combine(folder, name), text);
            Assert.Equal(expected, CSharpSources.In(folder, TimeProvider.System, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
