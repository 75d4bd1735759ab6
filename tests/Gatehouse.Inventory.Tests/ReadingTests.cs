using System.Text;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Tests;

/// <summary>Broken and hostile files are findings with a line, within bounds; none is skipped silently.</summary>
[Trait("Requirement", "IN-01")]
public sealed class ReadingTests
{
    [Theory]
    [InlineData("home/.cursor/mcp.json", "{\n\"mcpServers\": {\n,}}", 3)]
    [InlineData("home/.codeium/windsurf/mcp_config.json", "{\n// strict\n\"mcpServers\": {}}", 2)]
    [InlineData("home/.codex/config.toml", "[a]\nb = 1\nb = 2\n", 3)]
    [InlineData("home/.config/goose/config.yaml", "extensions:\n  a: [\n", 3)]
    [InlineData("home/.gemini/settings.json", "", 1)]
    public async Task BrokenFile_IsAFindingAndAGap(string path, string text, int line)
    {
        using var planted = new Planted();
        var file = planted.Put(path, text);
        var report = await planted.ScanAsync();
        Assert.Equal((FindingRules.BrokenFile, file, line), (report.Findings[0].Rule, report.Findings[0].Place.File, report.Findings[0].Place.Line));
        Assert.True(report.IsIncomplete);
        Assert.NotEqual('A', report.Grade.Letter);
    }

    [Fact]
    public async Task LargeLinkedAndSpecialFiles_AreGaps()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        using var planted = new Planted();
        planted.Put("home/.cursor/mcp.json", new string(' ', BoundedFile.MostBytes + 1));
        var outside = planted.Put("outside.json", """{"mcpServers":{"x":{"command":"x"}}}""");
        Directory.CreateDirectory(Path.Join(planted.Home, ".gemini"));
        File.CreateSymbolicLink(Path.Join(planted.Home, ".gemini", "settings.json"), outside);
        var inside = planted.Put("home/dotfiles/lm.json", """{"mcpServers":{"linked":{"command":"x"}}}""");
        Directory.CreateDirectory(Path.Join(planted.Home, ".lmstudio"));
        File.CreateSymbolicLink(Path.Join(planted.Home, ".lmstudio", "mcp.json"), inside);
        var report = await planted.ScanAsync();
        Assert.Equal(2, report.Gaps.Count(gap => gap.IsFailure));
        Assert.Equal("linked", Assert.Single(report.Servers).Name);
    }

    [Fact]
    public async Task Pipe_DoesNotBlock()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "named pipes of Linux");
        using var planted = new Planted();
        Directory.CreateDirectory(Path.Join(planted.Home, ".cursor"));
        using (var made = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("mkfifo", [Path.Join(planted.Home, ".cursor", "mcp.json")]))!) await made.WaitForExitAsync(
                TestContext.Current.CancellationToken);
        Assert.Contains((await planted.ScanAsync()).Gaps, gap => gap.IsFailure && gap.Why.Contains("not a regular file", StringComparison.Ordinal));
    }

    [Fact]
    public void Offsets_AreThoseOfTheFile()
    {
        var bytes = Encoding.UTF8.GetBytes("\uFEFF// Käse\n{ \"a\": [ 1, \"ü\", \"x\" ], }");
        var x = JsonConfig.Read(bytes, comments: true)["a"]!.Items[2];
        Assert.Equal("\"x\"", Encoding.UTF8.GetString(bytes, (int)x.Offset, 3));
        Assert.Equal(2, x.Line);
    }

    [Theory]
    [InlineData(ConfigFormat.JsonWithComments, "[", "]")]
    [InlineData(ConfigFormat.Toml, "[", "]")]
    [InlineData(ConfigFormat.Yaml, "[", "]")]
    [InlineData(ConfigFormat.Xml, "<a>", "</a>")]
    internal void DeepNesting_IsAFault(ConfigFormat format, string open, string close)
    {
        var text = string.Concat(Enumerable.Repeat(open, 5000)) + string.Concat(Enumerable.Repeat(close, 5000));
        var bytes = Encoding.UTF8.GetBytes(format == ConfigFormat.Toml ? "a = " + text : text);
        Assert.Throws<ConfigFaultException>(() => ConfigReader.Read(bytes, format));
    }

    [Fact]
    public void MultipliedAliases_AreBounded()
    {
        var text = new StringBuilder("a0: &a0 {x0: 1, y0: 2}\n");
        for (var i = 1; i < 40; i++) text.Append(System.Globalization.CultureInfo.InvariantCulture,
            $"a{i}: &a{i}\n  <<: *a{i - 1}\n  z{i}:\n    <<: *a{i - 1}\n");
        var root = YamlConfig.Read(Encoding.UTF8.GetBytes(text.ToString()));
        Assert.NotNull(root["a39"]);
        var doubled = new StringBuilder("a0: &a0 {x: 1}\n");
        for (var i = 1; i < 40; i++) doubled.Append(System.Globalization.CultureInfo.InvariantCulture,
            $"a{i}: &a{i}\n  <<: *a{i - 1}\n  ? <<\n  : *a{i - 1}\n");
        Assert.Throws<ConfigFaultException>(() => YamlConfig.Read(Encoding.UTF8.GetBytes(doubled.ToString())));
    }

    [Fact]
    public void XmlEntities_AreRefused() =>
        Assert.Throws<ConfigFaultException>(() => XmlConfig.Read("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"u8.ToArray()));

    [Fact]
    public async Task RepeatedName_IsToldAndBothCount()
    {
        using var planted = new Planted();
        planted.Put("home/.cursor/mcp.json", "{\"mcpServers\":{\"a\":{\"command\":\"x\"},\n\"a\":{\"command\":\"y\"}}}");
        var report = await planted.ScanAsync();
        Assert.Equal(["x", "y"], report.Servers.Select(server => server.Command));
        Assert.Contains(report.Findings, finding => finding.Rule == FindingRules.RepeatedMember && finding.Place.Line == 2);
    }
}
