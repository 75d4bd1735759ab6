using System.Text;
using Gatehouse.Inventory.Discovery;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Tests;

/// <summary>Broken and hostile files are findings with a line, within bounds; none is skipped silently.</summary>
[Trait("Requirement", "IN-01")]
[Trait("NoRetry", "yes")]
public sealed class ReadingTests
{
    [Theory]
    [InlineData("home/.cursor/mcp.json", "{\n\"mcpServers\": {\n,}}", 3)]
    [InlineData("home/.codeium/windsurf/mcp_config.json", "{\n// strict\n\"mcpServers\": {", 2)]
    [InlineData("home/.codex/config.toml", "[a]\nb = 1\nb = 2\n", 3)]
    [InlineData("home/.config/goose/config.yaml", "extensions:\n  a: [\n", 3)]
    [InlineData("home/.config/goose/config.yaml", "a: &x {\nb", 1)] // the parser has another fault than for what is no YAML
    [InlineData("home/.config/goose/config.yaml", "a: !<> b\n", 1)]
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

    [Theory]
    [InlineData("home/.codeium/windsurf/mcp_config.json", "{\"mcpServers\": {\n// of the team\nSERVER}}", 2)]
    [InlineData("home/.codeium/windsurf/mcp_config.json", "{\"mcpServers\": {\n/* of the\nteam */ SERVER}}", 2)]
    [InlineData("home/.codeium/windsurf/mcp_config.json", "{\"mcpServers\": {\"one\": {\"command\":\"npx\",\n\"args\":[\"some-server\",]},\n},}", 2)]
    [InlineData("home/repo/.mcp.json", "{\n  // of the team\n\"mcpServers\": {SERVER}}", 2)]
    public async Task CommentsAndTrailingCommas_HideNoServer_WhereTheClientIsStrict(string path, string text, int line)
    {
        using var planted = new Planted();
        var file = planted.Put(path, text.Replace("SERVER", "\"one\": {\"command\":\"npx\",\"args\":[\"some-server\"]}", StringComparison.Ordinal));
        var report = path.StartsWith("home/repo", StringComparison.Ordinal) ? await planted.ScanTreeAsync("home/repo") : await planted.ScanAsync();
        Assert.Equal("one", Assert.Single(report.Servers).Name);
        Assert.Contains(report.Findings, finding => finding.Rule.Id == "GHS2001");
        var broken = Assert.Single(report.Findings, finding => finding.Rule == FindingRules.BrokenFile);
        Assert.Equal((file, line), (broken.Place.File, broken.Place.Line));
        Assert.Contains("some clients read it although it is not JSON", broken.Message, StringComparison.Ordinal);
        Assert.False(report.IsIncomplete);
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
        Assert.True(Assert.Throws<ConfigFaultException>(() => YamlConfig.Read(Encoding.UTF8.GetBytes(text.ToString()))).IsLimit);
        var doubled = new StringBuilder("a0: &a0 {x: 1}\n");
        for (var i = 1; i < 40; i++) doubled.Append(System.Globalization.CultureInfo.InvariantCulture,
            $"a{i}: &a{i}\n  <<: *a{i - 1}\n  ? <<\n  : *a{i - 1}\n");
        Assert.Throws<ConfigFaultException>(() => YamlConfig.Read(Encoding.UTF8.GetBytes(doubled.ToString())));
    }

    [Fact]
    public void Aliases_CountAsMuchAsTheirValues()
    {
        // The map and its members are 11 values, the root, the names and the list 5 more.
        static string Text(int aliases) => $"e: &e {{{string.Join(", ", Enumerable.Range(0, 5).Select(i => $"a{i}: v"))}}}\n"
            + $"s:\n{string.Concat(Enumerable.Repeat("- *e\n", aliases))}";
        var fits = (ConfigReader.MostNodes - 15) / 11;
        Assert.Equal(fits, YamlConfig.Read(Encoding.UTF8.GetBytes(Text(fits)))["s"]!.Items.Count);
        Assert.True(Assert.Throws<ConfigFaultException>(() => YamlConfig.Read(Encoding.UTF8.GetBytes(Text(fits + 1)))).IsLimit);
    }

    // Of some kilobytes a reader would make every pair of a server and a name.
    [Fact]
    public async Task AliasesThatMultiply_AreAFindingAndAGap()
    {
        using var planted = new Planted();
        var file = planted.Put("r/.continue/mcpServers/x.yaml", $"e: &e\n{string.Concat(Enumerable.Range(0, 500).Select(i => $"  A{i}: v\n"))}"
            + $"s: &s {{command: node, env: *e}}\nmcpServers:\n{string.Concat(Enumerable.Repeat("- *s\n", 500))}");
        var report = await planted.ScanTreeAsync("r");
        Assert.Empty(report.Servers);
        Assert.Contains(report.Findings, finding => finding.Rule == FindingRules.BrokenFile && finding.Place.File == file);
        Assert.Contains(report.Gaps, gap => gap.What == file && gap.IsFailure && gap.Why.EndsWith("too deep or too large", StringComparison.Ordinal));
    }

    // No client is known to read such a file, so one that is not well formed is not reported.
    [Fact]
    public async Task FileOfNoClient_IsAGapWhenItExceedsABound()
    {
        using var planted = new Planted();
        planted.Put("r/a/manifest.json", "{");
        var file = planted.Put("r/b/manifest.json", $"{{\"a\":[{string.Join(',', Enumerable.Repeat('1', ConfigReader.MostNodes))}]}}");
        var report = await planted.ScanTreeAsync("r");
        Assert.Equal((file, "line 1: too many values"), Assert.Single(report.Gaps.Where(gap => gap.IsFailure).Select(gap => (gap.What, gap.Why))));
    }

    [Fact]
    public void AttributesAndTextsOfXml_Count()
    {
        static ReadOnlyMemory<byte> Bytes(int elements) =>
            Encoding.UTF8.GetBytes($"<a>{string.Concat(Enumerable.Repeat("<b c=\"d\">e</b>", elements))}</a>");
        Assert.Equal(ConfigReader.MostNodes / 3, XmlConfig.Read(Bytes(ConfigReader.MostNodes / 3))["a"]!.Members.Count);
        Assert.True(Assert.Throws<ConfigFaultException>(() => XmlConfig.Read(Bytes((ConfigReader.MostNodes / 3) + 1))).IsLimit);
    }

    [Theory]
    [InlineData("k{0} = 1\n")]
    [InlineData("[k{0}]\n")]
    [InlineData("[[k{0}]]\n")]
    [InlineData("k{0}.a.b = 1\n")]
    [InlineData("[a.k{0}.b]\n")]
    [InlineData("k.b{0} = {{ x = 1, y.z = 2 }}\n")]
    public void KeysOfToml_AreComparedAFewTimesEach(string form)
    {
        const int Keys = 3000;
        var text = string.Concat(Enumerable.Range(0, Keys).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, i)));
        var counting = new CountingNames();
        var root = new TomlConfig(Encoding.UTF8.GetBytes(text), counting).Read();
        Assert.Equal(Keys, Math.Max(root.Members.Count, root.Members[0].Value.Members.Count));
        Assert.InRange(counting.Count, Keys, Keys * 30);
    }

    [Fact]
    public void KeysOfAnInlineTable_AreComparedAFewTimesEach()
    {
        const int Keys = 3000;
        var text = $"a = {{ {string.Join(", ", Enumerable.Range(0, Keys).Select(i => $"k{i} = 1"))} }}";
        var counting = new CountingNames();
        Assert.Equal(Keys, new TomlConfig(Encoding.UTF8.GetBytes(text), counting).Read()["a"]!.Members.Count);
        Assert.InRange(counting.Count, Keys, Keys * 30);
    }

    [Theory]
    [InlineData(ServerReader.MostServers, false)]
    [InlineData(ServerReader.MostServers + 1, true)]
    public async Task ServersOverTheBound_AreAGap(int servers, bool isCut)
    {
        using var planted = new Planted();
        planted.Put("r/.mcp.json", Servers(servers));
        var report = await planted.ScanTreeAsync("r");
        Assert.Equal(ServerReader.MostServers, report.Servers.Count);
        Assert.Equal(isCut, report.Gaps.Any(gap => gap is { Why: "it contains more than 1000 servers; the rest was not scanned", IsFailure: true }));
    }

    [Fact]
    public void ServersOverTheBound_AreNotMade()
    {
        var place = ClientConfigLocations.All.First(place => place.Pattern == "{workspace}/.mcp.json");
        var file = new ClientConfigFile(place, "/r/.mcp.json", "/r");
        var few = Allocated(JsonConfig.Read(Encoding.UTF8.GetBytes(Servers(ServerReader.MostServers)), comments: false), file);
        var many = Allocated(JsonConfig.Read(Encoding.UTF8.GetBytes(Servers(40_000)), comments: false), file);
        Assert.InRange(many, 0, few * 2);
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

    private static string Servers(int count) =>
        $"{{\"mcpServers\":{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"a{i}\":{{\"command\":\"x\"}}"))}}}}}";

    private static long Allocated(ConfigNode root, ClientConfigFile file)
    {
        _ = ServerReader.Read(file, root);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ServerReader.MostServers, ServerReader.Read(file, root).Count);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class CountingNames : IEqualityComparer<string>
    {
        public int Count { get; private set; }

        public bool Equals(string? x, string? y)
        {
            Count++;
            return x == y;
        }

        public int GetHashCode(string name)
        {
            Count++;
            return name.GetHashCode(StringComparison.Ordinal);
        }
    }
}
