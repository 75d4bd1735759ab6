using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Gatehouse.Testing;

namespace Gatehouse.Browser.Tests.SignIn;

/// <summary>A client in a process of its own that at some point tells the address at which a person has to sign in.</summary>
internal sealed partial class StockClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();
    private readonly TaskCompletionSource<string> address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StockClient(ProcessPlan plan)
    {
        var start = new ProcessStartInfo(plan.File, plan.Arguments)
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in plan.Environment) start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Take(output, line.Data);
        process.ErrorDataReceived += (_, line) => Take(errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What the client wrote for its caller.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>Everything it wrote.</summary>
    public string Everything => $"{Output}\n{string.Join('\n', errors)}";

    /// <summary>The address that it wants a person to open.</summary>
    public async Task<string> AddressAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var ended = process.WaitForExitAsync(limit.Token);
        if (await Task.WhenAny(address.Task, ended) == address.Task) return await address.Task;
        throw new InvalidOperationException($"The client asked for no sign-in:\n{Everything}");
    }

    /// <summary>Writes a line for it to read.</summary>
    public async Task SendAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for a line of its output that has a text in it.</summary>
    public async Task<string> LineAsync(string text)
    {
        string? found = null;
        await Eventually.TrueAsync(
            () => (found = output.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal))) is not null || process.HasExited, text);
        return found ?? throw new InvalidOperationException($"The client wrote no {text}:\n{Everything}");
    }

    /// <summary>Waits for its end, and returns its code.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Take(ConcurrentQueue<string> lines, string? line)
    {
        if (line is null) return;
        lines.Enqueue(line);
        if (Authorize().Match(line) is { Success: true } match) address.TrySetResult(match.Value);
    }

    [GeneratedRegex(@"https?://(127\.0\.0\.1|localhost):\d+/oauth/authorize\?[^\s""]+")]
    private static partial Regex Authorize();
}
