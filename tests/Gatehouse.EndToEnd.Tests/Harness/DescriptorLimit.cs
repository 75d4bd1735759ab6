using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.EndToEnd.Tests.Harness;

/// <summary>A process without the right to open further descriptors, until this is disposed of (Linux, by <c>prlimit</c>).</summary>
internal sealed class DescriptorLimit : IAsyncDisposable
{
    private readonly string process;
    private readonly string before;

    private DescriptorLimit(string process, string before) => (this.process, this.before) = (process, before);

    /// <summary>Removes the right of a process to open further descriptors.</summary>
    public static async Task<DescriptorLimit> TakeAsync(int processId)
    {
        var process = processId.ToString(CultureInfo.InvariantCulture);
        var before = File.ReadLines($"/proc/{process}/limits").First(static line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        await SetAsync(process, "3");
        return new DescriptorLimit(process, before);
    }

    public async ValueTask DisposeAsync() => await SetAsync(process, before);

    private static async Task SetAsync(string process, string most)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", process, $"--nofile={most}:"]);
        await prlimit.WaitForExitAsync();
        Assert.Equal(0, prlimit.ExitCode);
    }
}
