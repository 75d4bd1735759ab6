using System.ComponentModel;
using System.Diagnostics;

namespace Gatehouse.Protocol.Tests;

/// <summary>Asks Node for canonical forms.</summary>
internal static class CanonicalScript
{
    public static async Task<string[]> AskAsync(IEnumerable<string> values)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("GATEHOUSE_NODE") ?? "node")
        { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Readers", "canonical.mjs"));
        try
        {
            using var node = Process.Start(start)!;
            var answers = node.StandardOutput.ReadToEndAsync();
            await node.StandardInput.WriteAsync(string.Concat(values.Select(value => value + "\n")));
            node.StandardInput.Close();
            return (await answers).TrimEnd('\n').Split('\n');
        }
        catch (Win32Exception)
        {
            Assert.Skip("node is not installed");
            throw;
        }
    }
}
