using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Processes;

/// <summary>A server in a process of its own, from the line that says where it listens until its process tree is killed.</summary>
internal sealed partial class HostedProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly TaskCompletionSource<string> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostedProcess(ProcessPlan plan)
    {
        process = Run(plan);
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What the process printed after <c>listening</c>: its address.</summary>
    public string Address { get; private set; } = "";

    public int Id => process.Id;

    /// <summary>Everything the process has printed.</summary>
    public string Output => string.Join('\n', output);

    public static async Task<HostedProcess> StartAsync(ProcessPlan plan)
    {
        var hosted = new HostedProcess(plan);
        try
        {
            hosted.Address = await hosted.WaitUntilListeningAsync();
            return hosted;
        }
        catch
        {
            await hosted.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the process has ended and everything that it printed is read. Returns its exit code.</summary>
    public async Task<int> ExitedAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static Process Run(ProcessPlan plan)
    {
        // The pipe to stdin closes when the test run dies: the peers and the fixture then end by themselves.
        var start = new ProcessStartInfo(plan.File, plan.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["EXIT_WITH_STDIN"] = "1" },
            WorkingDirectory = plan.Folder ?? "",
        };
        foreach (var (name, value) in plan.Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{plan.File} did not start.");
    }

    private void Take(string? line)
    {
        if (line is null) return;
        output.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match) ready.TrySetResult(match.Groups["address"].Value);
    }

    private async Task<string> WaitUntilListeningAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        var ended = process.WaitForExitAsync(limit.Token);
        if (await Task.WhenAny(ready.Task, ended) == ready.Task) return await ready.Task;
        throw new InvalidOperationException(
            $"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} "
            + (ended.IsCanceled ? $"did not listen within {StartLimit.TotalSeconds} s" : $"ended with {process.ExitCode}")
            + $", and printed:\n{Output}");
    }

    [GeneratedRegex(@"^(.* )?listening (on port |on: )?(?<address>https?://\S+|\d+)$")]
    private static partial Regex Listening();
}
