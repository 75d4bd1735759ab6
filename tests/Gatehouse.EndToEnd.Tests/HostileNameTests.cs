using System.Net;
using System.Text.Json;
using Gatehouse.EndToEnd.Tests.Harness;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// One name that another person chose looks the same wherever the command shows it, so that who sees it twice knows it again, and so that a name
/// that spells out an escape never looks like the character itself (CWE-451, CWE-1007).
/// </summary>
[Trait("Requirement", "IN-01")]
public sealed class HostileNameTests : IDisposable
{
    // Each piece and how it is written, apart from the code that writes it. No slash, which a path cannot hold.
    private static readonly (string Piece, string Shown)[] Pieces =
    [
        ("plain", "plain"), ("\u0301", "\u0301"), ("\u200b", "\\u{200B}"), ("\u0301", "\\u{0301}"), ("\\u{200B}", "\\\\u{200B}"),
        ("\u001b[2J", "\\u{001B}[2J"), ("\n", "\\n"), ("\\n", "\\\\n"),
        ("\u009b", "\\u{009B}"), ("\u202e", "\\u{202E}"), ("\u2800", "\\u{2800}"), ("\u3164", "\\u{3164}"), ("\ufe0f", "\\u{FE0F}"),
        ("\u180b", "\\u{180B}"), ("\u00a0", "\\u{00A0}"),
        ("\U000e0041", "\\u{E0041}"), ("\ue000", "\\u{E000}"), ("é中😀", "é中😀"),
    ];

    private static readonly string Name = string.Concat(Pieces.Select(piece => piece.Piece));
    private static readonly string Shown = string.Concat(Pieces.Select(piece => piece.Shown));

    private readonly string folder = Directory.CreateTempSubdirectory("gh-name-").FullName;

    public HostileNameTests()
    {
        foreach (var part in (string[])["home/.cursor", "state", "config", "run", "repo"]) Directory.CreateDirectory(At(part));
        var servers = JsonSerializer.Serialize(
            new { mcpServers = new Dictionary<string, object> { [Name] = new { command = "nothing-of-that-name", args = new[] { Name } } } });
        File.WriteAllText(At("home/.cursor/mcp.json"), servers);
        File.WriteAllText(At("repo/.mcp.json"), servers);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Reports_ShowTheNameAlike()
    {
        await ShowsAsync("scan", "--home", At("home"), "--static");
        await RunAsync("scan", "--home", At("home"), "--static", "--html", At("report.html"), "--sarif", At("report.sarif"));
        Assert.Contains(Shown, WebUtility.HtmlDecode(await File.ReadAllTextAsync(At("report.html"))), StringComparison.Ordinal);
        using var sarif = JsonDocument.Parse(await File.ReadAllTextAsync(At("report.sarif")));
        Assert.Contains(Names(sarif.RootElement), name => name == Shown);
    }

    [Fact]
    public async Task EditsAndLocks_ShowTheNameAlike()
    {
        await ShowsAsync("init", "--dry-run");
        await ShowsAsync("lock", "--path", At("repo"), "--lock", At("gatehouse.lock"), "--yes"); // it cannot be started, and its name says which
        await ShowsAsync("lock", "--config", At(Name));
        await ShowsAsync("lock", "verify", "--lock", At(Name));
        await ShowsAsync("wrap", "--name", Name, "--", "cat");
    }

    [Fact]
    public async Task WordsOfTheGateway_ShowTheNameAlike()
    {
        await ShowsAsync("status", "--state", At(Name));
        await ShowsAsync("session", "list", "--state", At(Name));
        await ShowsAsync("doctor", "identity", "--config", At(Name));
        await ShowsAsync("doctor", "links", "--config", At(Name));
        await ShowsAsync("config", "check", "--config", At(Name));
        await ShowsAsync("policy", "check", "--policy", At(Name));
        await ShowsAsync("explain", Name);
        await ShowsAsync("scan", "--" + Name);
    }

    [Fact]
    public async Task WhatIsApproved_ShowsTheNameAlike()
    {
        await using var machine = new PersonalMachine();
        var wrapped = PersonalMachine.Wrapped("odd", ["cat", Name]);
        await using (var unapproved = machine.Start(wrapped)) Assert.Equal(1, await unapproved.EndAsync());
        var listed = (await machine.RunAsync(["wrap", "command", "list"])).Output;
        Assert.Contains(Shown, listed, StringComparison.Ordinal);
        var id = listed.Split('\n')[1][..12];
        // the text that 'approve' asks under
        Assert.Contains(Shown, (await machine.RunAsync(["wrap", "command", "show", id])).Output, StringComparison.Ordinal);
    }

    private string At(string part) => Path.Join(folder, part);

    private async Task ShowsAsync(params string[] arguments)
    {
        var (_, output, errors) = await RunAsync(arguments);
        Assert.True((output + errors).Contains(Shown, StringComparison.Ordinal), $"{arguments[0]} shows another: {output}{errors}");
        Assert.DoesNotContain("\u200b", output + errors, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        OneShot.RunAsync(new ProcessPlan("setsid", ["--wait", "dotnet", Repository.GatewayDll, .. arguments])
        {
            Environment = new Dictionary<string, string>
            {
                ["HOME"] = At("home"),
                ["XDG_STATE_HOME"] = At("state"),
                ["XDG_CONFIG_HOME"] = At("config"),
                ["XDG_RUNTIME_DIR"] = At("run"),
            },
        });

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object =>
            element.EnumerateObject()
                .SelectMany(member => member.NameEquals("name") && member.Value.ValueKind == JsonValueKind.String
                ? [member.Value.GetString()!] : Names(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };
}
