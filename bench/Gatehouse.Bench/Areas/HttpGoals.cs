using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>Goals of the relay, judged by ratios within the rounds.</summary>
internal static class HttpGoals
{
    private const double MostTail = 1.5;

    public static void Judge(Report report, Matrix matrix, bool withNginx)
    {
        Throughput(report, matrix, "P1", "begun before forwarding, 200 B, against c", "r200", "g", 0.62, 0.70);
        Throughput(report, matrix, "P1", "the same, 2025-11-25 in a session", "r200", "gl", 0.62, 0.70);
        Tail(report, matrix);
        if (matrix.Find("r10k", 16, "g") is not null)
            Throughput(report, matrix, "P2", "begun before forwarding, 10 KB, against c", "r10k", "g", 0.65, 0.65);
        Throughput(report, matrix, "P3", "nothing waits for the disk, 200 B, against c", "r200", "gn", 0.80, 0.80);
        if (withNginx) AgainstNginx(report, matrix);
    }

    private static void Throughput(Report report, Matrix matrix, string id, string what, string tool, string variant, double at16, double at64)
    {
        var (few, many) = (Against(16), Against(64));
        report.Judge(id, $"{what}: requests/s ≥ {Ratio(at16)} at 16 connections, ≥ {Ratio(at64)} at 64", $"{Ratio(few)}, {Ratio(many)}", few >= at16
            && many >= at64, Limit());

        // Where the time of the cores goes, at 64 connections.
        string Limit()
        {
            var (floor, checks, whole) = (matrix.Find(tool, 64, "c")!.Cpu, matrix.Find(tool, 64, "gn")!.Cpu, matrix.Find(tool, 64, variant)!.Cpu);
            return $"CPU µs at 64: relay {One(floor)}, + checks and record {One(checks - floor)}"
                + (variant == "gn" ? "" : $", + waiting for the disk {One(whole - checks)}");
        }

        double Against(int connections) =>
            matrix.Find(tool, connections, variant)!.Against(matrix.Find(tool, connections, "c")!, r => r.PerSecond);
    }

    private static void Tail(Report report, Matrix matrix)
    {
        var (few, many) = (Of(16), Of(64));
        report.Judge("P1", $"begun before forwarding, 200 B: p99 ≤ {Ratio(MostTail)} of c at 16 and 64 connections", $"{Ratio(few)}, {Ratio(many)}",
            few <= MostTail && many <= MostTail, "waiting for the disk and for a core");

        double Of(int connections) => matrix.Find("r200", connections, "g")!.Against(matrix.Find("r200", connections, "c")!, r => r.P99);
    }

    private static void AgainstNginx(Report report, Matrix matrix)
    {
        var mine = matrix.Find("r200", 64, "g")!;
        var theirs = matrix.Find("r200", 64, "b")!;
        var (throughput, tail, cpu) = (mine.Against(theirs, r => r.PerSecond), mine.Against(theirs, r => r.P99), mine.Against(theirs, r => r.Cpu));
        report.Judge(
            "P4", "against nginx, 64 connections, durable before forwarding: requests/s ≥ 0.55, p99 ≤ 1", $"{Ratio(throughput)}, {Ratio(tail)}",
            throughput >= 0.55 && tail <= 1, $"CPU µs: {One(mine.Cpu)} against {One(theirs.Cpu)} ({Ratio(cpu)})");
    }

    public static void JudgeLatency(Report report, Matrix matrix)
    {
        var direct = matrix.Find("r200", 0, "a")!;
        var mine = matrix.Find("r200", 0, "g")!;
        var (p50, p99) = (HttpTables.Added(mine, direct, r => r.P50), HttpTables.Added(mine, direct, r => r.P99));
        var unwaited = HttpTables.Added(matrix.Find("r200", 0, "gn")!, direct, r => r.P50);
        report.Judge("P7", "added p50 at 1,000/s: ≤ 250 µs durable, ≤ 120 µs where nothing waits for the disk",
            $"{Whole(p50)} µs, {Whole(unwaited)} µs (durable p99 {Whole(p99)} µs)", p50 <= 250 && unwaited <= 120, Limit());

        string Limit()
        {
            var (relay, checks) = (Added("c"), Added("gn"));
            return $"added p50 µs: relay {Whole(relay)}, + checks and record {Whole(checks - relay)}, "
                + $"+ waiting for the disk {Whole(p50 - checks)}; p99 of direct by itself {Whole(direct.P99)}";
        }

        double Added(string key) => HttpTables.Added(matrix.Find("r200", 0, key)!, direct, r => r.P50);
    }
}
