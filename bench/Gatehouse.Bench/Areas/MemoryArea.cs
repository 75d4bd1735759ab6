using System.Diagnostics;
using System.Globalization;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>Start to the first answer, memory when idle and after load.</summary>
internal sealed class MemoryArea(Workplace place)
{
    private static int Starts => Size.Of(5, 1);

    public async Task RunAsync(Report report)
    {
        var upstreamPort = Ports.Free();
        using var upstream = ChildProcess.Start(
            "upstream", place.Directory, Workplace.Dotnet, Workplace.Bench, "upstream", upstreamPort.ToString(CultureInfo.InvariantCulture));
        await Ports.OpenAsync(upstreamPort, upstream).ConfigureAwait(false);

        var folder = place.NewDirectory(); // a state folder that exists, as for every start but the first
        List<double> starts = [], idle = [], threads = [];
        for (var i = 0; i < Starts; i++)
        {
            var (start, usage) = await StartOnceAsync(folder, upstreamPort).ConfigureAwait(false);
            starts.Add(start);
            idle.Add(usage.RssKilobytes / 1024.0);
            threads.Add(usage.Threads);
        }

        var loaded = await LoadAsync(upstreamPort).ConfigureAwait(false);
        var table = new Table("Memory and start", ["start to first answer ms", "idle RSS MB", "threads", "RSS MB after load"]);
        table.Add(Whole(Cell.Median(starts)), One(Cell.Median(idle)), Whole(Cell.Median(threads)), One(loaded));
        table.Notes.Add($"Medians of {Starts} starts; all features of serve are on. Load: 64 connections, 200 B and 10 KB.");
        report.Add(table);
        report.Judge(
            "P11", "idle RSS ≤ 62 MB, ≤ 100 MB after load, first answer ≤ 250 ms after the start",
            $"{One(Cell.Median(idle))} MB, {One(loaded)} MB, {Whole(Cell.Median(starts))} ms",
            Cell.Median(idle) <= 62 && loaded <= 100 && Cell.Median(starts) <= 250,
            "what is loaded and compiled at start");
    }

    private async Task<(double Milliseconds, ProcessUsage Usage)> StartOnceAsync(string folder, int upstream)
    {
        var port = Ports.Free();
        var started = Stopwatch.GetTimestamp();
        using var process = Gatekeeper.Launch(place.Gatehouse, folder, port, Gatekeeper.Http(upstream));
        await Ports.OpenAsync(port, process).ConfigureAwait(false);
        var first = Target.Get(port, "/.well-known/oauth-protected-resource" + Gatekeeper.Path, null, "");
        using var connection = await HttpConnection.OpenAsync(first).ConfigureAwait(false);
        var (response, text) = await connection.OnceAsync().ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        if (response.Status != 200) throw new InvalidOperationException(text);
        await Task.Delay(Size.Of(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(50))).ConfigureAwait(false);
        return (elapsed, process.Usage);
    }

    private async Task<double> LoadAsync(int upstream)
    {
        using var gatehouse = await Gatekeeper.StartAsync(place, Gatekeeper.Http(upstream)).ConfigureAwait(false);
        foreach (var tool in new[] { "r200", "r10k" })
        {
            await ClosedLoop.RunAsync(Target.Modern(gatehouse.Port, Gatekeeper.Path, tool, gatehouse.Token), 64,
                Size.Of(TimeSpan.FromSeconds(4), TimeSpan.FromMilliseconds(50))).ConfigureAwait(false);
        }

        return gatehouse.Process.Usage.RssKilobytes / 1024.0;
    }
}
