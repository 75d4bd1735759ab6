using System.Diagnostics;
using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse init</c> and <c>undo</c> as a person, a script and a client meet them, in a home of their own.</summary>
[Trait("Requirement", "ST-04")]
public sealed class InitCommandTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("gh-").FullName;

    public InitCommandTests()
    {
        foreach (var folder in (string[])["home/.cursor", "home/.codex", "state", "config", "run"])
            Directory.CreateDirectory(Path.Join(root, folder));
        File.WriteAllText(Cursor, Before);
    }

    private static string Before => $$"""
        {
          // of this person
          "mcpServers": {
            "fixture": { "command": "dotnet", "args": ["{{Repository.FixtureDll}}", "stdio"] },
            "remote": { "url": "https://mcp.example.com/mcp" }, // elsewhere
            "\u001b[2Jhidden": { "command": "dotnet", "args": ["--info"], "env": { "TOKEN": "never-to-be-shown" } },
          },
        }

        """;

    private string Cursor => Path.Join(root, "home", ".cursor", "mcp.json");

    [Fact]
    public async Task DryRun_ShowsTheChangeAndMakesNone()
    {
        var (code, output, errors) = await RunAsync("init", "--dry-run");
        Assert.True(code == 0, output + errors);
        Assert.Contains("+    \"fixture\": { \"command\": \"", output, StringComparison.Ordinal);
        Assert.Contains("will start", output, StringComparison.Ordinal);
        Assert.Contains("environment  TOKEN", output, StringComparison.Ordinal);
        Assert.Contains("put the gateway in front of it", output, StringComparison.Ordinal);
        Assert.Contains("\\u{001B}[2Jhidden", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output + errors);
        Assert.DoesNotContain("never-to-be-shown", output + errors, StringComparison.Ordinal);
        Assert.Equal(Before, await File.ReadAllTextAsync(Cursor));
        Assert.Equal([Cursor], Directory.GetFiles(root, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("init")]
    [InlineData("undo")]
    public async Task WithoutATerminal_NothingIsChanged(string verb)
    {
        if (verb == "undo") Assert.Equal(0, (await RunAsync("init", "--yes", "--no-verify")).Code);
        var before = await File.ReadAllTextAsync(Cursor);
        var (code, output, errors) = await RunAsync(verb);
        Assert.True(code == 1, output + errors);
        Assert.Contains("Nothing was changed, because there is no terminal", errors, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(Cursor));
    }

    [Fact]
    public async Task AnswerOtherThanYes_IsReportedAsSuch()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs script(1) for a terminal");
        Assert.Contains("Nothing was changed, because the answer was not 'yes'.", await InTerminalAsync("init", "y\n", 1), StringComparison.Ordinal);
        Assert.Equal(Before, await File.ReadAllTextAsync(Cursor));
        var screen = await InTerminalAsync("init", "yes\nno\n");
        Assert.Contains("The commands are not approved: the answer was not 'yes'; no approval was recorded", screen, StringComparison.Ordinal);
        _ = await RunAsync("host", "stop");
    }

    [Fact]
    public async Task Status_WhereNoGatewayRuns_NamesTheHostOfWrappedServers()
    {
        var (code, output, errors) = await RunAsync("status", "--state", Path.Join(Path.GetTempPath(), "gatehouse-nowhere"));
        Assert.True(code == 3, output + errors);
        Assert.Contains("gatehouse host status", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Yes_AcceptsTheEditsAloneAndUndoGivesTheOldBytes()
    {
        var (code, output, errors) = await RunAsync("init", "--yes");
        Assert.True(code == 0, output + errors);
        Assert.Contains("The commands are not approved: there is no terminal at which a person can confirm; no approval was recorded\n", errors, StringComparison.Ordinal);
        Assert.Contains("Not verified", errors, StringComparison.Ordinal);
        Assert.Contains("\"wrap\", \"--name\", \"fixture\", \"--\", \"dotnet\"", await File.ReadAllTextAsync(Cursor), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(Cursor)!).Length);
        Assert.Contains("Nothing to wrap.", (await RunAsync("init", "--yes")).Output, StringComparison.Ordinal);
        (code, output, errors) = await RunAsync("undo", "--yes");
        Assert.True(code == 0, output + errors);
        Assert.Equal(Before, await File.ReadAllTextAsync(Cursor));
        Assert.Equal([Cursor], Directory.GetFiles(Path.GetDirectoryName(Cursor)!));
        Assert.Contains("Nothing to undo.", (await RunAsync("undo", "--yes")).Output, StringComparison.Ordinal);
    }

    // What a person wrote stays; without it, findings in messages are not only recorded.
    [Fact]
    public async Task PersonalConfiguration_IsWrittenOnlyWhereThereIsNone()
    {
        var personal = Path.Join(root, "config", "gatehouse", "personal.yaml");
        var (code, output, errors) = await RunAsync("init", "--yes");
        Assert.True(code == 0, output + errors);
        Assert.Contains($"written: {personal}", errors, StringComparison.Ordinal);
        Assert.Contains("    preset: default\n", await File.ReadAllTextAsync(personal), StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("host", "check")).Code);
        await RunAsync("undo", "--yes");
        await File.WriteAllTextAsync(personal, "version: 1\n");
        (code, output, errors) = await RunAsync("init", "--yes");
        Assert.True(code == 0, output + errors);
        Assert.DoesNotContain("written: " + personal, errors, StringComparison.Ordinal);
        Assert.Equal("version: 1\n", await File.ReadAllTextAsync(personal));
    }

    [Fact]
    public async Task Scan_TellsThatAServerIsWrappedNoLonger()
    {
        await RunAsync("init", "--yes", "--no-verify");
        Assert.DoesNotContain("GHS6002", (await RunAsync("scan", "--static", "--fail-on", "never")).Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Cursor, Before);
        var (_, output, _) = await RunAsync("scan", "--static", "--json");
        using var report = JsonDocument.Parse(output);
        var told = report.RootElement.GetProperty("scan").GetProperty("findings").EnumerateArray()
            .Where(finding => finding.GetProperty("id").GetString() == "GHS6002").Select(finding => finding.GetProperty("server").GetString());
        Assert.Equal(["fixture", "\u001b[2Jhidden"], told);
    }

    [Fact]
    public async Task LedgerThatIsBroken_StopsBothAndIsToldByScan()
    {
        await RunAsync("init", "--yes", "--no-verify");
        var before = await File.ReadAllTextAsync(Cursor);
        await File.WriteAllTextAsync(Path.Join(root, "state", "gatehouse", "personal", "wrapped.json"), "{}");
        Assert.Equal(3, (await RunAsync("undo", "--yes")).Code);
        Assert.Equal(3, (await RunAsync("init", "--yes")).Code);
        Assert.Contains("servers that were wrapped: ", (await RunAsync("scan", "--static", "--fail-on", "never")).Output, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(Cursor));
    }

    [Theory]
    [InlineData(2, "the client 'Emacs' is unknown", "init", "--client", "Emacs")]
    [InlineData(1, "the server 'filse' was not found", "init", "--yes", "--server", "filse")]
    [InlineData(1, "the server 'files' was not found", "undo", "--yes", "--server", "files")]
    [InlineData(1, "contains no server", "undo", "--file", "/nowhere/x.json")]
    [InlineData(2, "", "init", "--maybe")]
    public async Task WrongNames_EndAsDocumented(int expected, string says, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);
        Assert.True(code == expected, $"{code}: {output}{errors}");
        Assert.Contains(says, errors, StringComparison.Ordinal);
        Assert.Equal(Before, await File.ReadAllTextAsync(Cursor));
    }

    // init edits a file of a workspace only when it is named, and undo edits what init changed.
    [Theory]
    [InlineData("init", "Files of workspaces are edited only when they are named here.")]
    [InlineData("undo", "Default: every file that init changed, also files of workspaces.")]
    public async Task HelpOfFile_SaysTheDefaultOfItsOwnCommand(string verb, string says)
    {
        var (code, output, _) = await RunAsync(verb, "--help");
        Assert.Equal(0, code);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_IsToldAndEndsWith3()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        var elsewhere = Path.Join(root, "elsewhere.json");
        File.Move(Cursor, elsewhere);
        File.CreateSymbolicLink(Cursor, elsewhere);
        var (code, output, _) = await RunAsync("init", "--yes");
        Assert.Equal(3, code);
        Assert.Contains("a link that leads out of its folder", output, StringComparison.Ordinal);
        Assert.Equal(Before, await File.ReadAllTextAsync(elsewhere));
    }

    [Fact]
    public async Task Json_IsAloneOnStdout()
    {
        var (code, output, errors) = await RunAsync("init", "--yes", "--json", "--server", "fixture");
        Assert.True(code == 0, errors);
        using var json = JsonDocument.Parse(output);
        var init = json.RootElement.GetProperty("init");
        Assert.Equal(("changed", 1, 2),
            (init.GetProperty("result").GetString(), json.RootElement.GetProperty("version").GetInt32(), init.GetProperty("notSelected").GetInt32()));
        Assert.Equal("fixture", init.GetProperty("files")[0].GetProperty("servers")[0].GetProperty("wrapName").GetString());
        Assert.Contains("will start", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InATerminal_CommandsAreApprovedTheCheckPassesAndTheClientsCommandWorks()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs script(1) for a terminal");
        var screen = await InTerminalAsync("init");
        Assert.Contains("a permitted call                 answered", screen, StringComparison.Ordinal);
        Assert.Contains("refused (GH3002); the server did not see it", screen, StringComparison.Ordinal);
        Assert.Contains("not started (GH7011)", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("never-to-be-shown", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[2J", screen, StringComparison.Ordinal);
        using var file = JsonDocument.Parse(await File.ReadAllBytesAsync(Cursor),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var entry = file.RootElement.GetProperty("mcpServers").GetProperty("fixture");
        var plan = new ProcessPlan(entry.GetProperty("command").GetString()!,
            [.. entry.GetProperty("args").EnumerateArray().Select(item => item.GetString()!)]);
        Assert.Contains("\"serverInfo\"", await FirstAnswerAsync(plan), StringComparison.Ordinal);
        screen = await InTerminalAsync("undo");
        Assert.Contains("as it was before Gatehouse", screen, StringComparison.Ordinal);
        Assert.Equal(Before, await File.ReadAllTextAsync(Cursor));
        Assert.Equal(0, (await RunAsync("host", "stop")).Code);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    // A session of its own: whatever terminal the tests run in is none of the command's.
    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        OneShot.RunAsync(new ProcessPlan("setsid", ["--wait", "dotnet", Repository.GatewayDll, .. arguments]) { Environment = Places });

    private async Task<string> InTerminalAsync(string verb, string answers = "yes\nyes\n", int expected = 0)
    {
        using var process = Start(new ProcessPlan("script", ["-qec", $"stty -echo; dotnet '{Repository.GatewayDll}' {verb}", "/dev/null"]));
        await process.StandardInput.WriteAsync(answers);
        await process.StandardInput.FlushAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == expected, await output);
        return await output;
    }

    private async Task<string> FirstAnswerAsync(ProcessPlan plan)
    {
        using var process = Start(plan);
        await process.StandardInput.WriteLineAsync(
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""");
        await process.StandardInput.FlushAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var answer = await process.StandardOutput.ReadLineAsync(limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        return answer ?? "nothing";
    }

    private Process Start(ProcessPlan plan) => Process.Start(StartInfo(plan))!;

    private ProcessStartInfo StartInfo(ProcessPlan plan)
    {
        var start = new ProcessStartInfo(plan.File, plan.Arguments)
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.Join(root, "home") };
        foreach (var (name, value) in Places) start.Environment[name] = value;
        return start;
    }

    private Dictionary<string, string> Places => new()
    {
        ["HOME"] = Path.Join(root, "home"),
        ["XDG_STATE_HOME"] = Path.Join(root, "state"),
        ["XDG_CONFIG_HOME"] = Path.Join(root, "config"),
        ["XDG_RUNTIME_DIR"] = Path.Join(root, "run"),
        ["TERM"] = "dumb",
    };
}
