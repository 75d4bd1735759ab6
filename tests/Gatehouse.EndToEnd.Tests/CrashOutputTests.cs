using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>A gateway that crashes while it uses a secret leaves the secret neither in its output nor on the disk (CWE-528, CWE-532).</summary>
[Trait("Requirement", "SK-01")]
[Trait("NoRetry", "yes")]
public sealed class CrashOutputTests : IDisposable
{
    private const int Aborted = 128 + 6; // SIGABRT

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-crash-");
    private readonly string canary = $"CaNaRy+/-{Guid.NewGuid():N}";

    private string State => Path.Join(folder.FullName, "state");

    private string Working => Path.Join(folder.FullName, "working");

    private string Order => Path.Join(folder.FullName, "order");

    [Fact]
    public async Task AnUnhandledException_IsNamedByTypeAndPlace_AndItsTextIsNotShown()
    {
        var output = await CrashAsync(() => GiveOrderAsync($"throw {canary}"));
        Assert.Contains("unforeseen fault: System.FormatException at StartupHook.Obey", output, StringComparison.Ordinal);
        Assert.Empty(LeakSearch.Find(canary, Written(output)));
    }

    [Fact]
    public async Task AFatalSignal_LeavesNoMemoryOnTheDisk()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals and core files of Linux.");
        var output = await CrashAsync(null);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Working));
        Assert.Empty(LeakSearch.Find(canary, Written(output)));
    }

    // The tests of the search: what the gateway prints in a crash is searched, and so is the core file of another program that dies of the signal.
    [Fact]
    public async Task APlantedLeak_IsFound()
    {
        var output = await CrashAsync(() => GiveOrderAsync($"print {Convert.ToBase64String(Encoding.UTF8.GetBytes(canary))}"));
        Assert.Contains(LeakSearch.Find(canary, Written(output)), place => place.StartsWith("output: base64", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ACoreFileOfAnotherProgram_IsFound()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals and core files of Linux.");
        Directory.CreateDirectory(Working);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Unlimited + "read secret; kill -ABRT $$"])
        { WorkingDirectory = Working, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var (code, _, _) = await OneShot.RunAsync(start, canary + "\n");
        Assert.Equal(Aborted, code);
        Assert.SkipUnless(Directory.EnumerateFiles(Working).Any(), "The machine writes no core files, or not beside the program.");
        Assert.Contains(LeakSearch.Find(canary, Written("")), place => place.EndsWith("plain", StringComparison.Ordinal));
    }

    public void Dispose() => folder.Delete(recursive: true);

    // Raises the limit of core files as far as the account may. Without it a test would be green because there is no room for a core file.
    private const string Unlimited = "ulimit -c $(ulimit -Hc); ";

    private IEnumerable<(string, byte[])> Written(string output)
    {
        var dumps = Directory.EnumerateFiles(Path.GetTempPath(), "coredump.*").Select(file => (file, File.ReadAllBytes(file)));
        return [LeakSearch.Text("output", output), .. LeakSearch.Files(folder.FullName).Where(place => place.Name != Order), .. dumps];
    }

    private async Task GiveOrderAsync(string text)
    {
        await File.WriteAllTextAsync(Order + ".new", text, TestContext.Current.CancellationToken);
        File.Move(Order + ".new", Order);
    }

    /// <summary>Runs a gateway until it crashes in the middle of a call for which it uses the secret, and returns what it printed.</summary>
    /// <param name="crash">Makes it crash; null for the signal.</param>
    private async Task<string> CrashAsync(Func<Task>? crash)
    {
        Directory.CreateDirectory(Working);
        var arrived = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await RecordingUpstream.StartAsync(prepare: prepared => prepared.On("initialize", (context, _) =>
        {
            arrived.TrySetResult(context.Request.Headers["X-Key"].ToString());
            return Task.Delay(Timeout.Infinite, context.RequestAborted); // the call is open until the gateway is gone
        }));
        var config = await ConfigureAsync(upstream);
        var set = await GatehouseAsync(canary + "\n", "secret", "set", "key", "--state", State);
        Assert.True(set.Code == 0, set.Errors);
        var plan = new ProcessPlan("/bin/sh", ["-c", Unlimited + "exec dotnet \"$@\"", "sh", Repository.GatewayDll, "serve", "--dev", "--config", config])
        { Folder = Working };
        Assert.SkipWhen(crash is not null && Repository.HasOtherProgram, "A program of machine code loads no startup hook.");
        if (crash is not null) plan = plan.With("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location).With(StartupHook.Variable, Order);
        await using var gateway = await HostedProcess.StartAsync(plan);
        var token = (await GatehouseAsync("", "token", "--state", State)).Output.Trim();
        var call = CallAsync(gateway.Address.TrimEnd('/') + "/mcp/up", token);
        Assert.Same(arrived.Task, await Task.WhenAny(arrived.Task, call));
        Assert.Equal("Bearer " + canary, await arrived.Task);

        await (crash?.Invoke() ?? KillAsync(gateway.Id));
        Assert.Equal(Aborted, await gateway.ExitedAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => call);
        Assert.Empty(LeakSearch.Find(token, [LeakSearch.Text("output", gateway.Output)]));
        return gateway.Output;
    }

    // The runtime takes the first signal that comes from outside and continues. It leaves the next one to the system.
    private static async Task KillAsync(int id)
    {
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", $"while kill -ABRT {id.ToString(CultureInfo.InvariantCulture)} 2>/dev/null; do sleep 0.1; done"])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Assert.Equal(0, (await OneShot.RunAsync(start, "")).Code);
    }

    private async Task<string> ConfigureAsync(RecordingUpstream upstream)
    {
        var url = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";
        var config = Path.Join(folder.FullName, "gatehouse.yaml");
        await File.WriteAllTextAsync(config,
            $"version: 1\npublicUrl: {url}\nlisten: {{ url: \"{url}\" }}\nstate: {State}\nservers:\n  up:\n    url: \"{upstream.Url}\"\n"
            + "    credential: { header: X-Key, prefix: \"Bearer \", value: vault:key }\n"
            + "policy:\n  - id: all\n    permit: { anyone: true }\n");
        return config;
    }

    private static Task<(int Code, string Output, string Errors)> GatehouseAsync(string input, params string[] words) => OneShot.RunAsync(
        new ProcessStartInfo("dotnet", [Repository.GatewayDll, .. words])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true }, input);

    private static async Task CallAsync(string url, string token)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                + "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        using var answer = await http.SendAsync(request, CancellationToken.None);
    }
}
