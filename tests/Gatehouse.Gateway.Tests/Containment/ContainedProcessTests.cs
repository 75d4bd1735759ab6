using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>Processes of a contained server or caller end, with the processes that they started, and none starts again (IR-01).</summary>
[Trait("Requirement", "IR-01")]
public sealed class ContainedProcessTests : IDisposable
{
    // It answers, starts a process of its own, and ignores every request to end.
    private const string Stubborn = """
        trap '' TERM
        sleep 1000 &
        printf '%s\n' "$$ $!" >> "$PIDS"
        while IFS= read -r line || :; do
          id=$(printf '%s' "$line" | sed -n 's/^{"jsonrpc":"2.0","id":\("*[-A-Za-z0-9]*"*\).*/\1/p')
          case "$line" in
            *'"server/discover"'*) printf '%s\n' "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"sh\",\"version\":\"1\"},\"ttlMs\":0,\"cacheScope\":\"private\"}}" ;;
            *'"tools/list"'*) printf '%s\n' "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"resultType\":\"complete\",\"tools\":[{\"name\":\"x\",\"inputSchema\":{\"type\":\"object\"}}],\"ttlMs\":0,\"cacheScope\":\"private\"}}" ;;
            *'"tools/call"'*) printf '%s\n' "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"done\"}]}}" ;;
            "") sleep 1 ;;
          esac
        done
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-contained-");

    private string Pids => Path.Combine(folder.FullName, "pids");

    [Theory]
    [InlineData("server", "sh")]
    [InlineData("user", "alice")]
    [InlineData("client", "tests")]
    public async Task StubbornProcessAndItsChildren_AreGone_WhenTheActIsAnswered(string kind, string name)
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var gateway = await StartAsync();
        Assert.Contains("done", await CallAsync(gateway), StringComparison.Ordinal);
        var pids = Running();
        Assert.True(pids.Count >= 2, "a process and its child run");
        var desk = new ContainmentDesk(gateway);
        var outcome = await desk.TryContainAsync(desk.Of(kind, name));
        Assert.InRange(outcome.Result!.Impact.Processes, 1, 2);
        // The caller's own process is the one that answered. The gateway's own question may have had another, which is no caller's.
        if (kind == "server")
        {
            await Eventually.TrueAsync(() => Running().Count == 0, "every process and its children are gone");
            Assert.Contains("GH9010", await CallAsync(gateway), StringComparison.Ordinal);
            Assert.Empty(Running());
        }
        else await Eventually.TrueAsync(() => Running().Count < pids.Count, "the caller's process and its children are gone");

        await desk.ReleaseAsync(outcome.Result.Id);
        Assert.Contains("done", await CallAsync(gateway), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private List<string> Running() => File.Exists(Pids)
        ? [.. File.ReadAllText(Pids).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(static pid => IsRunning(pid))] : [];

    // A zombie has ended; only its parent has not looked yet.
    private static bool IsRunning(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<string> CallAsync(TestGateway gateway)
    {
        using var response = await gateway.SendAsync(gateway.Modern("tools/call", "\"name\":\"x\",\"arguments\":{}", "x"));
        return await response.Content.ReadAsStringAsync();
    }

    private Task<TestGateway> StartAsync() => TestGateway.StartAsync(settings => settings with
    {
        Servers =
        [
            new ServerSettings
            {
                Name = "sh",
                Path = "/mcp",
                Stdio = new StdioUpstreamSettings
                {
                    Command = ["/bin/sh", "-c", Stubborn],
                    Environment = new Dictionary<string, string> { ["PIDS"] = Pids },
                    ShutdownGrace = TimeSpan.FromSeconds(5), // of a clock that stands still until the gateway ends
                },
            },
        ],
    }, new ManualTimeProvider());
}
