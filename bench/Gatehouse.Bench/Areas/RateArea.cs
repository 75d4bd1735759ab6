using System.Globalization;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>The relay over loopback when little is asked of it, and nothing: most gateways wait most of the time.</summary>
internal sealed class RateArea(Workplace place, BenchOptions options)
{
    private const int PerSecond = 200;
    private const double MostCpu = 150;

    // One step of the kernel's clock in ten seconds.
    private const double MostIdleMicroseconds = 1000;

    // What the runtime compiles again in the background after a start is over by then.
    private static TimeSpan Settling => Size.Of(TimeSpan.FromSeconds(45), TimeSpan.FromMilliseconds(50));

    private static TimeSpan Watched => Size.Of(TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(50));

    public async Task RunAsync(Report report)
    {
        using var upstream = await BenchHost.StartAsync(place, "upstream").ConfigureAwait(false);
        using var passThrough = await BenchHost.PassThroughAsync(place, upstream).ConfigureAwait(false);
        using var gateway = await Gatekeeper.StartAsync(place, Gatekeeper.Http(upstream.Port)).ConfigureAwait(false);
        Variant[] variants =
        [
            new("c", "lean C# pass-through, checks nothing", passThrough.Process, tool => Target.Modern(passThrough.Port, "/mcp", tool, null)),
            new("g", "Gatehouse, begun durable before forwarding", gateway.Process,
                tool => Target.Modern(gateway.Port, Gatekeeper.Path, tool, gateway.Token)),
            new("gn", "Gatehouse, reading method (prompts/get): nothing waits for the disk", gateway.Process,
                tool => Target.Modern(gateway.Port, Gatekeeper.Path, tool, gateway.Token, "prompts/get")),
        ];

        var idle = await IdleAsync(passThrough.Process.Id, gateway.Process.Id).ConfigureAwait(false);
        var matrix = new Matrix(variants, options);
        await matrix.WarmUpAsync("r200").ConfigureAwait(false);
        await matrix.OpenAsync("r200", PerSecond, options.Round * 10).ConfigureAwait(false);
        report.Add(Rates(matrix, variants));
        report.Add(Idle(idle));
        Judge(report, matrix, idle);
    }

    private static Table Rates(Matrix matrix, Variant[] variants)
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

        table.Notes.Add("Threads sleep between two requests, so that each one pays for waking them.");
        return table;
    }

    private static Table Idle((ThreadTime PassThrough, ThreadTime Gateway) idle)
    {
        var table = new Table("Without any request", ["variant", "CPU µs each second", "wake-ups each second"]);
        table.Add("**c** lean C# pass-through", Whole(idle.PassThrough.Microseconds), One(idle.PassThrough.Switches));
        table.Add("**g** Gatehouse", Whole(idle.Gateway.Microseconds), One(idle.Gateway.Switches));
        table.Notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"Of {Watched.TotalSeconds:0.##} s that begin {Settling.TotalSeconds:0.##} s after the start. A wake-up is a thread that is given a core after it waited."));
        return table;
    }

    private static void Judge(Report report, Matrix matrix, (ThreadTime PassThrough, ThreadTime Gateway) idle)
    {
        var (floor, checks, whole) = (matrix.Find("r200", 0, "c")!.Cpu, matrix.Find("r200", 0, "gn")!.Cpu, matrix.Find("r200", 0, "g")!.Cpu);
        report.Judge("P13", $"CPU at {PerSecond}/s ≤ {Whole(MostCpu)} µs a request", $"{Whole(whole)} µs", whole <= MostCpu,
            $"relay {Whole(floor)}, + checks and record {Whole(checks - floor)}, + waiting for the disk {Whole(whole - checks)}");
        report.Judge("P13", "no measurable CPU when idle: ≤ 10 ms of 10 s", $"{Whole(idle.Gateway.Microseconds * 10 / 1000)} ms",
            idle.Gateway.Microseconds <= MostIdleMicroseconds,
            $"c: {Whole(idle.PassThrough.Microseconds * 10 / 1000)} ms; timers of the runtime, the server and the log");
    }

    // Both wait at the same time.
    private static async Task<(ThreadTime PassThrough, ThreadTime Gateway)> IdleAsync(int passThrough, int gateway)
    {
        await Task.Delay(Settling).ConfigureAwait(false);
        var both = await Task.WhenAll(ThreadTime.EachSecondAsync(passThrough, Watched), ThreadTime.EachSecondAsync(gateway, Watched))
            .ConfigureAwait(false);
        return (both[0], both[1]);
    }
}
