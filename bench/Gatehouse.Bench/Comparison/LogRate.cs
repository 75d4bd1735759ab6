using System.Globalization;
using System.Text.Json;
using Gatehouse.Bench.Processes;

namespace Gatehouse.Bench.Comparison;

/// <summary>Durable entries a second of the log of one build with 64 callers, as its own benchmark measures them.</summary>
internal static class LogRate
{
    /// <summary>Runs the benchmark of a build in a process of its own.</summary>
    /// <param name="place">Where the run has its files.</param>
    /// <param name="build">The build.</param>
    /// <exception cref="InvalidOperationException">Its benchmark failed, or gave no such figure.</exception>
    public static async Task<double> OfAsync(Workplace place, ComparedBuild build)
    {
        if (!Directory.Exists(build.Root))
            throw new InvalidOperationException($"{build.Name} is a program: the log is measured by the benchmark of its sources, so give a revision");
        // Builds before the area "log" measure the log as the last part of another one.
        foreach (var area in new[] { "log", "micro" })
        {
            var output = place.NewDirectory();
            using var bench = ChildProcess.Start("bench", build.Root, Workplace.Dotnet,
                [.. BenchHost.AsTheGateway(build.Root), build.Bench, "--root", build.Root,
                    .. Size.IsSmallest ? ["smallest"] : Array.Empty<string>(), "--only", area, "--output", output]);
            var code = await bench.WaitAsync().ConfigureAwait(false);
            if (code == 2) continue; // it does not know the area
            if (code != 0) throw new InvalidOperationException($"the benchmark of {build.Name} failed: {bench.Output}");
            return Read(Directory.GetFiles(output, "*.json").Single());
        }

        throw new InvalidOperationException($"the benchmark of {build.Name} measures no log");
    }

    private static double Read(string file)
    {
        using var report = JsonDocument.Parse(File.ReadAllBytes(file));
        var table = report.RootElement.GetProperty("tables").EnumerateArray()
            .Single(static table => table.GetProperty("Title").GetString()!.StartsWith("Durable audit entries", StringComparison.Ordinal));
        var row = table.GetProperty("Rows").EnumerateArray().Single(static row => row[0].GetString() == "64");
        return double.Parse(row[1].GetString()!, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }
}
