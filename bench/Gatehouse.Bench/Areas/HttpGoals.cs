using Gatehouse.Bench.Load;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>Goals of the relay, judged by ratios within the rounds.</summary>
internal static class HttpGoals
{
    public static void Judge(Report report, Matrix matrix)
    {
        Throughput(report, matrix, "N1", "of YARP with JwtBearer, limiter and log", "r200", "y", (1.7, 2.3), (0.50, 0.37));
        Throughput(report, matrix, "N2", "of the same with remembered tokens", "r200", "yc", (0.95, 1.2), null);
        Throughput(report, matrix, "N3", "of the floor", "r200", "f", (0.82, 0.80), (1.40, 1.40));
        var tail = Cell("r200", 64, "g").Against(Cell("r200", 64, "f"), static r => r.P99);
        report.Judge("N4", "p99 of the floor's, 64 connections ≤ 1.20", Ratio(tail), tail <= 1.2, "waiting for a core");
        var (requests, cpu) = (Unwaited(static r => r.PerSecond), Unwaited(static r => r.Cpu));
        report.Judge("N5", "nothing waits for the disk, of c, 64 connections: requests/s ≥ 0.65, CPU ≤ 1.80", $"{Ratio(requests)}; {Ratio(cpu)}",
            requests >= 0.65 && cpu <= 1.8, $"CPU µs: {One(Cell("r200", 64, "gn").Cpu)} against {One(Cell("r200", 64, "c").Cpu)}");
        if (matrix.Find("r10k", 16, "g") is not null)
            Throughput(report, matrix, "P2", "10 KB, of the floor", "r10k", "f", (0.82, 0.80), null);

        Cell Cell(string tool, int connections, string variant) => matrix.Find(tool, connections, variant)!;
        double Unwaited(Func<LoadResult, double> of) => Cell("r200", 64, "gn").Against(Cell("r200", 64, "c"), of);
    }

    // Both figures at 16 and at 64 connections.
    private static void Throughput(
        Report report, Matrix matrix, string id, string what, string tool, string other, (double Few, double Many) least,
        (double Few, double Many)? most)
    {
        var (few, many) = (Of(16, static r => r.PerSecond), Of(64, static r => r.PerSecond));
        var (fewCpu, manyCpu) = (Of(16, static r => r.Cpu), Of(64, static r => r.Cpu));
        var goal = $"{what}, 16 and 64 connections: requests/s ≥ {Ratio(least.Few)}, ≥ {Ratio(least.Many)}"
            + (most is { } bound ? $"; CPU ≤ {Ratio(bound.Few)}, ≤ {Ratio(bound.Many)}" : "");
        var isReached = few >= least.Few && many >= least.Many && (most is not { } limit || (fewCpu <= limit.Few && manyCpu <= limit.Many));
        report.Judge(id, goal, $"{Ratio(few)}, {Ratio(many)}" + (most is null ? "" : $"; {Ratio(fewCpu)}, {Ratio(manyCpu)}"), isReached,
            $"CPU µs at 64: {One(matrix.Find(tool, 64, "g")!.Cpu)} against {One(matrix.Find(tool, 64, other)!.Cpu)}");

        double Of(int connections, Func<LoadResult, double> of) =>
            matrix.Find(tool, connections, "g")!.Against(matrix.Find(tool, connections, other)!, of);
    }

    public static void JudgeLatency(Report report, Matrix matrix, double rawSync)
    {
        var (relay, unwaited, durable) = (Added("c"), Added("gn"), Added("g"));
        var (withoutDisk, unwaitedOf) = ((durable - rawSync) / relay, unwaited / relay);
        report.Judge("N6", "added p50 at 1,000/s, of what c adds: durable less a raw fdatasync ≤ 2.5, nothing waits for the disk ≤ 1.6",
            $"{One(withoutDisk)}, {One(unwaitedOf)}", withoutDisk <= 2.5 && unwaitedOf <= 1.6,
            $"added µs: c {Whole(relay)}, nothing waits {Whole(unwaited)}, durable {Whole(durable)} with a raw fdatasync of {Whole(rawSync)}");

        double Added(string key) => HttpTables.Added(matrix.Find("r200", 0, key)!, matrix.Find("r200", 0, "a")!, static r => r.P50);
    }
}
