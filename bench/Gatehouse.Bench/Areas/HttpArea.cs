using Gatehouse.Bench.Load;
using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;

namespace Gatehouse.Bench.Areas;

/// <summary>The relay end to end over loopback, beside other ways to reach the same server.</summary>
internal sealed class HttpArea(Workplace place, BenchOptions options)
{
    private const int PerSecond = 1000;
    private const int EntryBytes = 800; // of the audit log, about
    private readonly string[] tools = options.Brief ? ["r200"] : ["r200", "r10k"];
    private readonly int[] connections = options.Brief ? [16, 64] : [1, 16, 64];

    public async Task RunAsync(Report report)
    {
        using var upstream = await BenchHost.StartAsync(place, "upstream").ConfigureAwait(false);
        using var passThrough = await BenchHost.PassThroughAsync(place, upstream).ConfigureAwait(false);
        using var floor = await BenchHost.FloorAsync(place, upstream).ConfigureAwait(false);
        using var verifying = await TeamProxy.StartAsync(place, upstream, remembersTokens: false).ConfigureAwait(false);
        using var remembering = await TeamProxy.StartAsync(place, upstream, remembersTokens: true).ConfigureAwait(false);
        using var gateway = await Gatekeeper.StartAsync(place, Gatekeeper.Http(upstream.Port), hasMetrics: true).ConfigureAwait(false);
        var session = await Handshake.RunAsync(gateway.Port, Gatekeeper.Path, gateway.Token).ConfigureAwait(false);
        List<Variant> variants =
        [
            new("a", "direct", upstream.Process, tool => Target.Modern(upstream.Port, "/mcp", tool, null)),
            new("c", "lean C# pass-through, checks nothing", passThrough.Process, tool => Target.Modern(passThrough.Port, "/mcp", tool, null))
            { CountersPort = passThrough.Port },
            new("f", "the floor: c with the audit log of the gateway, no checks", floor.Process,
                tool => Target.Modern(floor.Port, "/mcp", tool, gateway.Token))
            { CountersPort = floor.Port },
            verifying.Variant("y", "YARP, JwtBearer, limiter, a log line"),
            remembering.Variant("yc", "as y, verified tokens are remembered"),
            new("g", "Gatehouse, 2026-07-28, begun durable before forwarding", gateway.Process,
                tool => Target.Modern(gateway.Port, Gatekeeper.Path, tool, gateway.Token))
            { CountersPort = gateway.MetricsPort },
            new("gl", "Gatehouse, 2025-11-25 in a session, begun durable before forwarding", gateway.Process,
                tool => Target.Legacy(gateway.Port, Gatekeeper.Path, tool, gateway.Token, session))
            { CountersPort = gateway.MetricsPort },
            new("gn", "Gatehouse, 2026-07-28, reading method (prompts/get): nothing waits for the disk", gateway.Process,
                tool => Target.Modern(gateway.Port, Gatekeeper.Path, tool, gateway.Token, "prompts/get"))
            { CountersPort = gateway.MetricsPort },
        ];

        var matrix = new Matrix(variants, options);
        foreach (var tool in tools) await matrix.WarmUpAsync(tool).ConfigureAwait(false);
        foreach (var tool in tools)
        {
            foreach (var count in connections) await matrix.ClosedAsync(tool, count).ConfigureAwait(false);
        }

        foreach (var tool in tools)
        {
            report.Add(HttpTables.Closed(matrix, variants, tool, connections));
            report.Add(HttpTables.Work(matrix, variants, tool, connections));
        }

        HttpGoals.Judge(report, matrix);
        if (options.Brief) return;
        var raw = LoadResult.Percentile(RawSync.Measure(place, EntryBytes, options.Round * 3, PerSecond), 0.5);
        await matrix.OpenAsync("r200", PerSecond, options.Round * 3).ConfigureAwait(false);
        report.Add(HttpTables.Open(matrix, variants, PerSecond, raw));
        HttpGoals.JudgeLatency(report, matrix, raw);
    }
}
