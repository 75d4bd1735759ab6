using System.Diagnostics;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Privacy;
using Gatehouse.Bench.Areas;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using Gatehouse.Pipeline.Records;
using Gatehouse.Storage;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Micro;

/// <summary>
/// Durable entries per second, sealed as a gateway seals them, and a commit beside what the disk itself takes for the same bytes. A last row has the
/// same bytes appended to a bare file: no tree, no checkpoint, nothing sealed.
/// </summary>
internal sealed class AuditRate(Workplace place)
{
    private const int MostCallers = 64;

    private static int Rounds => Size.Of(3, 1);

    private static TimeSpan Duration => Size.Of(TimeSpan.FromSeconds(1.5), TimeSpan.FromMilliseconds(50));

    private static TimeSpan RawDuration => Size.Of(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(50));

    public async Task RunAsync(Report report)
    {
        using var keys = SubjectKeys.TryOpen(SubjectKeyFile.Open(Path.Combine(place.NewDirectory(), "subjects.db")),
            KeyRing.CreateInMemory(TimeProvider.System), Path.Combine(place.NewDirectory(), "destroyed"))!;
        var protector = new EntryProtector(keys);
        var table = new Table("Durable audit entries, sealed",
            ["callers", "entries/s", "entries a commit", "commit p50 µs", "commit p99 µs", "raw write + fdatasync p50 µs", "raw p99 µs"]);
        foreach (var callers in new[] { 1, 16, MostCallers })
        {
            List<Sample> samples = [];
            for (var round = 0; round < Rounds; round++) samples.Add(await RoundAsync(callers, protector).ConfigureAwait(false));
            var rate = Cell.Median(samples.Select(s => s.PerSecond));
            var tail = Cell.Median(samples.Select(s => s.P99 / s.RawP99));
            table.Add(
                Whole(callers), Whole(rate), One(Cell.Median(samples.Select(s => s.PerCommit))),
                Whole(Cell.Median(samples.Select(s => s.P50))), Whole(Cell.Median(samples.Select(s => s.P99))),
                Whole(Cell.Median(samples.Select(s => s.RawP50))), Whole(Cell.Median(samples.Select(s => s.RawP99))));
            if (callers != MostCallers) continue;
            report.Judge("P10", "64 callers: ≥ 40,000 durable entries/s, commit p99 ≤ 2 × raw", $"{Whole(rate)}/s, {Ratio(tail)}", rate >= 40_000
                && tail <= 2, "the disk");
            var raw = Cell.Median(samples.Select(s => s.RawP50));
            var perCommit = Cell.Median(samples.Select(s => s.PerCommit));
            table.Add("bare append", Whole(perCommit * 1e6 / raw), One(perCommit), "-", "-", Whole(raw), Whole(Cell.Median(samples.Select(s => s.RawP99))));
        }

        report.Add(table);
    }

    public static AuditEntry Entry(TimeProvider time) => new()
    {
        Kind = AuditEntryKind.Begun,
        ExchangeId = Ids.New(time),
        At = time.GetUtcNow(),
        Generation = 1,
        Server = "bench",
        Verb = "POST",
        Method = "tools/call",
        Name = "r200",
        Revision = "2026-07-28",
        Issuer = "http://127.0.0.1:8080/dev-issuer",
        Subject = "developer",
        ClientId = "gatehouse-dev",
        Checks = ["accept", "authenticate", "validate", "session", "authorize", "inspect-request"],
        Parts = [new AuditPart(AuditPartKind.Authentication, AuditOutcome.Pass),
            new AuditPart(AuditPartKind.Decision, AuditOutcome.Permit, "permitted", "bench")],
    };

    private async Task<Sample> RoundAsync(int callers, EntryProtector protector)
    {
        var directory = new TimedFolder(place.NewDirectory());
        var log = new GroupCommitLog(new AuditLogOptions { Directory = place.Directory, Protector = protector }, directory, new BenchLogKeys());
        double rate, perCommit;
        await using (log.ConfigureAwait(false))
        {
            await log.AppendDurableAsync(Entry(TimeProvider.System)).ConfigureAwait(false); // makes the segment
            var before = log.Statistics;
            var started = Stopwatch.GetTimestamp();
            var until = started + (long)(Duration.TotalSeconds * Stopwatch.Frequency);
            await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => AppendAsync(log, until)))).ConfigureAwait(false);
            var after = log.Statistics;
            rate = (after.Entries - before.Entries) / Stopwatch.GetElapsedTime(started).TotalSeconds;
            perCommit = (after.Entries - before.Entries) / (double)(after.Commits - before.Commits);
        }

        var commits = directory.Ticks.Order().ToList();
        var raw = RawSync.Measure(
            place, (int)(perCommit * AuditEntryFormat.Bytes(protector.Protect(Entry(TimeProvider.System)), 1).Length), RawDuration);
        return new Sample(
            rate, perCommit, LoadResult.Percentile(commits, 0.5), LoadResult.Percentile(commits, 0.99),
            LoadResult.Percentile(raw, 0.5), LoadResult.Percentile(raw, 0.99));
    }

    private static async Task AppendAsync(GroupCommitLog log, long until)
    {
        while (Stopwatch.GetTimestamp() < until) await log.AppendDurableAsync(Entry(TimeProvider.System)).ConfigureAwait(false);
    }

    private sealed record Sample(double PerSecond, double PerCommit, double P50, double P99, double RawP50, double RawP99);
}
