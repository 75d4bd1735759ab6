using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>The changes of <c>docs/developers/examples.md</c>, made in a copy of the sources, built, and used.</summary>
public sealed partial class ExamplePageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-examples-").FullName;

    private string Sources => Path.Join(folder, "sources");

    private string Config => Path.Join(folder, "gatehouse.yaml");

    [Fact]
    public async Task EachExample_DoesWhatThePageSays()
    {
        await CopyAsync();
        var page = await File.ReadAllTextAsync(Path.Join(Repository.Root, "docs", "developers", "examples.md"));
        foreach (var change in Change().Matches(page).Select(static match => match.Groups[1].Value))
        {
            await File.WriteAllTextAsync(Path.Join(folder, "page.diff"), change);
            await RunAsync("git", "apply", Path.Join(folder, "page.diff"));
        }

        await RunAsync("dotnet", "build", "src/Gatehouse.Cli", "-c", "Release", "--nologo", "-v", "q", "-p:AnalyzedProjects=none");
        await File.WriteAllTextAsync(Config, "version: 1\nlimits: { cursor: 5 }\n");
        var (_, output, errors) = await OneShot.RunAsync(Command("config", "check"));
        Assert.Contains("limits.cursor: '5' is out of range\n    remedy: choose from 16 to 4096", output + errors, StringComparison.Ordinal);
        var url = $"http://127.0.0.1:{LoopbackPorts.Next()}";
        await File.WriteAllTextAsync(Config, $$"""
            version: 1
            publicUrl: {{url}}
            listen: { url: "{{url}}" }
            state: {{Path.Join(folder, "state")}}
            limits: { cursor: 32 }
            servers:
              notes: { url: "http://127.0.0.1:9/mcp" }
            policy:
              - id: me
                permit: { subjects: [developer] }

            """);
        await using var gateway = await HostedProcess.StartAsync(Command("serve", "--dev"));
        Assert.Equal("0 sessions\n", await OutputAsync("session", "count"));
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await OutputAsync("token", "--server", "notes")).Trim());
        Assert.Contains("GH6006", await ListAsync(client, url, new string('c', 33)), StringComparison.Ordinal);
        Assert.Contains("GH7001", await ListAsync(client, url, new string('c', 32)), StringComparison.Ordinal); // no server is there
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task<string> ListAsync(HttpClient client, string url, string cursor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url + "/mcp/notes")
        {
            Version = HttpVersion.Version11,
            Content = new StringContent("""
                {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"CURSOR","_meta":{
                "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
                """.Replace("CURSOR", cursor, StringComparison.Ordinal), Encoding.UTF8, "application/json"),
        };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", "tools/list");
        using var response = await client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    // The tracked files that a build of the command reads.
    private async Task CopyAsync()
    {
        Directory.CreateDirectory(Sources);
        string[] read = ["src", "range", "*.props", "*.targets", "*.json", ".editorconfig", "eng", "corpus"];
        var (code, files, errors) = await OneShot.RunAsync(new ProcessPlan("git", ["-C", Repository.Root, "ls-files", "-z", "--", .. read]));
        Assert.True(code == 0, errors);
        foreach (var file in files.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var target = Path.Join(Sources, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Join(Repository.Root, file), target);
        }
    }

    private ProcessPlan Command(params string[] arguments) => ProcessPlan.Dotnet(
        Path.Join(Sources, "artifacts", "bin", "Gatehouse.Cli", "release", "gatehouse.dll"), [.. arguments, "--config", Config]);

    private async Task<string> OutputAsync(params string[] arguments)
    {
        var (code, output, errors) = await OneShot.RunAsync(Command(arguments));
        Assert.True(code == 0, $"{code}: {output}{errors}");
        return output;
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        var (code, output, errors) = await OneShot.RunAsync(
            new ProcessStartInfo(program, arguments)
            { WorkingDirectory = Sources, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true }, "",
            patience: TimeSpan.FromMinutes(20)); // a build of the whole command, beside other tests
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{output}{errors}");
    }

    [GeneratedRegex("```diff\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Change();
}
