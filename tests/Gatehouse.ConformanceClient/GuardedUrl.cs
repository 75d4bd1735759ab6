using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.ConformanceClient;

/// <summary>A gateway with its development issuer in front of one URL.</summary>
internal sealed class GuardedUrl : IAsyncDisposable
{
    private readonly Process process;
    private readonly DirectoryInfo folder;

    private GuardedUrl(Process process, DirectoryInfo folder, string url, string token)
    {
        this.process = process;
        this.folder = folder;
        Url = url;
        Token = token;
    }

    public string Url { get; }

    public string Token { get; }

    public static async Task<GuardedUrl> StartAsync(string gatewayDll, string upstream)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-suite-");
        var state = Path.Combine(folder.FullName, "state");
        var origin = $"http://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}";
        var config = Path.Combine(folder.FullName, "gatehouse.yaml");
        await File.WriteAllTextAsync(config,
            $"version: 1\npublicUrl: {origin}\nlisten: {{ url: \"{origin}\" }}\nstate: {state}\nservers:\n  suite: {{ path: /mcp, url: \"{upstream}\" }}\npolicy:\n  - id: all\n    permit: {{ anyone: true, directions: [calls, lists, sampling, elicitation, roots, logging] }}\n");
        var process = Process.Start(
            new ProcessStartInfo("dotnet", [gatewayDll, "serve", "--dev", "--config", config]) { RedirectStandardError = true })!;
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("listening ", StringComparison.Ordinal)) break;
        }

        _ = process.StandardError.ReadToEndAsync(); // what it says later must not fill the pipe
        using var ask = Process.Start(new ProcessStartInfo("dotnet", [gatewayDll, "token", "--state", state]) { RedirectStandardOutput = true })!;
        var token = (await ask.StandardOutput.ReadToEndAsync()).Trim();
        await ask.WaitForExitAsync();
        return new GuardedUrl(process, folder, origin + "/mcp", token);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
