using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gatehouse.EndToEnd.Tests.Harness;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse wrap</c> as it is delivered: real processes, real servers, real clients, a person at a terminal.</summary>
[Trait("Requirement", "ST-04")]
public sealed class WrapTests
{
    [Theory]
    [InlineData("everything", "v1", "")]
    [InlineData("everything", "v2-auto", "2025-11-25")]
    [InlineData("memory", "v2", "2025-11-25")]
    [InlineData("filesystem", "v1", "")]
    [InlineData("context7", "v2-auto", "2026-07-28")]
    public async Task TypeScriptClients_UseRealServers(string server, string client, string revision)
    {
        Peers.Require();
        await using var machine = new PersonalMachine();
        var wrapped = PersonalMachine.Wrapped(server, Server(server, machine));
        await machine.ApproveAsync(wrapped);
        var plan = Peers.Script("clients/ts-stdio.mjs", "--url", client);
        await using var process = Start(machine, plan, wrapped);
        var line = JsonDocument.Parse((await process.Output()).Trim()).RootElement;
        Assert.True(line.GetProperty("ok").GetBoolean(), line.GetRawText());
        Assert.NotEmpty(line.GetProperty("tools").EnumerateArray());
        if (revision.Length > 0) Assert.Equal(revision, line.GetProperty("protocolVersion").GetString());
    }

    [Fact]
    public async Task FilesystemServer_GetsItsFoldersFromTheClient()
    {
        Peers.Require();
        await using var machine = new PersonalMachine();
        var wrapped = PersonalMachine.Wrapped("files", [Repository.Node, Repository.Peer("node_modules/@modelcontextprotocol/server-filesystem/dist/index.js")]);
        await machine.ApproveAsync(wrapped);
        var folder = Path.Join(machine.Home, "project");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Join(folder, "a.txt"), "through roots");
        var plan = Peers.Script("clients/ts-stdio.mjs", "--url", "v1", "--tool", "read_text_file", "--args", JsonSerializer.Serialize(new { path = Path.Join(folder, "a.txt") })).With("MCP_ROOT", folder);
        await using var process = Start(machine, plan, wrapped);
        Assert.Contains("through roots", await process.Output(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task CSharpClient_SpeaksEitherEra(string revision)
    {
        await using var machine = new PersonalMachine();
        var wrapped = PersonalMachine.Wrapped("fixture", PersonalMachine.Fixture);
        await machine.ApproveAsync(wrapped);
        var transport = new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = "dotnet",
            Arguments = wrapped,
            WorkingDirectory = machine.Work,
            EnvironmentVariables = machine.Variables.ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
        });
        await using var client = await McpClient.CreateAsync(transport, new McpClientOptions { ProtocolVersion = revision });
        Assert.Equal(revision, client.NegotiatedProtocolVersion);
        Assert.NotEmpty(await client.ListToolsAsync());
        var answer = await client.CallToolAsync("add", new Dictionary<string, object?> { ["a"] = 2, ["b"] = 3 });
        Assert.Contains("5", Assert.IsType<TextContentBlock>(answer.Content[0]).Text, StringComparison.Ordinal);
        Assert.Contains(machine.Entries(), entry => entry.TryGetProperty("method", out var method) && method.GetString() == "tools/call" && entry.GetProperty("iss").GetString() == "system-account");
    }

    [Fact]
    [Trait("Requirement", "EX-05")]
    public async Task Command_IsStartedWhenAPersonApprovedExactlyIt()
    {
        await using var machine = new PersonalMachine();
        var marker = Path.Join(machine.Home, "started");
        string[] command = ["/bin/sh", "-c", $"touch {marker}; cat >/dev/null", "\u001b[2K"];
        var wrapped = PersonalMachine.Wrapped("marks", command);
        await using (var unapproved = machine.Start(wrapped))
        {
            var answer = await unapproved.CallAsync(7, "initialize", "{}");
            Assert.Equal(7011, answer.GetProperty("error").GetProperty("code").GetInt32());
            Assert.Contains("gatehouse command approve", answer.GetProperty("error").GetProperty("data").GetProperty("remedy").GetString(), StringComparison.Ordinal);
            Assert.Equal(1, await unapproved.ExitAsync());
            Assert.Contains("GH7011", await unapproved.Errors, StringComparison.Ordinal);
        }

        // Neither a pipe nor an argument approves.
        Assert.Equal(1, (await machine.RunAsync(["command", "approve"], "yes\nyes\n")).Code);
        Assert.Equal(1, (await machine.RunAsync(["command", "approve", "--yes"], "yes\n")).Code);
        Assert.False(File.Exists(marker));

        var shown = await machine.ApproveAsync(wrapped);
        Assert.Contains("would start this program on this machine, with your rights", shown, StringComparison.Ordinal); // G07
        Assert.Contains($"touch {marker}", shown, StringComparison.Ordinal); // G06
        Assert.Contains("\\u{1b}[2K", shown, StringComparison.Ordinal);
        Assert.Contains("GHS2003", shown, StringComparison.Ordinal); // G08: a shell reads it
        await using (var approved = machine.Start(wrapped)) Assert.Equal(0, await approved.EndAsync());
        Assert.True(File.Exists(marker));

        File.Delete(marker);
        await using (var swapped = machine.Start(PersonalMachine.Wrapped("marks", [.. command, "more"]))) Assert.Equal(1, await swapped.EndAsync());
        await using (var elsewhere = machine.Start(wrapped, work: machine.Home)) Assert.Equal(1, await elsewhere.EndAsync());
        await using (var withMore = machine.Start(PersonalMachine.Wrapped("marks", command, "LD_PRELOAD"))) Assert.Equal(1, await withMore.EndAsync());
        Assert.False(File.Exists(marker));
    }

    [Fact]
    public async Task HostThatIsKilled_CostsTheCallUnderWayAndNothingElse()
    {
        await using var machine = new PersonalMachine();
        var wrapped = PersonalMachine.Wrapped("fixture", PersonalMachine.Fixture);
        await machine.ApproveAsync(wrapped);
        await using var process = machine.Start(wrapped);
        await process.InitializeAsync();
        await process.SayAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"slow","arguments":{"ms":600000}}}""");
        await UntilAsync(() => machine.Entries().Any(entry => entry.GetProperty("kind").GetString() == "begun"));
        using (var host = Process.GetProcessById((await machine.HostAsync())!.Value)) host.Kill();
        Assert.Equal(9005, (await process.AnswerAsync(2)).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Contains("hello", (await process.ToolAsync(3, "echo", """{"text":"hello"}""")).GetProperty("result").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(2, machine.Count("host.start"));
        Assert.Equal(0, await process.EndAsync());
    }

    [Fact]
    public async Task WrappersThatStartAtOnce_ShareOneHost()
    {
        await using var machine = new PersonalMachine();
        var wrapped = PersonalMachine.Wrapped("fixture", PersonalMachine.Fixture);
        await machine.ApproveAsync(wrapped);
        var first = (await machine.HostAsync())!.Value;
        await machine.RunAsync(["host", "stop"]);
        await PersonalMachine.EndedAsync(first);
        var processes = Enumerable.Range(0, 4).Select(_ => machine.Start(wrapped)).ToList();
        await Task.WhenAll(processes.Select(process => process.InitializeAsync()));
        Assert.Equal(2, machine.Count("host.start"));
        Assert.Contains("server.fixture: 4", (await machine.RunAsync(["host", "status"])).Output, StringComparison.Ordinal);
        foreach (var process in processes)
        {
            Assert.Equal(0, await process.EndAsync());
            await process.DisposeAsync();
        }
    }

    [Fact]
    public async Task Environment_IsTheMinimumAndWhatWasNamed()
    {
        await using var machine = new PersonalMachine();
        var wrapped = PersonalMachine.Wrapped("fixture", PersonalMachine.Fixture, "GIVEN", "NOT_SET");
        await machine.ApproveAsync(wrapped);
        await using var process = machine.Start(wrapped, new Dictionary<string, string> { ["GIVEN"] = "1", ["CLIENTS_SECRET"] = "2" });
        await process.InitializeAsync();
        var text = (await process.ToolAsync(2, "env")).GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!;
        var names = JsonSerializer.Deserialize<string[]>(text)!;
        Assert.Contains("GIVEN", names);
        Assert.Contains("HOME", names);
        Assert.DoesNotContain("CLIENTS_SECRET", names);
        Assert.DoesNotContain("XDG_RUNTIME_DIR", names);
        Assert.Equal(0, await process.EndAsync());
        var host = File.ReadAllText($"/proc/{(await machine.HostAsync())!.Value.ToString(CultureInfo.InvariantCulture)}/environ");
        Assert.DoesNotContain("CLIENTS_SECRET", host, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerThatIgnoresItsEnd_IsEnded()
    {
        await using var machine = new PersonalMachine("version: 1\nservers: { stubborn: { shutdownGrace: 500ms } }\n");
        var pid = Path.Join(machine.Home, "pid");
        var wrapped = PersonalMachine.Wrapped("stubborn", ["/bin/sh", "-c", $"trap '' TERM; echo $$ > {pid}; while :; do sleep 1; done"]);
        await machine.ApproveAsync(wrapped);
        await using var process = machine.Start(wrapped);
        await UntilAsync(() => File.Exists(pid) && File.ReadAllText(pid).Length > 1);
        Assert.Equal(0, await process.EndAsync());
        await PersonalMachine.EndedAsync(int.Parse(await File.ReadAllTextAsync(pid), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task WrapperThatIsKilled_TakesItsServerWithIt()
    {
        await using var machine = new PersonalMachine();
        var pid = Path.Join(machine.Home, "pid");
        var wrapped = PersonalMachine.Wrapped("waits", ["/bin/sh", "-c", $"echo $$ > {pid}; sleep 600"]);
        await machine.ApproveAsync(wrapped);
        var process = machine.Start(wrapped);
        await UntilAsync(() => File.Exists(pid) && File.ReadAllText(pid).Length > 1);
        await process.DisposeAsync();
        await PersonalMachine.EndedAsync(int.Parse(await File.ReadAllTextAsync(pid), CultureInfo.InvariantCulture));
        await UntilAsync(() => machine.Count("wrap.end") == 1);
    }

    [Fact]
    public async Task ServerThatDies_AnswersWhoWaits_AndItsCodeIsTheWrappers()
    {
        await using var machine = new PersonalMachine();
        var wrapped = PersonalMachine.Wrapped("dies", ["/bin/sh", "-c", "echo 'not a message'; head -c 1 >/dev/null; exit 9"]);
        await machine.ApproveAsync(wrapped);
        await using var process = machine.Start(wrapped);
        var answer = await process.CallAsync(4, "initialize", """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}""");
        Assert.Equal(7005, answer.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(9, await process.ExitAsync());
    }

    [Fact]
    public async Task StderrWithoutEnd_BlocksNothing()
    {
        await using var machine = new PersonalMachine();
        var wrapped = PersonalMachine.Wrapped("loud", ["/bin/sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo \"line $i \u001b[31m\" >&2; i=$((i+1)); done; exec \"$@\"", "sh", .. PersonalMachine.Fixture]);
        await machine.ApproveAsync(wrapped);
        await using var process = machine.Start(wrapped);
        await process.InitializeAsync();
        Assert.Equal(0, await process.EndAsync());
        var errors = await process.Errors;
        Assert.Contains("loud: line 0 \\u001b[31m", errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', errors);
        Assert.True(errors.Split('\n').Length < 20000, "what was more than the rate was dropped");
    }

    [Fact]
    public async Task WorkingFolder_BringsNoPolicy()
    {
        await using var machine = new PersonalMachine("version: 1\npolicyPreset: personal\npolicy: [{ id: no-echo, forbid: { tools: [echo] } }]\n");
        foreach (var name in new[] { "personal.yaml", "gatehouse.yaml", ".gatehouse.yaml" })
            await File.WriteAllTextAsync(Path.Join(machine.Work, name), "version: 1\npolicy: [{ id: all, permit: { anyone: true } }]\n");
        var wrapped = PersonalMachine.Wrapped("fixture", PersonalMachine.Fixture);
        await machine.ApproveAsync(wrapped);
        await using var process = machine.Start(wrapped);
        await process.InitializeAsync();
        Assert.Equal("GH4003", (await process.ToolAsync(2, "echo", """{"text":"x"}""")).GetProperty("error").GetProperty("data").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("--name", 2)]
    [InlineData("--name 9 -- x", 2)]
    [InlineData("--name a", 2)]
    [InlineData("--name a --", 2)]
    [InlineData("--unknown -- x", 2)]
    [InlineData("--env A=B -- x", 2)]
    [InlineData("--help", 0)]
    [InlineData("-- /no/such/program", 3)]
    public async Task CommandLine_IsReadStrictly(string arguments, int code)
    {
        await using var machine = new PersonalMachine();
        var words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using (var thin = machine.Start([PersonalMachine.WrapDll, .. words])) Assert.Equal(code, await thin.EndAsync());
        await using var whole = machine.Start([Repository.GatewayDll, "wrap", .. words]);
        Assert.Equal(code, await whole.EndAsync());
    }

    private static string[] Server(string name, PersonalMachine machine) => name switch
    {
        "everything" => [Repository.Node, Repository.Peer("node_modules/@modelcontextprotocol/server-everything/dist/index.js"), "stdio"],
        "filesystem" => [Repository.Node, Repository.Peer("node_modules/@modelcontextprotocol/server-filesystem/dist/index.js"), machine.Work],
        "context7" => [Repository.Node, Repository.Peer("node_modules/@upstash/context7-mcp/dist/index.js")],
        _ => [Repository.Node, Repository.Peer("node_modules/@modelcontextprotocol/server-memory/dist/index.js")],
    };

    private static ScriptRun Start(PersonalMachine machine, ProcessPlan plan, string[] wrapped)
    {
        var info = new ProcessStartInfo(plan.File, plan.Arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = machine.Work };
        foreach (var (name, value) in machine.Variables) info.Environment[name] = value;
        foreach (var (name, value) in plan.Environment) info.Environment[name] = value;
        info.Environment["MCP_COMMAND"] = JsonSerializer.Serialize((string[])["dotnet", .. wrapped]);
        return new ScriptRun(info);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 600 && !condition(); i++) await Task.Delay(50);
        Assert.True(condition());
    }

    private sealed class ScriptRun(ProcessStartInfo info) : IAsyncDisposable
    {
        private readonly Process process = Process.Start(info)!;

        public async Task<string> Output()
        {
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
            return output.Length > 0 ? output : throw new InvalidOperationException(await errors);
        }

        public async ValueTask DisposeAsync()
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
