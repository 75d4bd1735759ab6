using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Servers;

/// <summary>A third-party server in a process of its own.</summary>
internal sealed class HostedProcess : IAsyncDisposable
{
    private readonly Process process;

    private HostedProcess(Process process) => this.process = process;

    /// <summary>The reference server of the protocol's authors, unmodified, with the secret in its environment.</summary>
    public static Task<Uri> EverythingAsync(RangeFixture fixture)
    {
        var script = Path.Combine(fixture.Tools.Peers!, "node_modules", "@modelcontextprotocol", "server-everything", "dist", "index.js");
        return StartAsync(fixture, [fixture.Tools.Node!, script, "streamableHttp"]);
    }

    /// <summary>A server of the TypeScript SDK by Streamable HTTP, with the tools <c>echo</c> and <c>transfer</c>.</summary>
    public static Task<Uri> SdkHttpAsync(RangeFixture fixture) => StartAsync(fixture, [fixture.Tools.Node!, fixture.Script("sdk-http.cjs")]);

    private static async Task<Uri> StartAsync(RangeFixture fixture, string[] command)
    {
        var port = Loopback.FreePort();
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true, // closes when the range dies, and the server with it
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["RANGE_SECRET"] = fixture.Canary.Secret;
        start.Environment["RANGE_CANARY"] = fixture.Canary.File;
        start.Environment["RANGE_PEERS"] = fixture.Tools.Peers;
        var hosted = fixture.Own(new HostedProcess(Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start")));
        hosted.process.OutputDataReceived += static (_, _) => { };
        hosted.process.ErrorDataReceived += static (_, _) => { };
        hosted.process.BeginOutputReadLine();
        hosted.process.BeginErrorReadLine();
        await hosted.WaitForPortAsync(port).ConfigureAwait(false);
        return new Uri($"http://127.0.0.1:{port}/mcp");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().ConfigureAwait(false);
        process.Dispose();
    }

    private async Task WaitForPortAsync(int port)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
        {
            if (process.HasExited) throw new InvalidOperationException($"the server ended with {process.ExitCode}");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port).ConfigureAwait(false);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(40).ConfigureAwait(false);
            }
        }

        throw new TimeoutException("the server did not listen in time");
    }
}
