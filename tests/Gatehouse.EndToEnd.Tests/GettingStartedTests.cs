using System.Text.RegularExpressions;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>The commands of docs/operators/getting-started.md without an identity provider, as printed and in their order.</summary>
public sealed partial class GettingStartedTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-begin-").FullName;

    // Only the ports differ, because others may use those of the page, and the package comes from the peers and not from the registry.
    [Fact]
    public async Task EveryCommand_WorksAsPrinted()
    {
        Peers.Require();
        var page = await File.ReadAllTextAsync(Path.Join(Repository.Root, "docs/operators/getting-started.md"));
        page = page[page.IndexOf("## Without an identity provider", StringComparison.Ordinal)..];
        var (port, server) = (LoopbackPorts.Next(), LoopbackPorts.Next());
        page = page.Replace("8080", $"{port}", StringComparison.Ordinal).Replace("3001", $"{server}", StringComparison.Ordinal);
        var fences = Fence().Matches(page).Select(match => (Language: match.Groups[1].Value, Text: match.Groups[2].Value)).ToList();
        await File.WriteAllTextAsync(Path.Join(folder, "dev.yaml"),
            fences.First(fence => fence.Language == "yaml").Text + $"listen: {{ url: \"http://127.0.0.1:{port}\" }}\n");
        var blocks = fences.Where(fence => fence.Language.Length == 0).Select(fence => fence.Text).ToList();
        Link("gatehouse", $"exec dotnet '{Repository.GatewayDll}' \"$@\"");

        var package = await File.ReadAllTextAsync(Path.Join(Repository.PeerFolder, "package.json"));
        var named = Package().Match(blocks[0]);
        Assert.Contains($"\"{named.Groups[1].Value}\": \"{named.Groups[2].Value}\"", package, StringComparison.Ordinal);
        Link("npx", $"shift 2; exec '{Repository.Node}' '{Repository.Peer($"node_modules/{named.Groups[1].Value}/dist/index.js")}' \"$@\"");
        await using var everything = await HostedProcess.StartAsync(Shell($"PORT={server} {blocks[0]}"));
        await using var gateway = await HostedProcess.StartAsync(Shell(blocks[1]));
        var (code, output, errors) = await OneShot.RunAsync(Shell(string.Concat(blocks.Skip(2))));
        Assert.True(code == 0, $"{code}: {output}{errors}{gateway.Output}");
        Assert.Contains("\"tools\":[{\"name\":\"echo\"", output, StringComparison.Ordinal);
        Assert.Contains("\"code\":-32022", output, StringComparison.Ordinal);
        Assert.Contains("\nready: yes\n", output, StringComparison.Ordinal);
        Assert.Contains("the gateway withholds no definition", errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Link(string name, string script)
    {
        var path = Path.Join(folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private ProcessPlan Shell(string script) => new ProcessPlan("bash", ["-euc", $"cd {folder}\n{script}"])
        .With("PATH", $"{folder}:{Environment.GetEnvironmentVariable("PATH")}").With("HOME", folder).With("XDG_STATE_HOME", Path.Join(folder, "state"));

    [GeneratedRegex("^```([a-z]*)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"npx -y (@[^@]+)@(\S+)")]
    private static partial Regex Package();
}
