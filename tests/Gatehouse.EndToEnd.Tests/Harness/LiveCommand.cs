using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests.Harness;

/// <summary>A command that stays until it is interrupted, and the text that it has written.</summary>
internal sealed class LiveCommand : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder text = new();
    private readonly Task reading;

    private LiveCommand(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>All that was written so far.</summary>
    public string Text
    {
        get
        {
            lock (text) return text.ToString();
        }
    }

    public static LiveCommand Start(ProcessPlan plan) => Start(new ProcessStartInfo(plan.File, plan.Arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    });

    /// <summary>
    /// Starts a command with a terminal of its own. The command takes the place of the shell: dash, the shell where SHELL is not set, would answer
    /// Ctrl+C with its own end, and the exit code would be 130 whatever the command said.
    /// </summary>
    public static LiveCommand StartAtTerminal(string line) => Start(new ProcessPlan("script", ["-qec", "exec " + line, "/dev/null"]));

    /// <summary>Starts a command with all three streams redirected.</summary>
    public static LiveCommand Start(ProcessStartInfo start)
    {
        start.Environment["TERM"] = "xterm";
        return new LiveCommand(Process.Start(start)!);
    }

    /// <summary>Waits until the command has written a text.</summary>
    public async Task WroteAsync(string expected)
    {
        await Eventually.TrueAsync(() => Text.Contains(expected, StringComparison.Ordinal) || process.HasExited, $"'{expected}' or an end");
        Assert.Contains(expected, Text, StringComparison.Ordinal);
    }

    /// <summary>Interrupts a command in a pipe, and returns its exit code.</summary>
    public async Task<int> InterruptAsync()
    {
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        return await EndedAsync();
    }

    /// <summary>Types Ctrl+C at the terminal of a command, and returns its exit code.</summary>
    public async Task<int> TypeInterruptAsync()
    {
        await process.StandardInput.WriteAsync('\u0003');
        await process.StandardInput.FlushAsync();
        return await EndedAsync();
    }

    /// <summary>Waits for the end, and returns the exit code.</summary>
    public async Task<int> EndedAsync()
    {
        await Eventually.TrueAsync(() => process.HasExited, "the command ends");
        await reading;
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await reading;
        process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        for (int read; (read = await reader.ReadAsync(buffer)) > 0;)
        {
            lock (text) text.Append(buffer, 0, read);
        }
    }
}
