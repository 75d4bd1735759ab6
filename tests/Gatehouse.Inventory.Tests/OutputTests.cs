using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;

namespace Gatehouse.Inventory.Tests;

/// <summary>Every form of the report: totals equal details, outside text is escaped for its medium, SARIF keeps the standard's rules.</summary>
[Trait("Requirement", "SC-04")]
[Trait("Requirement", "IN-01")]
public sealed partial class OutputTests
{
    private const string Rewriting = "\u001b[2J\u001b]0;owned\u0007\r\u202e";
    private const string Running = "</code></td><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";

    [Fact]
    public async Task Terminal_IsNotRewritten()
    {
        var report = await HostileAsync();
        // The naive twin prints the name as it stands.
        Assert.Contains('\u001b', report.Servers[0].Name);
        foreach (var text in (string[])[TableReport.Render(report, colour: false), JsonReport.Render(report), SarifReport.Render(report, "1.0.0")])
            Assert.DoesNotContain(text, letter => letter != '\n' && (char.IsControl(letter) || letter is '\u202e'));
        Assert.All(Escapes().Matches(TableReport.Render(report, colour: true)), match => Assert.Matches("^\u001b\\[[0-9;]{0,4}m$", match.Value));
        Assert.Contains("\\u{001B}[2J", TableReport.Render(report, colour: false), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "G05")]
    public async Task Html_RunsNothing()
    {
        var page = HtmlReport.Render(await HostileAsync());
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'; style-src 'sha256-", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?:src|href)\\s*=\\s*[\"']?http", page);
        Assert.DoesNotMatch("<[^>]*\\s(?:on[a-z]+|style|src|action)\\s*=", page);
        Assert.All(Links().Matches(page), match => Assert.Matches("^#(?:GHS[0-9]{4}|[a-z-]+)$", match.Groups[1].Value));
        Assert.All(Tags().Matches(page),
            match => Assert.Contains(match.Groups[1].Value,
                (string[])["!doctype", "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "article", "footer", "h1", "h2",
                    "h3", "h4", "p", "span", "small", "b", "bdi", "code", "a", "ul", "ol", "li", "dl", "dt", "dd", "div", "details", "summary", "table",
                    "thead", "tbody", "tr", "th", "td", "form", "fieldset", "legend", "label", "input", "button", "svg", "rect"]));
    }

    [Fact]
    public async Task Totals_EqualDetails()
    {
        var report = await HostileAsync();
        using var json = JsonDocument.Parse(JsonReport.Render(report));
        var scan = json.RootElement.GetProperty("scan");
        var totals = scan.GetProperty("totals");
        Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
        Assert.Equal(scan.GetProperty("findings").GetArrayLength(), totals.GetProperty("findings").GetInt32());
        Assert.Equal(scan.GetProperty("servers").GetArrayLength(), totals.GetProperty("servers").GetInt32());
        Assert.Equal(scan.GetProperty("findings").GetArrayLength(),
            totals.GetProperty("bySeverity").EnumerateObject().Sum(pair => pair.Value.GetInt32()));
        Assert.Equal(report.Findings.Count, FindingLine().Count(TableReport.Render(report, colour: false)));
        Assert.Equal(report.Findings.Count, Regex.Count(HtmlReport.Render(report), "<li class=\"finding "));
        using var sarif = JsonDocument.Parse(SarifReport.Render(report, "1.0.0"));
        Assert.Equal(report.Findings.Count, sarif.RootElement.GetProperty("runs")[0].GetProperty("results").GetArrayLength());
    }

    // SARIF 2.1.0: 3.14 run, 3.19 toolComponent, 3.27 result, 3.28 location, 3.30 region.
    [Fact]
    public async Task Sarif_KeepsTheRulesOfTheStandard()
    {
        using var planted = new Planted();
        planted.Put("repo/a b/.mcp.json", """{"mcpServers":{"x":{"command":"npx","args":["-y","p"]}}}""");
        planted.Put("repo/broken/.mcp.json", "{");
        using var sarif = JsonDocument.Parse(SarifReport.Render(await planted.ScanTreeAsync("repo"), "1.0.0"));
        var run = sarif.RootElement.GetProperty("runs")[0];
        Assert.Equal("2.1.0", sarif.RootElement.GetProperty("version").GetString());
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().ToList();
        Assert.Equal(rules.Count, rules.Select(rule => rule.GetProperty("id").GetString()).Distinct().Count());
        Assert.False(run.GetProperty("invocations")[0].GetProperty("executionSuccessful").GetBoolean());
        Assert.Contains(run.GetProperty("invocations")[0].GetProperty("toolExecutionNotifications").EnumerateArray(),
            note => note.GetProperty("level").GetString() == "error");
        Assert.EndsWith("/", run.GetProperty("originalUriBaseIds").GetProperty("SRCROOT").GetProperty("uri").GetString());
        Assert.All(run.GetProperty("results").EnumerateArray(), result =>
        {
            Assert.Equal(result.GetProperty("ruleId").GetString(), rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
            Assert.Contains(result.GetProperty("level").GetString(), (string[])["none", "note", "warning", "error"]);
            Assert.NotEqual("", result.GetProperty("message").GetProperty("text").GetString());
            var physical = result.GetProperty("locations")[0].GetProperty("physicalLocation");
            Assert.True(physical.GetProperty("region").GetProperty("startLine").GetInt32() >= 1);
            var artifact = physical.GetProperty("artifactLocation");
            Assert.Equal("SRCROOT", artifact.GetProperty("uriBaseId").GetString());
            Assert.True(Uri.TryCreate(artifact.GetProperty("uri").GetString(), UriKind.Relative, out _));
            Assert.InRange(result.GetProperty("rank").GetDouble(), 0, 100);
        });
        Assert.Contains("a%20b/.mcp.json", sarif.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task JsonSchema_NamesEveryMember()
    {
        using var schema = JsonDocument.Parse(Pages.Read("docs/reference/scan.schema.json"));
        using var json = JsonDocument.Parse(JsonReport.Render(await HostileAsync()));
        Agree(schema.RootElement, json.RootElement, "");
    }

    [Fact]
    public async Task NothingMeasured_IsNotClean()
    {
        using var planted = new Planted();
        planted.Put("home/.cursor/mcp.json", "{");
        var report = await planted.ScanAsync();
        Assert.True(report.Grade.Letter >= 'C');
        Assert.Contains("1 failed, ", TableReport.Render(report, false), StringComparison.Ordinal);
        Assert.Contains(report.Grade.Reasons, reason => reason.Contains("could not be measured", StringComparison.Ordinal));
    }

    // Every member that is written is declared, and every required one is there.
    private static void Agree(JsonElement schema, JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties))
        {
            foreach (var member in value.EnumerateObject())
            {
                Assert.True(properties.TryGetProperty(member.Name, out var declared), $"{path}/{member.Name} is not in the schema");
                Agree(declared, member.Value, $"{path}/{member.Name}");
            }

            foreach (var required in schema.GetProperty("required").EnumerateArray())
                Assert.True(value.TryGetProperty(required.GetString()!, out _), $"{path}/{required} is missing");
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray()) Agree(schema.GetProperty("items"), item, path + "/*");
        }
    }

    private static async Task<ScanReport> HostileAsync()
    {
        using var planted = new Planted();
        var name = JsonSerializer.Serialize(Rewriting + Running);
        planted.Put("home/.cursor/mcp.json",
            $"{{\"mcpServers\":{{{name}:{{\"command\":{name},\"args\":[{name},\"--x\"],\"env\":{{{name}:\"x\"}},\"alwaysAllow\":[{name}]}},\"n\":{{\"url\":\"http://x.example/\"}}}}}}");
        return await planted.ScanAsync();
    }

    [GeneratedRegex("\u001b.{0,8}?m")]
    private static partial Regex Escapes();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Links();

    [GeneratedRegex("</?([!a-zA-Z0-9]+)")]
    private static partial Regex Tags();

    [GeneratedRegex("^    (?:note|low|medium|high|critical) +GHS", RegexOptions.Multiline)]
    private static partial Regex FindingLine();
}
