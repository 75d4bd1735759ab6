using System.Globalization;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>Processor time of the relay at a low rate, and of idle processes: most gateways wait most of the time.</summary>
internal sealed class RateArea(Workplace place, BenchOptions options)
{
    private const int PerSecond = 200;
    private const double MostOfFloor = 2.2;
    private const double MostOfTeamProxy = 0.65;

    // One step of the kernel's clock in ten seconds.
    private const double MostIdlePerSecond = 1000;

    // The runtime compiles a method for the last time after 30 calls. The slowest timers run every 15 s, so that this takes 7.5 minutes.
    private TimeSpan Settling => Size.Of(options.Full ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(45), TimeSpan.FromMilliseconds(50));

    private static TimeSpan Watched => Size.Of(TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(50));

    public async Task RunAsync(Report report)
    {
        using var upstream = await BenchHost.StartAsync(place, "upstream").ConfigureAwait(false);
        using var passThrough = await BenchHost.PassThroughAsync(place, upstream).ConfigureAwait(false);
        using var team = await TeamProxy.StartAsync(place, upstream, remembersTokens: false).ConfigureAwait(false);
        using var gateway = await Gatekeeper.StartAsync(place, Gatekeeper.Http(upstream.Port)).ConfigureAwait(false);
        using var archived = place.TryUnpackArchive() is { } archive
            ? await Gatekeeper.StartAsync(place, Gatekeeper.Http(upstream.Port), archive).ConfigureAwait(false) : null;
        List<Variant> variants =
        [
            new("c", "lean C# pass-through, checks nothing", passThrough.Process, tool => Target.Modern(passThrough.Port, "/mcp", tool, null)),
            team.Variant("y", "YARP, JwtBearer, limiter, a log line"),
            new("g", "Gatehouse, begun durable before forwarding", gateway.Process,
                tool => Target.Modern(gateway.Port, Gatekeeper.Path, tool, gateway.Token)),
            new("gn", "Gatehouse, reading method (prompts/get): nothing waits for the disk", gateway.Process,
                tool => Target.Modern(gateway.Port, Gatekeeper.Path, tool, gateway.Token, "prompts/get")),
        ];
        if (archived is not null)
        {
            variants.Add(new("a", "as g, the program of the archive", archived.Process,
                tool => Target.Modern(archived.Port, Gatekeeper.Path, tool, archived.Token)));
        }

        var idle = await IdleAsync([.. variants.DistinctBy(static variant => variant.Front.Id)]).ConfigureAwait(false);
        var matrix = new Matrix(variants, options);
        await matrix.WarmUpAsync("r200").ConfigureAwait(false);
        await matrix.OpenAsync("r200", PerSecond, options.Round * 10).ConfigureAwait(false);
        report.Add(Rates(matrix, variants));
        report.Add(Idle(idle));
        Judge(report, matrix, idle);
    }

    private Table Rates(Matrix matrix, List<Variant> variants)
    {
        var table = new Table(
            string.Create(CultureInfo.InvariantCulture, $"HTTP relay, open loop, {PerSecond} requests/s (Poisson), 200 B"),
            ["variant", "CPU µs per request", "of it in the kernel", "ratio to c", "p50 µs", "p99 µs", "errors"]);
        var floor = matrix.Find("r200", 0, "c")!;
        foreach (var variant in variants)
        {
            var cell = matrix.Find("r200", 0, variant.Key)!;
            table.Add($"**{variant.Key}** {variant.Name}", One(cell.Cpu), One(cell.KernelCpu), Ratio(cell.Against(floor, static r => r.Cpu)),
                Whole(cell.P50), Whole(cell.P99), Whole(cell.Errors));
        }

        table.Notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"Rounds of {(options.Round * 10).TotalSeconds:0.##} s. They contain what an idle process uses, and 64 new connections in each round."));
        return table;
    }

    private Table Idle(IReadOnlyList<(Variant Of, IdleUse Use)> idle)
    {
        var table = new Table("Fresh processes without any request", ["variant", "CPU µs each second", "wake-ups each second"]);
        foreach (var (of, use) in idle) table.Add($"**{of.Key}** {of.Name}", Whole(use.CpuMicroseconds), One(use.WakeUps));
        table.Notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"Of {Watched.TotalSeconds:0.##} s that begin {Settling.TotalSeconds:0.##} s after the start, of processes that have answered nothing yet."));
        if (!options.Full)
        {
            table.Notes.Add("The runtime of c, y and g still compiles the methods of their timers, which is most of the time here."
                + " A full run waits for ten minutes, until that is over.");
        }

        return table;
    }

    private static void Judge(Report report, Matrix matrix, IReadOnlyList<(Variant Of, IdleUse Use)> idle)
    {
        var (floor, team, mine) = (matrix.Find("r200", 0, "c")!, matrix.Find("r200", 0, "y")!, matrix.Find("r200", 0, "g")!);
        var (ofFloor, ofTeam) = (mine.Against(floor, static r => r.Cpu), mine.Against(team, static r => r.Cpu));
        report.Judge("N7", $"CPU at {PerSecond}/s ≤ {Ratio(MostOfFloor)} of c's, ≤ {Ratio(MostOfTeamProxy)} of y's",
            $"{Ratio(ofFloor)}, {Ratio(ofTeam)}",
            ofFloor <= MostOfFloor && ofTeam <= MostOfTeamProxy,
            $"µs: {Whole(mine.Cpu)}, c {Whole(floor.Cpu)}, y {Whole(team.Cpu)}, "
                + $"nothing waits for the disk {Whole(matrix.Find("r200", 0, "gn")!.Cpu)}");
        var floorIdle = idle.Single(static one => one.Of.Key == "c").Use.CpuMicroseconds;
        foreach (var (of, use) in idle.Where(static one => one.Of.Key is not ("c" or "y")))
        {
            report.Judge("P16", "no measurable CPU when idle: ≤ 10 ms of 10 s", $"{of.Key}: {Whole(use.CpuMicroseconds / 100)} ms",
                use.CpuMicroseconds <= MostIdlePerSecond, $"c: {Whole(floorIdle / 100)} ms");
        }
    }

    // All wait at the same time.
    private async Task<IReadOnlyList<(Variant Of, IdleUse Use)>> IdleAsync(IReadOnlyList<Variant> variants)
    {
        await Task.Delay(Settling).ConfigureAwait(false);
        var all = await Task.WhenAll(variants.Select(static variant => IdleUse.MeasureAsync(variant.Front.Id, Watched))).ConfigureAwait(false);
        return [.. variants.Zip(all)];
    }
}
