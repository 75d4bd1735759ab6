using System.Globalization;
using Gatehouse.Audit.Search;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse health</c>, as probes of containers call it.</summary>
[Trait("Requirement", "DE-01")]
public sealed class HealthCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-health-");
    private readonly string url = Loopback();
    private readonly string management = Loopback();

    public void Dispose() => folder.Delete(recursive: true);

    private string State => Path.Join(folder.FullName, "state");

    private string Config => Path.Join(folder.FullName, "gatehouse.yaml");

    [Fact]
    public async Task WithoutAGateway_TheAnswerIsOneLine_AndTheCodeSaysThatNoneAnswers()
    {
        Write();
        foreach (var way in (string[][])[["--config", Config], ["--state", State]])
        {
            var (code, output, errors) = await HealthAsync(way);
            Assert.Equal((3, ""), (code, output));
            Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    // A probe each 10 s must not fill the log: over the management listener nothing is written. The control socket counts its peers (ID-08).
    [Theory]
    [InlineData("--config", false)]
    [InlineData("--state", true)]
    public async Task Probe_OfAGatewayThatServes_IsGood_AndIsCountedInTheLogOnlyByTheControlSocket(string way, bool isCounted)
    {
        Write();
        await using var gateway = await HostedProcess.StartAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "serve", "--dev", "--config", Config));
        string[] words = [way, isCounted ? State : Config];
        // A machine with many tests may not answer within the patience of the command.
        await Eventually.TrueAsync(async () => await HealthAsync(words) is (0, "ready\n", ""), "the gateway is ready");
        Assert.Contains("\"ready\": true", (await HealthAsync([.. words, "--json"])).Output, StringComparison.Ordinal);
        // A file that became faulty ends no gateway: its probe must not either.
        await File.AppendAllTextAsync(Config, "nonsense: 1\n");
        if (isCounted) Assert.Equal((0, "ready\n", ""), await HealthAsync(words));
        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", gateway.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await gateway.ExitedAsync();
        var counted = OpenedLog.Read(Path.Join(State, "audit"), TimeProvider.System)
            .Count(static entry => entry.TryGetProperty("act", out var act) && act.GetString() == "attempts.counted");
        Assert.Equal(isCounted, counted > 0);
    }

    // A gateway that drains takes nothing more: an orchestrator sends its requests elsewhere, and does not restart it.
    [Fact]
    public async Task GatewayThatDrains_IsThereAndNotReady()
    {
        Write();
        await using var gateway = await HostedProcess.StartAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "serve", "--dev", "--config", Config));
        var (drained, _, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "drain", "--state", State));
        Assert.True(drained == 0, errors);
        Assert.Equal((1, "", "gatehouse: not ready: draining\n"), await HealthAsync("--config", Config));
        var (code, _, said) = await HealthAsync("--state", State);
        Assert.True(code == 1 && said.StartsWith("gatehouse: not ready: ", StringComparison.Ordinal), said);
    }

    private static string Loopback() => $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";

    private static Task<(int Code, string Output, string Errors)> HealthAsync(params string[] words) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, ["health", .. words]));

    private void Write() => File.WriteAllText(Config,
        $$"""
        version: 1
        publicUrl: {{url}}
        listen: { url: "{{url}}" }
        management: { url: "{{management}}" }
        state: {{State}}
        servers: { a: { url: "http://127.0.0.1:1/mcp" } }
        """);
}
