using Gatehouse.Analyzers.CommandLine;

namespace Gatehouse.Analyzers.Tests;

public sealed class SourceAnalysisTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-sources").FullName;

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    [Trait("Requirement", "SC-07")]
    public async Task ToolAndHelperInTwoProjects_AreFollowed_AndNothingOfThemRuns()
    {
        Write("server/Server.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <ItemGroup><ProjectReference Include="..\helpers\Helpers.csproj" /></ItemGroup>
              <Target Name="Run" BeforeTargets="Restore;Build"><Touch Files="{folder}/ran" AlwaysCreate="true" /></Target>
            </Project>
            """);
        Write("server/Tools.cs", """
            using ModelContextProtocol.Server;
            public static class Tools { [McpServerTool] public static string Read(string name) => Helper.Read(name); }
            """);
        Write("helpers/Helpers.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        Write("helpers/Helper.cs", "public static class Helper\n{\n    public static string Read(string path) => File.ReadAllText(path);\n}");
        Write("other/Other.cs", "public static class Other;");
        var report = await SourceAnalysis.RunAsync(folder, TestContext.Current.CancellationToken);
        var finding = Assert.Single(report.Findings);
        Assert.Equal(("GHA0002", Path.Combine(folder, "helpers", "Helper.cs"), 3), (finding.Rule, finding.File, finding.Line));
        Assert.Equal((3, 1, 0), (report.Files, report.Projects, report.Unbound));
        Assert.False(File.Exists(Path.Combine(folder, "ran")));
    }

    [Fact]
    public async Task WhatCannotBeBound_IsCounted()
    {
        Write("Tools.cs", """
            using ModelContextProtocol.Server;
            using Unknown.Library;
            public static class Tools { [McpServerTool] public static string Read(string name) => Missing.Find(name); }
            """);
        var report = await SourceAnalysis.RunAsync(folder, TestContext.Current.CancellationToken);
        Assert.Empty(report.Findings);
        Assert.Equal(2, report.Unbound);
    }

    [Fact]
    public async Task WhatIsTooLarge_IsReported_AndLinksAreNotFollowed()
    {
        Write("Large.cs", "// McpServerTool\n" + new string(' ', AnalysisBounds.MaxFileBytes));
        Write("Small.cs", "// McpServerTool");
        if (!OperatingSystem.IsWindows()) File.CreateSymbolicLink(Path.Combine(folder, "Link.cs"), "/etc/hostname");
        var report = await SourceAnalysis.RunAsync(folder, TestContext.Current.CancellationToken);
        Assert.Equal(1, report.Files);
        Assert.Contains("Large.cs: larger than", Assert.Single(report.Skipped), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sarif_HasRulePlaceAndWhatWasNotMeasured()
    {
        Write("Tools.cs", """
            using ModelContextProtocol.Server;
            public static class Tools { [McpServerTool] public static string Read(string name) => File.ReadAllText(name); }
            """);
        var run = SarifWriter.Write(await SourceAnalysis.RunAsync(folder, TestContext.Current.CancellationToken), "1.0.0")["runs"]![0]!;
        var result = Assert.Single(run["results"]!.AsArray())!;
        Assert.Equal("GHA0002", (string?)result["ruleId"]);
        var place = result["locations"]![0]!["physicalLocation"]!;
        Assert.Equal(("Tools.cs", 2), ((string?)place["artifactLocation"]!["uri"], (int)place["region"]!["startLine"]!));
        Assert.Equal("GHA0002", (string?)run["tool"]!["driver"]!["rules"]![0]!["id"]);
        Assert.Equal(0, (int)run["invocations"]![0]!["properties"]!["unbound"]!);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
