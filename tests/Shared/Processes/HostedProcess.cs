using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Processes;

/// <summary>A server in a process of its own, from the line that says where it listens until its process tree is killed.</summary>
internal sealed partial class HostedProcess : IAsyncDisposable
{
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostedProcess(ProcessPlan plan)
    {
        _process = Run(plan);
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What the process printed after <c>listening</c>: its address.</summary>
    public string Address { get; private set; } = "";

    public int Id => _process.Id;

    /// <summary>Everything the process has printed.</summary>
    public string Output => string.Join('\n', _output);

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

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
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
        _output.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match) _ready.TrySetResult(match.Groups["address"].Value);
    }

    private async Task<string> WaitUntilListeningAsync()
    {
        using var limit = new CancellationTokenSource(_startLimit);
        var ended = _process.WaitForExitAsync(limit.Token);
        if (await Task.WhenAny(_ready.Task, ended) == _ready.Task) return await _ready.Task;
        throw new InvalidOperationException(
            $"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} "
            + (ended.IsCanceled ? $"did not listen within {_startLimit.TotalSeconds} s" : $"ended with {_process.ExitCode}")
            + $", and printed:\n{Output}");
    }

    [GeneratedRegex(@"^(.* )?listening (on port )?(?<address>http://\S+|\d+)$")]
    private static partial Regex Listening();
}
