using System.Net;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Server.Tests;

/// <summary>Each exploit succeeds against the sample as it is, and fails with the two lines.</summary>
[Trait("NoRetry", "yes")]
public sealed class GuardedServerTests(GuardedServerFixture servers) : IClassFixture<GuardedServerFixture>
{
    private const string Person = "{\"customer\":\"Eve\",\"amount\":900}";

    public static TheoryData<string, string, string, string> Exploits => new()
    {
        { "authorize: a tool of nobody", "refund", Person, "refunded 900 euros" },
        { "authorize: a path that leads out of the folder", "read_note", "{\"name\":\"../../../../../../etc/passwd\"}", "root:" },
        { "authorize: a command in an argument", "count_words", "{\"text\":\"a; echo pwned; true\"}", "pwned" },
        { "validate: two tools in one message", "read_note", "{\"name\":\"opening-hours.txt\"},\"name\":\"refund\",\"arguments\":" + Person, "" },
        { "inspect-response: instructions in a note", "read_note", "{\"name\":\"from-a-customer.txt\"}", "Ignore all previous" },
        { "run time: a statement in an argument", "find_customer", "{\"name\":\"x' union select card from customers --\"}", "4242 4242" },
        { "run time: a host of the attacker's choice", "fetch_page", "{\"url\":\"HEALTH\"}", "\"ok\"" },
    };

    [Theory]
    [MemberData(nameof(Exploits))]
    public async Task Exploit_SucceedsWithoutTheTwoLines_AndFailsWithThem(string name, string tool, string arguments, string prize)
    {
        arguments = arguments.Replace("HEALTH", new Uri(servers.Plain.Endpoint, "/health").ToString(), StringComparison.Ordinal);
        var (_, plain) = await servers.Plain.CallAsync(tool, arguments);
        var (_, guarded) = await servers.Guarded.CallAsync(tool, arguments);
        // Two readers of the doubled message disagree. The SDK happens to refuse what is left, so its own answer counts as a different reading.
        if (prize.Length > 0) Assert.Contains(prize, plain, StringComparison.Ordinal);
        else Assert.DoesNotContain("GH3002", plain, StringComparison.Ordinal);
        if (prize.Length > 0) Assert.DoesNotContain(prize, guarded, StringComparison.Ordinal);
        else Assert.Contains("GH3002", guarded, StringComparison.Ordinal);
        Assert.True(name.Length > 0);
    }

    [Theory]
    [InlineData("read_note", "{\"name\":\"opening-hours.txt\"}", "Open from 9 to 17.")]
    [InlineData("find_customer", "{\"name\":\"Alice\"}", "Alice")]
    [InlineData("count_words", "{\"text\":\"three small words\"}", "3")]
    public async Task HonestUse_Works(string tool, string arguments, string expected)
    {
        Assert.Contains(expected, (await servers.Plain.CallAsync(tool, arguments)).Body, StringComparison.Ordinal);
        Assert.Contains(expected, (await servers.Guarded.CallAsync(tool, arguments)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_WithoutAToken_OrWithAForgedOne_IsRefused()
    {
        using var other = new McpPost(servers.Guarded.Endpoint);
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.ListAsync()).Status);
        var parts = servers.Guarded.Token!.Split('.');
        other.Token = $"{parts[0]}.{parts[1]}.{parts[2][..^6]}AAAAAA";
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.ListAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, (await servers.Plain.ListAsync()).Status);
    }

    // The SDK looks at neither (stack of the sample: no host filter, no CORS).
    [Theory]
    [InlineData("Host", "attacker.example")]
    [InlineData("Origin", "https://attacker.example")]
    public async Task ForeignHostAndOrigin_AreRefused(string header, string value)
    {
        void Change(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation(header, value);
        const string honest = "{\"name\":\"opening-hours.txt\"}";
        Assert.Equal(HttpStatusCode.OK, (await servers.Plain.CallAsync("read_note", honest, Change)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await servers.Guarded.CallAsync("read_note", honest, Change)).Status);
    }

    [Fact]
    public async Task List_HasNoToolThatTheCallerMayNotUse()
    {
        Assert.Contains("refund", (await servers.Plain.ListAsync()).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("refund", (await servers.Guarded.ListAsync()).Body, StringComparison.Ordinal);
    }

    // Every invalid vector of the parsing corpus, raw: as the whole body, and as a value inside a message.
    [Fact]
    public async Task RawVectors_NeverReachTheServer()
    {
        var folder = TestData.Folder("vectors/json-parsing/test_parsing", "test_parsing of github.com/nst/JSONTestSuite");
        var passed = new List<string>();
        foreach (var path in Directory.GetFiles(folder, "n_*.json"))
        {
            var vector = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            var (status, body) = await servers.Guarded.SendAsync(vector, "tools/call", "read_note", null);
            if ((int)status is < 400 or >= 500 || !body.Contains("\"GH3", StringComparison.Ordinal)) passed.Add($"{Path.GetFileName(path)}: {status} {body}");
        }

        Assert.Empty(passed);
    }

    [Fact]
    public async Task WhatARunningToolDidNotDeclare_IsOnRecord_AndTheLogIsWhole()
    {
        await servers.Guarded.CallAsync("find_customer", "{\"name\":\"y' or 1=1 --\"}");
        var found = await GuardedServerFixture.CommandAsync("audit", "search", "--log", Path.Join(servers.State, "audit"), "--act", "tool.undeclared", "--json");
        Assert.Contains("tool.undeclared", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_IsAnswered_ByTheControlSocketOfTheLibrary() =>
        Assert.Contains("ready", await GuardedServerFixture.CommandAsync("status", "--state", servers.State), StringComparison.Ordinal);

    [Fact]
    public async Task OtherEndpoints_OfTheServer_StayAsTheyAre()
    {
        using var client = new HttpClient();
        Assert.Equal("ok", await client.GetStringAsync(new Uri(servers.Guarded.Endpoint, "/health"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stdio_IsGuardedToo(bool isGuarded)
    {
        string[] lines =
        [
            """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""",
            """{"jsonrpc":"2.0","method":"notifications/initialized"}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_note","arguments":{"name":"opening-hours.txt"}}}""",
            """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"refund","arguments":{"customer":"Eve","amount":900}}}""",
            """{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"find_customer","arguments":{"name":"x' union select card from customers --"}}}""",
        ];
        var folder = Directory.CreateTempSubdirectory("gatehouse-stdio-");
        try
        {
            var start = new System.Diagnostics.ProcessStartInfo(
                "dotnet", [Repository.GuardedServerDll, "--stdio", .. isGuarded ? ["--guarded"] : Array.Empty<string>(), "--state", folder.FullName])
            { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            // Without Gatehouse the SDK drops what is under way when its input ends.
            using var process = System.Diagnostics.Process.Start(start)!;
            _ = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            foreach (var line in lines) await process.StandardInput.WriteLineAsync(line);
            await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            var answers = new Dictionary<int, string>();
            while (answers.Count < 4 && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (JsonDocument.Parse(line).RootElement is var message && message.TryGetProperty("id", out var id)) answers[id.GetInt32()] = line;
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
            Assert.Contains("Open from 9 to 17.", answers[1], StringComparison.Ordinal);
            Assert.Equal(!isGuarded, answers[2].Contains("refunded", StringComparison.Ordinal));
            Assert.Equal(!isGuarded, answers[3].Contains("4242", StringComparison.Ordinal));
            if (!isGuarded) return;
            var log = Path.Join(folder.FullName, "0", "audit");
            var found = await GuardedServerFixture.CommandAsync("audit", "search", "--log", log, "--act", "tool.undeclared", "--json");
            Assert.Contains("\"parent\"", found, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
