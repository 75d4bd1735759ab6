using System.Diagnostics;
using System.Net.Sockets;
using Gatehouse.Testing;

namespace Gatehouse.Tests.Processes;

/// <summary>A server that does not say when it listens: its port is tried until it answers.</summary>
internal sealed class SilentProcess : IAsyncDisposable
{
    private readonly Process process;

    private SilentProcess(Process process) => this.process = process;

    public static Task<SilentProcess> StartAsync(ProcessPlan plan, int port) =>
        StartAsync(plan, () => AnswersAsync(port), $"{plan.File} listens on {port}");

    /// <summary>Starts a process, and waits until it answers in another way.</summary>
    /// <param name="plan">What to start.</param>
    /// <param name="answers">Asked again and again.</param>
    /// <param name="what">The state that is waited for.</param>
    public static async Task<SilentProcess> StartAsync(ProcessPlan plan, Func<Task<bool>> answers, string what)
    {
        var start = new ProcessStartInfo(plan.File, plan.Arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in plan.Environment) start.Environment[name] = value;
        var silent = new SilentProcess(Process.Start(start)!);
        silent.process.OutputDataReceived += (_, _) => { };
        silent.process.ErrorDataReceived += (_, _) => { };
        silent.process.BeginOutputReadLine();
        silent.process.BeginErrorReadLine();
        try
        {
            await Eventually.TrueAsync(async () => silent.process.HasExited || await answers(), what);
            if (!silent.process.HasExited) return silent;
            throw new InvalidOperationException($"{plan.File} {string.Join(' ', plan.Arguments)} ended with {silent.process.ExitCode}");
        }
        catch
        {
            await silent.DisposeAsync();
            throw;
        }
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
