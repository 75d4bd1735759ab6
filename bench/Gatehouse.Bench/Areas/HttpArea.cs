using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;

namespace Gatehouse.Bench.Areas;

/// <summary>The relay end to end over loopback, beside other ways to reach the same server.</summary>
internal sealed class HttpArea(Workplace place, BenchOptions options)
{
    private const int PerSecond = 1000;
    private readonly string[] tools = options.Brief ? ["r200"] : ["r200", "r10k"];
    private readonly int[] connections = options.Brief ? [16, 64] : [1, 16, 64];

    public async Task RunAsync(Report report)
    {
        using var upstream = await BenchHost.StartAsync(place, "upstream").ConfigureAwait(false);
        using var passThrough = await BenchHost.PassThroughAsync(place, upstream).ConfigureAwait(false);
        using var forward = await Gatekeeper.StartAsync(place, Gatekeeper.Http(upstream.Port), hasMetrics: true).ConfigureAwait(false);
        using var nginx = await Nginx.StartAsync(place, upstream.Port).ConfigureAwait(false);

        List<Variant> variants =
        [
            new("a", "direct", upstream.Process, tool => Target.Modern(upstream.Port, "/mcp", tool, null)),
            new("c", "lean C# pass-through, checks nothing", passThrough.Process, tool => Target.Modern(passThrough.Port, "/mcp", tool, null))
            { CountersPort = passThrough.Port },
        ];
        if (nginx is not null)
            variants.Add(new("b", "nginx proxy_pass, 2 workers, checks nothing", nginx.Process, tool => Target.Modern(nginx.Port, "/mcp", tool, null))
            { Workers = nginx.Workers });
        var session = await Handshake.RunAsync(forward.Port, Gatekeeper.Path, forward.Token).ConfigureAwait(false);
        variants.Add(new("g", "Gatehouse, 2026-07-28, begun durable before forwarding", forward.Process,
            tool => Target.Modern(forward.Port, Gatekeeper.Path, tool, forward.Token))
        { CountersPort = forward.MetricsPort });
        variants.Add(new("gl", "Gatehouse, 2025-11-25 in a session, begun durable before forwarding", forward.Process,
            tool => Target.Legacy(forward.Port, Gatekeeper.Path, tool, forward.Token, session))
        { CountersPort = forward.MetricsPort });
        variants.Add(new("gn", "Gatehouse, 2026-07-28, reading method (prompts/get): nothing waits for the disk", forward.Process,
            tool => Target.Modern(forward.Port, Gatekeeper.Path, tool, forward.Token, "prompts/get"))
        { CountersPort = forward.MetricsPort });

        var matrix = new Matrix(variants, options);
        foreach (var tool in tools) await matrix.WarmUpAsync(tool).ConfigureAwait(false);
        foreach (var tool in tools)
        {
            foreach (var count in connections) await matrix.ClosedAsync(tool, count).ConfigureAwait(false);
        }

        foreach (var tool in tools)
        {
            report.Add(HttpTables.Closed(matrix, variants, tool, connections, nginx is null));
            report.Add(HttpTables.Work(matrix, variants, tool, connections));
        }

        HttpGoals.Judge(report, matrix, nginx is not null);
        if (options.Brief) return;
        await matrix.OpenAsync("r200", PerSecond, options.Round * 3).ConfigureAwait(false);
        report.Add(HttpTables.Open(matrix, variants, PerSecond));
        HttpGoals.JudgeLatency(report, matrix);
    }
}
