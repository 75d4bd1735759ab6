using Gatehouse.Testing;

namespace Gatehouse.Server.Tests;

/// <summary>The vulnerable sample in two processes: as it is, and with the two lines.</summary>
public sealed class GuardedServerFixture : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-guarded-");
    private HostedProcess? plain;
    private HostedProcess? guarded;

    /// <summary>The server without protection.</summary>
    internal McpPost Plain { get; private set; } = null!;

    /// <summary>The server with Gatehouse, and the token of a developer.</summary>
    internal McpPost Guarded { get; private set; } = null!;

    /// <summary>The folder of the library.</summary>
    internal string State => Path.Join(folder.FullName, "state");

    public async ValueTask InitializeAsync()
    {
        var port = LoopbackPorts.Next();
        var configuration = Path.Join(folder.FullName, "gatehouse.yaml");
        var text = await File.ReadAllTextAsync(Path.Join(Path.GetDirectoryName(Repository.GuardedServerDll), "gatehouse.yaml"));
        await File.WriteAllTextAsync(configuration, text.Replace("5080", $"{port}", StringComparison.Ordinal).Replace("120/min", "10000/min", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(configuration, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        plain = await StartAsync("--urls", "http://127.0.0.1:0");
        guarded = await StartAsync("--guarded", "--urls", $"http://127.0.0.1:{port}", "--gatehouse", configuration, "--state", State);
        Plain = new McpPost(new Uri(plain.Address + "/mcp"));
        Guarded = new McpPost(new Uri(guarded.Address + "/mcp")) { Token = (await CommandAsync("token", "--state", State)).Trim() };
    }

    /// <summary>Runs the command line of Gatehouse, and returns what it printed.</summary>
    internal static async Task<string> CommandAsync(params string[] arguments)
    {
        var (code, output, errors) = await OneShot.RunAsync(new ProcessPlan("dotnet", [Repository.GatewayDll, .. arguments]));
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}: {output}{errors}");
        return output;
    }

    public async ValueTask DisposeAsync()
    {
        Plain?.Dispose();
        Guarded?.Dispose();
        if (plain is not null) await plain.DisposeAsync();
        if (guarded is not null) await guarded.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static Task<HostedProcess> StartAsync(params string[] arguments) =>
        HostedProcess.StartAsync(new ProcessPlan("dotnet", [Repository.GuardedServerDll, .. arguments]));
}
