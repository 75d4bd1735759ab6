using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse audit</c> as an auditor meets it: with the files of a log and nothing else.</summary>
public sealed class AuditCommandTests
{
    private const string Begun = """{"v":2,"seq":1,"kind":"begun","id":"a","at":"2026-11-20T08:30:00Z","gen":1}""";
    private const string Ended =
        """{"v":2,"seq":2,"kind":"ended","id":"a","at":"2026-11-20T08:30:01Z","gen":1,"up":1,"out":1,"bytesIn":9,"bytesOut":9}""";
    private const string Hostile = """{"v":2,"seq":4,"kind":"begun\u001b[2J","id":"b","at":"2026-11-20T08:30:02Z","gen":1}""";

    [Fact]
    public async Task AWholeLog_IsSaidToBeWhole_AndNoMoreThanThat()
    {
        using var log = new Folder(Begun, Ended);
        var (code, output, errors) = await RunAsync("--log", log.Path);
        Assert.Equal((0, "2 entries of 1 run in 1 segment, from entry 1; 0 lost, as the log says; 0 findings"), (code, output.Trim()));
        Assert.Contains("does not detect forgery", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsWrong_IsSaidWithItsPlace_AndCannotForgeALine()
    {
        using var log = new Folder(Begun, Ended, Hostile, "no entry");
        var (code, output, _) = await RunAsync("--log", log.Path);
        Assert.Equal(1, code);
        Assert.Contains("audit-0000000001.jsonl:3: gap: entries missing before this one: 1", output, StringComparison.Ordinal);
        Assert.Contains("audit-0000000001.jsonl:3: word: unknown kind of entry begun\\u{001B}[2J", output, StringComparison.Ordinal);
        Assert.Contains("audit-0000000001.jsonl:4: no-entry: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Json_HasItsVersionAndKind()
    {
        using var log = new Folder(Begun);
        var (code, output, _) = await RunAsync("--log", log.Path, "--json");
        Assert.Equal(1, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal((1, "auditLog"), (json.RootElement.GetProperty("version").GetInt32(), json.RootElement.GetProperty("kind").GetString()));
        var finding = Assert.Single(json.RootElement.GetProperty("auditLog").GetProperty("findings").EnumerateArray());
        Assert.Equal(("not-ended", 1), (finding.GetProperty("kind").GetString(), finding.GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task WithoutALog_NothingIsSaidOfOne()
    {
        using var log = new Folder();
        var (code, output, errors) = await RunAsync("--state", log.Path);
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("there is no audit log in", errors, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, ["audit", "verify", .. arguments]));

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-audit-");

        public Folder(params string[] lines)
        {
            if (lines.Length > 0) File.WriteAllText(System.IO.Path.Join(Path, "audit-0000000001.jsonl"), string.Join('\n', lines) + "\n");
        }

        public string Path => folder.FullName;

        public void Dispose() => folder.Delete(recursive: true);
    }
}
