using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>Servers that nobody here wrote, scanned: listed whole and without a hard finding, found while they run, and nothing else is.</summary>
[Trait("Requirement", "IN-01")]
public sealed class RealServerScanTests
{
    // Package, script within it, arguments, and how many tools it has (spec-requirements.md, section 5).
    private static readonly (string Name, string Folder, string Script, string[] Arguments, int Tools)[] Servers =
    [
        ("everything", "peers", "@modelcontextprotocol/server-everything/dist/index.js", ["stdio"], 13),
        ("filesystem", "peers", "@modelcontextprotocol/server-filesystem/dist/index.js", ["{files}"], 14),
        ("memory", "peers", "@modelcontextprotocol/server-memory/dist/index.js", [], 9),
        ("context7", "peers", "@upstash/context7-mcp/dist/index.js", [], 2),
        ("thinking", "packages", "@modelcontextprotocol/server-sequential-thinking/dist/index.js", [], 1),
        ("playwright", "packages", "@playwright/mcp/cli.js", ["--headless"], 25),
        ("azure", "packages", "@azure/mcp/index.js", ["server", "start"], 61),
        ("devtools", "packages", "chrome-devtools-mcp/build/src/bin/chrome-devtools-mcp.js", ["--headless"], 32),
        ("notion", "packages", "@notionhq/notion-mcp-server/bin/cli.mjs", [], 24),
        ("map", "packages", "@modelcontextprotocol/server-map/dist/index.js", ["--stdio"], 2),
        ("pdf", "packages", "@modelcontextprotocol/server-pdf/dist/index.js", ["--stdio"], 9),
    ];

    [Fact]
    public async Task Listing_IsCompleteAndHasNoHardFinding()
    {
        Peers.RequirePackages();
        var home = Directory.CreateTempSubdirectory("gatehouse-real-");
        Directory.CreateDirectory(Path.Join(home.FullName, ".cursor"));
        await File.WriteAllTextAsync(Path.Join(home.FullName, ".cursor", "mcp.json"), JsonSerializer.Serialize(new
        {
            mcpServers = Servers.ToDictionary(server => server.Name, server => new
            {
                command = Repository.Node,
                args = server.Arguments.Select(argument => argument.Replace("{files}", home.FullName, StringComparison.Ordinal))
                    .Prepend(Path.Combine(Repository.Root, "tests", server.Folder, "node_modules", server.Script)),
            }),
        }));
        var (_, before, _) = await ScanAsync("--home", home.FullName, "--static");
        var (_, after, shown) = await ScanAsync("--home", home.FullName, "--list", "--yes");
        home.Delete(recursive: true);
        var listed = after.GetProperty("listed").EnumerateArray()
            .ToDictionary(server => server.GetProperty("server").GetString()!, server => server.GetProperty("tools").GetArrayLength());
        Assert.Equal(Servers.ToDictionary(server => server.Name, server => server.Tools), listed);
        Assert.DoesNotContain(after.GetProperty("notMeasured").EnumerateArray(), gap => gap.GetProperty("failed").GetBoolean());
        // What the file itself gives cause for is not what the tools do.
        Assert.Equal(Hard(before), Hard(after));
        Assert.All(Servers, server => Assert.Contains(server.Script, shown, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatRuns_IsFoundAndNothingIsInvented()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are looked at on Linux");
        Peers.Require();
        var home = Directory.CreateTempSubdirectory("gatehouse-running-");
        await File.WriteAllTextAsync(Path.Join(home.FullName, "notes-mcp.md"), "an editor has this open");
        await using var http = await Gatehouse.Tests.Processes.Servers.EverythingAsync();
        using var stdio = Start(Repository.Node, Repository.Peer("node_modules/@modelcontextprotocol/server-memory/dist/index.js"));
        using var editor = Start("/bin/sh", "-c", "read line", Path.Join(home.FullName, "notes-mcp.md"));
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var hangingUp = HangUpAsync(other);
        var port = int.Parse(http.Address, CultureInfo.InvariantCulture);
        // The probe has 2 s for each port, in which a server on a busy machine may not answer: then the machine is scanned again.
        JsonElement report;
        List<int> ports;
        var scans = 0;
        do
        {
            (_, report, _) = await ScanAsync("--home", home.FullName, "--probe");
            ports = [.. report.GetProperty("running").EnumerateArray().Where(entry => entry.TryGetProperty("address", out _))
                .Select(entry => IPEndPoint.Parse(entry.GetProperty("address").GetString()!).Port)];
            Assert.DoesNotContain(((IPEndPoint)other.LocalEndpoint).Port, ports);
        }
        while (!ports.Contains(port) && ++scans < 5);
        other.Stop();
        await hangingUp;
        home.Delete(recursive: true);
        var processes = report.GetProperty("running").EnumerateArray().Where(entry => entry.TryGetProperty("process", out _))
            .Select(entry => entry.GetProperty("process").GetInt32()).ToList();
        Assert.Contains(stdio.Id, processes);
        Assert.DoesNotContain(editor.Id, processes);
        Assert.Contains(port, ports);
        // The reference server listens on all addresses and asks nobody for a token.
        var place = report.GetProperty("findings").EnumerateArray()
            .Where(finding => finding.GetProperty("file").GetString()!.EndsWith($":{http.Address}", StringComparison.Ordinal))
            .Select(finding => finding.GetProperty("id").GetString());
        Assert.Equal(["GHS3003", "GHS3004", "GHS3007"], place.Order());
        stdio.Kill();
        editor.Kill();
    }

    private static List<string> Hard(JsonElement report) =>
        [.. report.GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("severity").GetString() is "high" or "critical")
            .Select(finding => finding.GetRawText())];

    private static async Task<(int Code, JsonElement Report, string Errors)> ScanAsync(params string[] arguments)
    {
        var (code, output, errors) =
            await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, ["scan", "--json", "--fail-on", "never", .. arguments]));
        return (code, JsonElement.Parse(output).GetProperty("scan"), errors);
    }

    private static System.Diagnostics.Process Start(string file, params string[] arguments) => System.Diagnostics.Process.Start(
        new System.Diagnostics.ProcessStartInfo(file, arguments)
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static async Task HangUpAsync(TcpListener listener)
    {
        try
        {
            while (true) (await listener.AcceptTcpClientAsync()).Dispose();
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
