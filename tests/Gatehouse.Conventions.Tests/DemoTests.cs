using System.Diagnostics;

namespace Gatehouse.Conventions.Tests;

public sealed class DemoTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>What a newcomer runs first: with the third-party peers where they are, else with a server of our own.</summary>
    [Fact]
    public async Task Demo_EndsWellAfterItsLastCheck()
    {
        // To a file and not to a pipe: a build server that stays behind would hold the pipe open.
        var output = Path.Combine(Path.GetTempPath(), $"gatehouse-demo-{Environment.ProcessId}.log");
        using var limit = new CancellationTokenSource(Limit);
        using var demo = Process.Start(new ProcessStartInfo("/bin/bash")
        {
            ArgumentList = { "-c", "exec \"$0\" --once </dev/null >\"$1\" 2>&1", Repository.PathOf("demo"), output },
            WorkingDirectory = Path.GetTempPath(),
        })!;
        try
        {
            await demo.WaitForExitAsync(limit.Token);
            var text = await File.ReadAllTextAsync(output);
            Assert.True(demo.ExitCode == 0 && text.Contains("All checks held.", StringComparison.Ordinal), text);
            foreach (var next in new[] { "scan ", "init --server ", "serve --config " })
                Assert.Contains($"./gatehouse {next}", text, StringComparison.Ordinal);
        }
        finally
        {
            if (!demo.HasExited) demo.Kill(entireProcessTree: true);
            File.Delete(output);
        }
    }
}
