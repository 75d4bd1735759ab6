using System.Diagnostics;

namespace Gatehouse.Tests.Processes;

/// <summary>Runs a process to its end and returns what it printed on stdout. Ended by force, with its children, when it takes too long.</summary>
internal static class OneShot
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<(int Code, string Output, string Errors)> RunAsync(ProcessPlan plan)
    {
        var start = new ProcessStartInfo(plan.File, plan.Arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in plan.Environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{plan.File} {string.Join(' ', plan.Arguments)} did not end");
        }

        return (process.ExitCode, await output, await errors);
    }
}
