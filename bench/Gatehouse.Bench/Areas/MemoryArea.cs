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

    // The processor time of ended children has steps of 10 ms.
    private static int Commands => Size.Of(20, 1);

    public async Task RunAsync(Report report)
    {
        var upstreamPort = Ports.Free();
        using var upstream = ChildProcess.Start(
            "upstream", place.Directory, Workplace.Dotnet, Workplace.Bench, "upstream", upstreamPort.ToString(CultureInfo.InvariantCulture));
        await Ports.OpenAsync(upstreamPort, upstream).ConfigureAwait(false);

        var table = new Table("Memory and start",
            ["program", "start to first answer ms", "CPU ms", "idle RSS MB", "of it pages of files", "threads", "CPU ms of a command",
                "RSS MB after load"]);
        var programs = await MeasuredPrograms.FindAsync(place, table).ConfigureAwait(false);
        var starts = await StartsAsync([.. programs.Select(static one => one.Gatehouse)], upstreamPort).ConfigureAwait(false);
        List<double> loaded = [], commands = [];
        foreach (var ((name, gatehouse), cost) in programs.Zip(starts))
        {
            loaded.Add(await LoadAsync(gatehouse, upstreamPort).ConfigureAwait(false));
            commands.Add(await CommandAsync(gatehouse, upstreamPort).ConfigureAwait(false));
            table.Add([name, .. cost.Cells, One(commands[^1]), One(loaded[^1])]);
        }

        table.Notes.Add($"Medians of {Starts} starts; all features of serve are on. Load: 64 connections, 200 B and 10 KB.");
        table.Notes.Add($"The command is `config check --dev`, the mean of {Commands}.");
        report.Add(table);
        var (judged, after) = (starts[^1], loaded[^1]);
        report.Judge("P11", "idle RSS ≤ 62 MB, ≤ 100 MB after load", $"{programs[^1].Name}: {One(judged.Rss)} MB, {One(after)} MB",
            judged.Rss <= 62 && after <= 100, "what is loaded at the start, and without the archive what is compiled there");
        if (programs.Count == 1) return;
        report.Judge("N11", "archive: CPU of a command ≤ 25 ms, first answer ≤ 100 ms after the start",
            $"{One(commands[^1])} ms, {Whole(judged.Milliseconds)} ms", commands[^1] <= 25 && judged.Milliseconds <= 100,
            "what is loaded at the start");
    }

    // The programs alternate. Each has a state folder that exists, as for every start but the first.
    private async Task<IReadOnlyList<StartCost>> StartsAsync(IReadOnlyList<string> programs, int upstreamPort)
    {
        var measured = programs.Select(program => (Program: program, Folder: place.NewDirectory(), Costs: new List<StartCost>())).ToList();
        for (var i = 0; i < Starts; i++)
        {
            foreach (var (program, folder, costs) in measured)
                costs.Add(await StartOnceAsync(program, folder, upstreamPort).ConfigureAwait(false));
        }

        return [.. measured.Select(static one => StartCost.Median(one.Costs))];
    }

    private static async Task<StartCost> StartOnceAsync(string gatehouse, string folder, int upstream)
    {
        var port = Ports.Free();
        var started = Stopwatch.GetTimestamp();
        using var process = Gatekeeper.Launch(gatehouse, folder, port, Gatekeeper.Http(upstream));
        await Ports.OpenAsync(port, process).ConfigureAwait(false);
        var first = Target.Get(port, "/.well-known/oauth-protected-resource" + Gatekeeper.Path, null, "");
        using var connection = await HttpConnection.OpenAsync(first).ConfigureAwait(false);
        var (response, text) = await connection.OnceAsync().ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        if (response.Status != 200) throw new InvalidOperationException(text);
        var atAnswer = process.Usage.CpuMicroseconds / 1000.0;
        await Task.Delay(Size.Of(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(50))).ConfigureAwait(false);
        var usage = process.Usage;
        return new StartCost(elapsed, atAnswer, usage.RssKilobytes / 1024.0, usage.FileKilobytes / 1024.0, usage.Threads);
    }

    private async Task<double> LoadAsync(string program, int upstream)
    {
        using var gatehouse = await Gatekeeper.StartAsync(place, Gatekeeper.Http(upstream), program).ConfigureAwait(false);
        foreach (var tool in new[] { "r200", "r10k" })
        {
            await ClosedLoop.RunAsync(Target.Modern(gatehouse.Port, Gatekeeper.Path, tool, gatehouse.Token), 64,
                Size.Of(TimeSpan.FromSeconds(4), TimeSpan.FromMilliseconds(50))).ConfigureAwait(false);
        }

        return gatehouse.Process.Usage.RssKilobytes / 1024.0;
    }

    // Mean processor time of a command that reads the configuration, in ms.
    private async Task<double> CommandAsync(string program, int upstream)
    {
        var folder = place.NewDirectory();
        var config = Gatekeeper.Configure(folder, Ports.Free(), Gatekeeper.Http(upstream));
        var before = ProcessUsage.OfEndedChildren();
        for (var i = 0; i < Commands; i++)
        {
            using var command = Gatekeeper.Start("gatehouse", program, folder, ["config", "check", "--dev", "--config", config]);
            if (await command.WaitAsync().ConfigureAwait(false) != 0) throw new InvalidOperationException(command.Output);
        }

        return (ProcessUsage.OfEndedChildren() - before) / 1000.0 / Commands;
    }

    // Cost of one start: wall and processor time to the first answer in ms, idle memory in MB, threads.
    private sealed record StartCost(double Milliseconds, double Cpu, double Rss, double Files, double Threads)
    {
        public static StartCost Median(IReadOnlyList<StartCost> costs) => new(
            Cell.Median(costs.Select(static one => one.Milliseconds)), Cell.Median(costs.Select(static one => one.Cpu)),
            Cell.Median(costs.Select(static one => one.Rss)), Cell.Median(costs.Select(static one => one.Files)),
            Cell.Median(costs.Select(static one => one.Threads)));

        public IEnumerable<string> Cells => [Whole(Milliseconds), Whole(Cpu), One(Rss), One(Files), Whole(Threads)];
    }
}
