using System.Diagnostics;
using System.Net.Sockets;

namespace Gatehouse.Tests.Processes;

/// <summary>A server that does not say when it listens: its port is tried until it answers.</summary>
internal sealed class SilentProcess : IAsyncDisposable
{
    private readonly Process process;

    private SilentProcess(Process process) => this.process = process;

    public static async Task<SilentProcess> StartAsync(ProcessPlan plan, int port)
    {
        var start = new ProcessStartInfo(plan.File, plan.Arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in plan.Environment) start.Environment[name] = value;
        var silent = new SilentProcess(Process.Start(start)!);
        silent.process.OutputDataReceived += (_, _) => { };
        silent.process.ErrorDataReceived += (_, _) => { };
        silent.process.BeginOutputReadLine();
        silent.process.BeginErrorReadLine();
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (await AnswersAsync(port)) return silent;
            if (silent.process.HasExited) break;
            await Task.Delay(100);
        }

        await silent.DisposeAsync();
        throw new InvalidOperationException($"{plan.File} {string.Join(' ', plan.Arguments)} does not listen on {port}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
