using System.Diagnostics;
using System.Text.Json;

namespace Gatehouse.Conformance.Tests.Harness;

/// <summary>Runs the official conformance suite against a server.</summary>
internal static class ConformanceRun
{
    private const string Stable = "0.1.16";
    private const string Newest = "0.2.0-alpha.12";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static async Task<ConformanceReport> AgainstAsync(string url, Suite suite)
    {
        var (version, arguments) = Choose(suite);
        var output = Directory.CreateTempSubdirectory("gatehouse-conformance-");
        try
        {
            var plan = Peers.Script("conformance.mjs", ["--suite-version", version, "--url", url, "--out", output.FullName, "--", .. arguments]);
            return JsonSerializer.Deserialize<ConformanceReport>(await LastLineAsync(plan), Json)!;
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    private static (string Version, string[] Arguments) Choose(Suite suite) => suite switch
    {
        Suite.Stable => (Stable, []),
        Suite.Active => (Newest, []),
        Suite.Requirements2025 => (Newest, ["--requirements", "2025-11-25"]),
        Suite.Requirements2026 => (Newest, ["--requirements", "2026-07-28"]),
        _ => throw new ArgumentOutOfRangeException(nameof(suite)),
    };

    private static async Task<string> LastLineAsync(ProcessPlan plan)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var process =
            Process.Start(new ProcessStartInfo(plan.File, plan.Arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0) throw new InvalidOperationException($"The suite ended with {process.ExitCode}: {await errors}");
            return output.TrimEnd().Split('\n')[^1];
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
