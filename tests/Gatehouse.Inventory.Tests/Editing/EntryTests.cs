using System.Text.Json;
using Gatehouse.Inventory.Model;
using Gatehouse.Onboarding;

namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>Which entries are wrapped, what is told of the others, and what undo does with entries that were changed since.</summary>
[Trait("Requirement", "ST-04")]
public sealed class EntryTests
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("""{"url":"https://x.example/mcp"}""", SkipReason.Remote, "gateway")]
    [InlineData("""{"command":"x","disabled":true}""", SkipReason.Disabled, "switched off")]
    [InlineData("""{"command":"gatehouse","args":["wrap","--name","a","--","x"]}""", SkipReason.Wrapped, "already")]
    [InlineData("""{"command":"/usr/bin/dotnet","args":["/x/gatehouse.dll","wrap","--name","a","--","x"]}""", SkipReason.Wrapped, "already")]
    [InlineData("""{"type":"builtin"}""", SkipReason.BuiltIn, "built into")]
    [InlineData("""{"note":"x"}""", SkipReason.Form, "neither")]
    [InlineData("""{"command":"x","args":"a b"}""", SkipReason.Form, "not a list")]
    [InlineData("""{"command":"x","args":["a",{"b":1}]}""", SkipReason.Form, "not a string")]
    [InlineData("""{"command":["x"],"args":["a"]}""", SkipReason.Form, "a list in an unknown form")]
    [InlineData("""{"command":"x","cmd":"y"}""", SkipReason.Form, "twice")]
    [InlineData("""{"command":"x","command":"y"}""", SkipReason.Form, "2 times")]
    [InlineData("""{"command":"x","args":[],"args":["y"]}""", SkipReason.Form, "2 times")]
    [InlineData("""{"command":"npx -y server-x"}""", SkipReason.Form, "write each argument into 'args'")]
    [InlineData("""{"command":"x","envFile":".env"}""", SkipReason.Form, "envFile")]
    [InlineData("""{"command":"x","env":{"A B":"c"}}""", SkipReason.Form, "not the name of a variable")]
    [InlineData("""{"command":"x","env":{"LD_PRELOAD":"/x.so"}}""", SkipReason.Form, "LD_PRELOAD")]
    [InlineData("""{"command":"x","env":{"home":"/x"}}""", SkipReason.Form, "home")]
    [InlineData("""{"command":"x","env":{"XDG_STATE_HOME":"/x"}}""", SkipReason.Form, "XDG_STATE_HOME")]
    public void WhatIsNotWrapped_IsTold(string entry, SkipReason kind, string why)
    {
        using var home = new EditingHome();
        home.Put("home/.gemini/settings.json", $$$"""{"mcpServers":{"one":{{{entry}}}}}""");
        var plan = home.PlanWrap();
        Assert.Empty(plan.Files);
        var left = Assert.Single(plan.Left);
        Assert.Equal(kind, left.Kind);
        Assert.Contains(why, left.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("extensions:\n  a: &x\n    cmd: npx\n  b: *x\n")]
    [InlineData("base: &x\n  cmd: npx\n  args: [a]\nextensions:\n  a:\n    <<: *x\n")]
    [InlineData("extensions:\n  a:\n    cmd: &x npx\n    args: [*x]\n")]
    [InlineData("extensions:\n  a:\n    cmd: !!str npx\n")]
    [InlineData("extensions:\n  a:\n    cmd: >-\n      npx\n")]
    [InlineData("extensions:\n  a:\n    cmd: npx\n    args:\n    - a\n      b\n")]
    public void FormsOfYamlThatAreNotEdited_AreTold(string text)
    {
        using var home = new EditingHome();
        var file = home.Put("home/.config/goose/config.yaml", text);
        var plan = home.PlanWrap();
        Assert.Empty(plan.Files);
        Assert.NotEmpty(plan.Left);
        Assert.All(plan.Left, left => Assert.Equal(SkipReason.Form, left.Kind));
        Assert.Equal(text, EditingHome.Text(file));
    }

    [Fact]
    public void NameThatStandsTwice_IsTold()
    {
        using var home = new EditingHome();
        home.Put("home/.cursor/mcp.json", """{"mcpServers":{"a":{"command":"x"},"a":{"command":"y"},"b":{"command":"z"}}}""");
        var plan = home.PlanWrap();
        Assert.Equal(["b"], plan.Servers.Select(server => server.Name));
        Assert.Equal(2, plan.Left.Count(left => left.Kind == SkipReason.Form && left.Name == "a"));
    }

    [Fact]
    public void HostileNames_ReachNeitherTheTerminalNorTheCommand()
    {
        string[] names = ["\u001b[2J\u001b]0;x\u0007", "a\u202eb\u2066", "two\nlines\r\n+++ x", "q\"uo'te\\", "--", "-- --env X", "$(id)", "../../x",
            "\U000E0041\U000E0042", "", new string('n', 500), "wrap"];
        using var home = new EditingHome();
        var servers = names.ToDictionary(name => name,
            name => new { command = ProgramOf(name), args = new[] { name, "--" }, env = new Dictionary<string, string> { ["A"] = name } });
        var file = home.Put("home/.cursor/mcp.json", JsonSerializer.Serialize(new { mcpServers = servers }, Indented));
        var before = File.ReadAllBytes(file);
        var plan = home.PlanWrap();
        Assert.Equal(names.Length, plan.Servers.Count());
        Assert.All(plan.Servers, server => Assert.Matches("^[A-Za-z][A-Za-z0-9_-]{0,62}$", server.WrapName));
        Assert.Equal(names.Length, plan.Servers.Select(server => server.WrapName.ToUpperInvariant()).Distinct().Count());
        Assert.All(Assert.Single(plan.Files).Difference, line => Assert.All(line.EnumerateRunes(), rune => Assert.False(
            System.Text.Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format,
            line)));
        Assert.True(home.Wrap().IsDone);
        using var read = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (var name in names)
        {
            var arguments = read.RootElement.GetProperty("mcpServers").GetProperty(name).GetProperty("args").EnumerateArray()
                .Select(item => item.GetString()).ToList();
            // The first two dashes are ours: what the entry held stands behind them, whatever it says.
            Assert.Equal(["--", ProgramOf(name), name, "--"], arguments[arguments.IndexOf("--")..]);
        }

        Assert.True(home.Undo().IsDone);
        Assert.Equal(before, File.ReadAllBytes(file));

        // A command with a space may be a whole command line, which is not wrapped.
        static string ProgramOf(string name) => string.Concat(name.Where(static letter => !char.IsWhiteSpace(letter))) + "c";
    }

    [Fact]
    public void SecretsOfTheFile_AreInNeitherTheDifferenceNorTheLedger()
    {
        using var home = new EditingHome();
        home.Put("home/.cursor/mcp.json", """
            { "mcpServers": { "a": {
              "env": { "TOKEN": "plain-and-secret" },
              "command": "x",
              "args": ["--key", "ghp_000000000000000000000000000000000000", "sk-ant-api03-q7ZpX2vKd9LmT4wRb8NyH3sGf6JcV1eUaQo5iMxWz0PtYrBkCjDnEhSgFuLA"],
              "headers": { "Authorization": "very-private" } } } }
            """);
        var plan = home.PlanWrap();
        var shown = string.Join('\n', plan.Files[0].Difference) + plan.Servers.First().Was + plan.Servers.First().Becomes;
        Assert.True(home.Wrap().IsDone);
        foreach (var secret in (string[])["plain-and-secret", "very-private", "q7ZpX2vKd9LmT4wRb8NyH3sGf6JcV1eUaQo5iMxWz0PtYrBkCjDnEhSgFuLA"])
        {
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, EditingHome.Text(home.Ledger.Path), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void SameServerInTwoClients_SharesAName_AnotherOfTheNameDoesNot()
    {
        using var home = new EditingHome();
        home.Put("home/.cursor/mcp.json", """{"mcpServers":{"a":{"command":"x","args":["1"]}}}""");
        home.Put("home/.lmstudio/mcp.json", """{"mcpServers":{"a":{"command":"x","args":["1"]}}}""");
        home.Put("home/.codeium/windsurf/mcp_config.json", """{"mcpServers":{"A":{"command":"x","args":["2"]}}}""");
        var names = home.PlanWrap().Servers.ToDictionary(server => server.Client, server => server.WrapName);
        Assert.Equal(names["Cursor"], names["LM Studio"]);
        Assert.NotEqual(names["Cursor"], names["Windsurf"], StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    // Arguments of the server itself were changed: they stay, the wrapper goes.
    [InlineData("\"a1\"", "\"a1\", \"more\"", """{"mcpServers":{"one":{"command":"npx","args":["a1", "more"]}},"x":1}""")]
    // Something else of the entry was changed.
    [InlineData("\"args\"", "\"timeout\": 5, \"args\"", """{"mcpServers":{"one":{"command":"npx","timeout": 5, "args":["a1"]}},"x":1}""")]
    public void ChangesBesideTheWrapper_Stay(string old, string now, string expected)
    {
        using var home = new EditingHome();
        var file = home.Put("home/.cursor/mcp.json", """{"mcpServers":{"one":{"command":"npx","args":["a1"]}},"x":1}""");
        home.Wrap();
        File.WriteAllText(file, EditingHome.Text(file).Replace(old, now, StringComparison.Ordinal));
        Assert.True(home.Undo().IsDone);
        Assert.Equal(expected, EditingHome.Text(file));
        Assert.Contains(home.Names(), name => name.EndsWith(".bak", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"--name\"", "\"--nom\"")]
    [InlineData("\"npx\"", "\"other\"")]
    [InlineData("\"--\",", "\"--\", \"--\",")]
    [InlineData("\"wrap\"", "\"range\"")]
    public void EntryWhoseWrapperWasChanged_IsToldAndLeft(string old, string now)
    {
        using var home = new EditingHome();
        var file = home.Put("home/.cursor/mcp.json",
            """{"mcpServers":{"one":{"command":"npx","args":["a1"]},"two":{"command":"npx","args":["b"]}}}""");
        home.Wrap();
        var text = EditingHome.Text(file);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        File.WriteAllText(file, text[..at] + now + text[(at + old.Length)..]);
        var plan = home.PlanUndo();
        Assert.Equal(("one", SkipReason.Changed), (Assert.Single(plan.Left).Name, plan.Left[0].Kind));
        Assert.EndsWith("let it start what is behind its first '--': npx", plan.Left[0].Why, StringComparison.Ordinal);
        Assert.True(plan.IsIncomplete);
        Assert.True(home.Undo().IsDone);
        Assert.Contains("\"two\":{\"command\":\"npx\",\"args\":[\"b\"]}", EditingHome.Text(file), StringComparison.Ordinal);
        Assert.Equal("one", Assert.Single(home.Ledger.Records).Server);
    }

    [Theory]
    [InlineData("""{"mcpServers":{}}""", "the entry no longer exists")]
    [InlineData("""{"mcpServers":{"one":{"command":"npx","args":["a1"]}}}""", "no longer runs through Gatehouse")]
    [InlineData(null, "the file no longer exists")]
    public void EntryThatIsGone_IsToldAndItsRecordTakenOff(string? now, string why)
    {
        using var home = new EditingHome();
        var file = home.Put("home/.cursor/mcp.json", """{"mcpServers":{"one":{"command":"npx","args":["a1"]}}}""");
        home.Wrap();
        if (now is null) File.Delete(file);
        else File.WriteAllText(file, now);
        Assert.Contains(why, Assert.Single(home.PlanUndo().Left).Why, StringComparison.Ordinal);
        Assert.True(home.Undo().IsDone);
        Assert.Empty(home.Ledger.Records);
    }

    [Fact]
    public void Selection_NarrowsBoth()
    {
        using var home = new EditingHome();
        var first = home.Put("home/.cursor/mcp.json", """{"mcpServers":{"a":{"command":"x"},"b":{"command":"y"}}}""");
        var second = home.Put("home/.lmstudio/mcp.json", """{"mcpServers":{"a":{"command":"x"}}}""");
        Assert.Equal(2, home.PlanWrap(EditSelection.All with { Servers = ["a"] }).Servers.Count());
        Assert.Equal(1, home.PlanWrap(EditSelection.All with { Servers = ["a"] }).NotSelected);
        Assert.Equal([first], home.PlanWrap(EditSelection.All with { Clients = ["cursor"] }).Files.Select(file => file.Path));
        Assert.Equal([second], home.PlanWrap(EditSelection.All with { Files = [second] }).Files.Select(file => file.Path));
        home.Wrap();
        Assert.Equal("b", Assert.Single(home.PlanUndo(EditSelection.All with { Servers = ["b"] }).Servers).Name);
        Assert.True(home.Undo(EditSelection.All with { Servers = ["b"] }).IsDone);
        Assert.Equal(2, home.Ledger.Records.Count);
        Assert.True(home.Wrap().IsDone);
        Assert.True(home.Undo().IsDone);
        Assert.Equal("""{"mcpServers":{"a":{"command":"x"},"b":{"command":"y"}}}""", EditingHome.Text(first));
    }

    [Fact]
    public async Task Scan_TellsOfAServerThatIsWrappedNoLonger()
    {
        using var home = new EditingHome();
        var file = home.Put("home/.claude.json",
            """{"projects":{"/p":{"mcpServers":{"one":{"command":"npx"}}},"/q":{"mcpServers":{}}},"mcpServers":{"two":{"command":"npx"}}}""");
        home.Wrap();
        async Task<IReadOnlyList<string?>> Told() =>
            [.. (await Planted.ScanAsync(new ScanOptions { Machine = home.Machine, Wrapped = home.Ledger.Wrapped })).Findings.Where(
                finding => finding.Rule == FindingRules.NoLongerWrapped).Select(finding => finding.Server)];
        Assert.Empty(await Told());
        var wrapped = EditingHome.Text(file);
        // The client writes its old state of one entry back, and brings a server of the same name in another project.
        File.WriteAllText(file,
            wrapped.Replace("\"/q\":{\"mcpServers\":{}}", "\"/q\":{\"mcpServers\":{\"one\":{\"command\":\"other\"}}}", StringComparison.Ordinal));
        Assert.Empty(await Told());
        File.WriteAllText(file, """{"projects":{"/p":{"mcpServers":{"one":{"command":"npx"}}}},"mcpServers":{}}""");
        Assert.Equal(["one"], await Told());
        // A program that only has the name of the wrapper.
        File.WriteAllText(file, wrapped.Replace("/opt/gate house/gatehouse", "/tmp/gatehouse", StringComparison.Ordinal));
        Assert.Equal(["one", "two"], (await Told()).Order());
    }
}
