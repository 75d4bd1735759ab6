using System.Text;
using System.Text.Json;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;
using Gatehouse.Inventory.Repositories;
using Gatehouse.Inventory.Tests.Secrets;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Repositories;

/// <summary>A scan of a repository finds secrets in its files, names their places, and shows none (SC-07).</summary>
[Trait("Requirement", "SC-07")]
public sealed class RepositorySecretsTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly string Token = Drawn.GitHub(new Dice(77));

    [Theory]
    [InlineData("src/app.py", "TOKEN = \"{0}\"", 1, 10)]
    [InlineData(".env", "A=1\nB=2\nGITHUB_TOKEN={0}\n", 3, 14)]
    [InlineData("deploy/values.yaml", "github:\n  token: {0}\n", 2, 10)]
    [InlineData("main.tfvars", "token = \"{0}\"", 1, 10)]
    [InlineData("Dockerfile", "FROM a\r\nENV T={0}\r\n", 2, 7)]
    [InlineData("config.toml", "[a]\nt = '{0}'", 2, 6)]
    [InlineData("app.properties", "t={0}", 1, 3)]
    [InlineData("web.config", "<a t=\"{0}\"/>", 1, 7)]
    [InlineData("package-lock.json", "{{\"resolved\":\"https://a.example/?{0}\"}}", 1, 33)]
    [InlineData("without-ending", "{0}", 1, 1)]
    public async Task File_IsFoundWithLineAndColumn(string file, string form, int line, int column)
    {
        using var planted = new Planted();
        var path = planted.Put("r/" + file, string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Token));
        var finding = Assert.Single(await Search(planted, "r"));
        Assert.Equal((path, line, column), (finding.Place.File, finding.Place.Line, finding.Place.Column));
        Assert.Equal("github-token ghp_*** (40 characters)", finding.Message);
    }

    [Fact]
    public async Task NoReport_HasTheValue()
    {
        using var planted = new Planted();
        var password = Drawn.Text(new Dice(4), 20);
        planted.Put("r/a.txt", $"x {Token} y\npassword = \"{password}\"\n{Drawn.Pem(new Dice(5))}");
        planted.Put("r/b.ipynb", Notebook(Token));
        var report = await Scan(planted, "r");
        Assert.True(report.Findings.Count >= 4);
        foreach (var shown in (string[])[TableReport.Render(report, false), HtmlReport.Render(report), JsonReport.Render(report),
            SarifReport.Render(report, "1.0.0")])
        {
            Assert.DoesNotContain(Token[4..], shown, StringComparison.Ordinal);
            Assert.DoesNotContain(password, shown, StringComparison.Ordinal);
            Assert.Contains("ghp_***", shown, StringComparison.Ordinal);
        }

        // The folder of the checkout is another one on each machine, and its name may be that of a person: it is in the base of the paths only.
        var sarif = System.Text.Json.Nodes.JsonNode.Parse(SarifReport.Render(report, "1.0.0"))!["runs"]![0]!;
        Assert.All(sarif["results"]!.AsArray(), one => Assert.DoesNotContain(planted.Root, one!["locations"]!.ToJsonString(), StringComparison.Ordinal));
        Assert.DoesNotContain(planted.Root, sarif["invocations"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-32", true)]
    [InlineData("utf-32BE", true)]
    [InlineData("iso-8859-1", false)]
    public async Task EveryEncoding_IsRead(string name, bool hasMark)
    {
        using var planted = new Planted();
        var encoding = Encoding.GetEncoding(name);
        var mark = hasMark ? encoding.GetPreamble() : [];
        File.WriteAllBytes(planted.Put("r/a.ini", ""), [.. mark, .. encoding.GetBytes($"# a remark, plain\r\n# é ü\r\ntoken = {Token}\r\n")]);
        Assert.Equal((3, 9), (await Search(planted, "r")) is [var finding] ? (finding.Place.Line, finding.Place.Column) : default);
    }

    [Fact]
    public async Task Notebook_IsReadAsAPersonSeesIt_WithCellAndLine()
    {
        using var planted = new Planted();
        var path = planted.Put("r/n.ipynb", Notebook(Token));
        var findings = await Search(planted, "r");
        Assert.Equal(["cell 2, line 2", "cell 2, output 1, line 1"], findings.Select(finding => finding.Message.Split("), ")[1]).Order(
            StringComparer.Ordinal));
        var lines = File.ReadAllLines(path);
        Assert.All(findings, finding => Assert.Contains("ghp", lines[finding.Place.Line - 1], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"{0}\"")]
    [InlineData("[\"<svg>\\n\", \"{0}\\n\"]")]
    public async Task DrawingInANotebook_IsReadAsText(string form)
    {
        using var planted = new Planted();
        var drawing = form.Replace("{0}", $"<text>{Token}</text>", StringComparison.Ordinal);
        planted.Put("r/n.ipynb", $$$"""{"cells":[{"cell_type":"code","outputs":[{"data":{"image/svg+xml":{{{drawing}}},"image/png":"{{{Drawn.GitHub(new Dice(1))}}}"}}]}]}""");
        Assert.Contains("cell 1, output 1, line", Assert.Single(await Search(planted, "r")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotebookWithManyCells_IsCut_AndSaysSo()
    {
        using var planted = new Planted();
        var cells = Enumerable.Range(0, NotebookCells.MostTexts / 2).Select(_ => """{"cell_type":"code","source":"a"}""");
        planted.Put("r/whole.ipynb", $$"""{"cells":[{{string.Join(',', cells)}}],"nbformat":4}""");
        planted.Put("r/cut.ipynb", $$"""{"cells":[{{string.Join(',', cells)}},{"source":["{{Token}}"]}],"nbformat":4}""");
        var report = await Scan(planted, "r");
        Assert.EndsWith("cut.ipynb", Assert.Single(report.Gaps, gap => gap is
        { Why: "the notebook has more than 20000 texts; the rest was not searched for secrets", IsFailure: true }).What, StringComparison.Ordinal);
        Assert.True(report.IsIncomplete);
    }

    [Theory]
    [InlineData("{\"cells\": [")]
    [InlineData("token: {0}")]
    [InlineData("{{\"a\": \"{0}\"}}")]
    public async Task BrokenNotebook_IsReadAsText(string form)
    {
        using var planted = new Planted();
        planted.Put("r/n.ipynb", form.Replace("{0}", Token, StringComparison.Ordinal) + (form.Contains("{0}", StringComparison.Ordinal) ? ""
            : Token));
        Assert.Single(await Search(planted, "r"));
    }

    [Fact]
    public async Task IgnoredFilesBinariesAndLinks_AreLeftOutAndCounted()
    {
        using var planted = new Planted();
        planted.Put("outside.txt", Token);
        planted.Put("r/.gitignore", "ignored/\n*.local\n");
        planted.Put("r/ignored/a.txt", Token);
        planted.Put("r/b.local", Token);
        planted.Put("r/sub/c.local", Token);
        planted.Put("r/node_modules/p/i.js", Token);
        File.WriteAllBytes(planted.Put("r/data.bin", ""), [1, 0, 2, .. Encoding.ASCII.GetBytes(Token)]);
        File.CreateSymbolicLink(Path.Join(planted.Root, "r", "link.txt"), Path.Join(planted.Root, "outside.txt"));
        Directory.CreateSymbolicLink(Path.Join(planted.Root, "r", "folder"), planted.Root);
        var report = await Scan(planted, "r");
        Assert.DoesNotContain(report.Findings, finding => finding.Rule == FindingRules.SecretInRepository);
        Assert.Contains(report.Gaps, gap => gap is { Why: "1 binary file not searched for secrets", IsFailure: false });
        Assert.Contains(report.Gaps, gap => gap.Why == "1 link not followed in the search for secrets");
        const string why = "1 ignored folder and 2 ignored files not searched for secrets; a tracked file is searched although it is ignored";
        Assert.Contains(report.Gaps, static gap => gap is { Why: why, IsFailure: false });
        Assert.False(report.IsIncomplete);
    }

    [Fact]
    public async Task TextOverTheBound_IsNotMeasured()
    {
        using var planted = new Planted();
        planted.Put("r/a.sql", new string('a', RepositoryFiles.LargestFile) + "\n" + Token);
        planted.Put("r/b.txt", new string('a', RepositoryFiles.LargestFile - 41) + "\n" + Token);
        var report = await Scan(planted, "r");
        Assert.EndsWith("b.txt", Assert.Single(report.Findings, finding => finding.Rule == FindingRules.SecretInRepository).Place.File,
            StringComparison.Ordinal);
        Assert.True(report.IsIncomplete);
        Assert.Contains(report.Gaps, gap => gap.Why == "1 text file of more than 4 MiB not searched for secrets");
    }

    [Fact]
    public async Task FileWithManySecrets_IsCut()
    {
        using var planted = new Planted();
        var dice = new Dice(8);
        planted.Put("r/a.txt", string.Join('\n', Enumerable.Range(0, SecretSearch.MostFound + 20).Select(_ => Drawn.GitHub(dice))));
        var report = await Scan(planted, "r");
        Assert.Equal(SecretSearch.MostFound, report.Findings.Count(finding => finding.Rule == FindingRules.SecretInRepository));
        Assert.Contains(report.Gaps, gap => gap is { Why: "it has more than 100 secrets; the rest is not listed", IsFailure: true });
    }

    [Fact]
    public async Task RepositoryWithManySecrets_IsCut()
    {
        using var planted = new Planted();
        var dice = new Dice(8);
        for (var file = 0; file <= RepositorySecrets.MostFindings / SecretSearch.MostFound; file++)
            planted.Put($"r/{file}.txt", string.Join('\n', Enumerable.Range(0, SecretSearch.MostFound).Select(_ => Drawn.GitHub(dice))));
        var report = await Scan(planted, "r");
        Assert.Equal(RepositorySecrets.MostFindings, report.Findings.Count(finding => finding.Rule == FindingRules.SecretInRepository));
        Assert.True(report.IsIncomplete);
    }

    [Fact]
    public async Task TimeLimit_IsReported()
    {
        using var planted = new Planted();
        planted.Put("r/sub/a.txt", Token);
        var report = await Planted.ScanAsync(new ScanOptions { Paths = [Path.Join(planted.Root, "r")], Secrets = true, SearchLimit = TimeSpan.Zero });
        Assert.Contains(report.Gaps, gap => gap is { Why: "the time limit was reached; the rest was not scanned", IsFailure: true });
    }

    // A folder can have more files than the time allows. Files that are left out take time too.
    [Theory]
    [InlineData("x = 1")]
    [InlineData("x\0y")]
    public async Task TimeLimit_IsCheckedWithinAFolder(string text)
    {
        using var planted = new Planted();
        planted.Put("r/a.txt", Token);
        for (var i = 0; i < 20; i++) planted.Put($"r/b{i}.txt", text);
        planted.Put("r/z.txt", Token);
        var gaps = new List<Gap>();
        // Each look at the clock takes a second.
        var search = new RepositorySecrets(new HastyTime(), new SearchScope(false, TimeSpan.FromSeconds(12), null), gaps);
        var found = await search.SearchAsync(Path.Join(planted.Root, "r"), new HashSet<string>(), TestContext.Current.CancellationToken);
        Assert.EndsWith("a.txt", Assert.Single(found).Place.File, StringComparison.Ordinal);
        Assert.Single(gaps, gap => gap is { Why: "the time limit was reached; the rest was not searched for secrets", IsFailure: true });
    }

    [Fact]
    public async Task WhatAnotherCheckReports_IsNotReportedAgain()
    {
        using var planted = new Planted();
        planted.Put("r/.mcp.json", "{\"mcpServers\":{\"a\":{\"command\":\"x\",\"env\":{\"GITHUB_TOKEN\":\"" + Token + "\"}}}}");
        planted.Put("r/AGENTS.md", $"use {Token}");
        var report = await Scan(planted, "r");
        Assert.DoesNotContain(report.Findings, finding => finding.Rule == FindingRules.SecretInRepository);
        Assert.Contains(report.Findings, finding => finding.Rule == FindingRules.SecretInWorkspace);
        Assert.Contains(report.Findings, finding => finding.Rule == FindingRules.SecretInRules);
    }

    [Fact]
    public async Task RuleFile_WithAKeyOfManyLines_IsReportedAtItsFirst()
    {
        using var planted = new Planted();
        planted.Put("r/AGENTS.md", "# a\n\n" + Drawn.Pem(new Dice(6)));
        Assert.Equal(3, Assert.Single((await Scan(planted, "r")).Findings, finding => finding.Rule == FindingRules.SecretInRules).Place.Line);
    }

    [Fact]
    public async Task AcceptedFinding_IsLeftOut_UntilItsDayAndForItsFileOnly()
    {
        using var planted = new Planted();
        planted.Put("r/tests/a.txt", $"x {Token}\ny {Drawn.GitHub(new Dice(99))}");
        planted.Put("r/b.txt", $"x {Token}");
        var report = await Scan(planted, "r");
        var one = report.Findings.First(finding => finding.Place.File.EndsWith("a.txt", StringComparison.Ordinal));
        var now = DateTimeOffset.UtcNow;
        Assert.Equal(2, Of(report.Without([Accepted("tests/a.txt", one.Evidence, now.AddDays(1))], now)).Count);
        Assert.Single(Of(report.Without([Accepted("tests/a.txt", null, now.AddDays(1))], now)));
        var over = report.Without([Accepted("tests/a.txt", null, now)], now);
        Assert.Equal(3, Of(over).Count);
        var expired = Assert.Single(over.Findings, finding => finding.Rule == Detection.Findings.DetectionRules.SuppressionExpired);
        Assert.Contains($"until {now.AddTicks(-1):yyyy-MM-dd}", expired.Message, StringComparison.Ordinal);
        Assert.Contains(report.Without([Accepted("tests/c.txt", null, now.AddDays(1))], now).Findings, finding =>
            finding.Rule == Detection.Findings.DetectionRules.SuppressionUnused);
    }

    private static FileSuppression Accepted(string path, string? digest, DateTimeOffset end) =>
        new() { Path = path, Id = FindingRules.SecretInRepository.Id, Digest = digest, Reason = "a key of the tests", Expires = end };

    private static string Notebook(string token) => JsonSerializer.Serialize(new
    {
        cells = new object[]
        {
            new { cell_type = "markdown", source = new[] { "# Title\n", "text" } },
            new
            {
                cell_type = "code",
                source = new[] { "import os\n", $"os.environ['T'] = \"{token}\"\n" },
                outputs = new object[]
                {
                    new { output_type = "stream", text = new[] { $"{token}\n" } },
                    new { output_type = "display_data", data = new Dictionary<string, object> { ["image/png"] = "iVBORw0KGgo" + token } },
                },
            },
        },
        nbformat = 4,
    }, Indented);

    private static Task<ScanReport> Scan(Planted planted, string folder) =>
        Planted.ScanAsync(new ScanOptions { Paths = [Path.Join(planted.Root, folder)], Secrets = true });

    private static async Task<IReadOnlyList<Finding>> Search(Planted planted, string folder) => Of(await Scan(planted, folder));

    private static List<Finding> Of(ScanReport report) => [.. report.Findings.Where(finding => finding.Rule == FindingRules.SecretInRepository)];

    private sealed class HastyTime : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks += TimeSpan.TicksPerSecond;
    }
}
