using System.Diagnostics;
using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Reporting;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Limits;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>What a charge costs, alone and under contention, and what a flood costs the caller beside it.</summary>
internal sealed class LimitsArea(BenchOptions options)
{
    private const int Places = 8;
    private static int Flood => Size.Of(400, 20);

    private static readonly TimeSpan Service = TimeSpan.FromMilliseconds(4);

    private static readonly LimitRule Rate =
        new() { Id = "rate", Per = LimitParties.Caller, Requests = new Rate(10_000_000, TimeSpan.FromSeconds(1)), Burst = int.MaxValue };
    private static readonly LimitRule Daily = new() { Id = "daily", Per = LimitParties.Caller | LimitParties.Client, Daily = 1_000_000_000 };
    private static readonly LimitRule Tool =
        new() { Id = "tool", Per = LimitParties.Caller | LimitParties.Tool, Concurrent = 1000, BytesPerDay = long.MaxValue };

    public async Task RunAsync(Report report)
    {
        Charges(report);
        Contention(report);
        await FairnessAsync(report).ConfigureAwait(false);
    }

    private static void Charges(Report report)
    {
        var table = new Table("A charge and its release", ["rules that speak of the request", "ns", "bytes allocated"]);
        foreach (var (what, rules) in Sets())
        {
            var quotas = new QuotaTable(null, TimeProvider.System);
            var exchange = Callers.Exchange(rules, "alice");
            var (nanoseconds, bytes) = Stopwatched.Measure(() => ChargeAndRelease(quotas, exchange));
            table.Add(what, Whole(nanoseconds), Whole(bytes));
        }

        table.Notes.Add("Median of 15 batches of 25 ms of one thread's time on a core; the account is there already.");
        report.Add(table);
        Pipelines(report);
    }

    private static void Pipelines(Report report)
    {
        var table = new Table("Whole pipeline without sockets and disk, result of 200 B",
            ["rules that speak of the request", "ns", "bytes allocated", "against no rule"]);
        var answer = MicroArea.WithIdOfCall(Messages.LongText(0));
        var floor = 0.0;
        foreach (var (_, rules) in Sets())
        {
            using var first = new WholePipeline(answer, rules);
            _ = Stopwatched.Measure(first.RunOnce); // what is measured first also pays for the compiler
        }

        foreach (var (what, rules) in Sets())
        {
            using var pipeline = new WholePipeline(answer, rules);
            var (nanoseconds, bytes) = Stopwatched.Measure(pipeline.RunOnce);
            if (floor == 0) floor = nanoseconds;
            table.Add(what, Whole(nanoseconds), Whole(bytes), Ratio(nanoseconds / floor));
        }

        report.Add(table);
    }

    private void Contention(Report report)
    {
        var table = new Table("Charges under contention", ["rules", "threads", "callers", "ns a charge and thread", "against no rule"]);
        foreach (var threads in new[] { 1, 2, 8 })
        {
            var floor = PerCharge([], threads, oneCaller: false);
            foreach (var (what, rules) in Sets().Skip(1))
            {
                foreach (var oneCaller in new[] { true, false })
                {
                    var time = PerCharge(rules, threads, oneCaller);
                    table.Add(what, Whole(threads), oneCaller ? "one" : "one each", Whole(time), Ratio(time / floor));
                }
            }
        }

        table.Notes.Add($"Wall time on {Environment.ProcessorCount} cores: with more threads than cores a charge also waits for its turn on a "
            + $"core, without rules too.");
        report.Add(table);
    }

    private double PerCharge(IReadOnlyList<LimitRule> rules, int threads, bool oneCaller)
    {
        var quotas = new QuotaTable(null, TimeProvider.System);
        var exchanges = Enumerable.Range(0, threads).Select(i => Callers.Exchange(rules, oneCaller ? "alice" : $"caller-{i}")).ToList();
        var times = Enumerable.Range(0, options.Rounds).Select(_ => Round(quotas, exchanges)).ToList();
        return Cell.Median(times);
    }

    private static double Round(QuotaTable quotas, List<Exchange> exchanges)
    {
        var count = Size.Of(400_000, 500);
        using var start = new Barrier(exchanges.Count + 1);
        var workers = exchanges.Select(exchange =>
        {
            var worker = new Thread(() =>
            {
                start.SignalAndWait();
                for (var i = 0; i < count; i++) ChargeAndRelease(quotas, exchange);
            });
            worker.Start();
            return worker;
        }).ToList();
        start.SignalAndWait();
        var began = Stopwatch.GetTimestamp();
        foreach (var worker in workers) worker.Join();
        return Stopwatch.GetElapsedTime(began).TotalNanoseconds / count;
    }

    // One caller calls one after the other; beside her another keeps hundreds of calls at the server's door.
    private async Task FairnessAsync(Report report)
    {
        var table = new Table($"A flood beside a caller: {Places} places, {Service.TotalMilliseconds} ms of service",
            ["beside her", "her p50 ms", "her p99 ms", "factor p50", "factor p99"]);
        var alone = await LatenciesAsync(0).ConfigureAwait(false);
        table.Add("nobody", One(At(alone, 0.5)), One(At(alone, 0.99)), "", "");
        var beside = await LatenciesAsync(Flood).ConfigureAwait(false);
        var (middle, tail) = (At(beside, 0.5) / At(alone, 0.5), At(beside, 0.99) / At(alone, 0.99));
        table.Add($"a flood of {Flood} at once", One(At(beside, 0.5)), One(At(beside, 0.99)), Ratio(middle), Ratio(tail));
        table.Notes.Add("Turns go to the callers one after the other, so she waits for one place to become free and not for the flood's line.");
        report.Add(table);
        report.Judge("L1", "a flood leaves another caller's p50 within twice of what it is alone, and p99 within three times",
            $"{Ratio(middle)}, {Ratio(tail)}", middle <= 2 && tail <= 3, "one service time of a place, and the machine's timers");
    }

    private async Task<List<double>> LatenciesAsync(int flood)
    {
        using var registry = new ExchangeRegistry(TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var others = Enumerable.Range(0, flood).Select(_ => Task.Run(() => FloodAsync(registry, stop.Token))).ToList();
        await Task.Delay(Size.Of(TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(20))).ConfigureAwait(false);
        var times = new List<double>();
        var alice = Callers.Exchange([], "alice", Places);
        for (var i = 0; i < Size.Of(options.Full ? 2000 : 500, 10); i++)
        {
            var began = Stopwatch.GetTimestamp();
            using (await registry.WaitForTurnAsync(alice, CancellationToken.None).ConfigureAwait(false)) await Task.Delay(Service).ConfigureAwait(
                false);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(others).ConfigureAwait(false);
        times.Sort();
        return times;
    }

    private static async Task FloodAsync(ExchangeRegistry registry, CancellationToken stop)
    {
        var mallory = Callers.Exchange([], "mallory", Places);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using (await registry.WaitForTurnAsync(mallory, stop).ConfigureAwait(false)) await Task.Delay(Service,
                    CancellationToken.None).ConfigureAwait(false);
            }
            catch (RefusalException)
            {
                await Task.Delay(1, CancellationToken.None).ConfigureAwait(false); // her line is full: she comes again at once
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static void ChargeAndRelease(QuotaTable quotas, Exchange exchange)
    {
        if (quotas.Charge(exchange) is not null) throw new InvalidOperationException("the charge is refused");
        quotas.Release(exchange);
    }

    private static IEnumerable<(string What, IReadOnlyList<LimitRule> Rules)> Sets() =>
        [("none", []), ("a rate", [Rate]), ("a rate, a daily quota, concurrency of a tool", [Rate, Daily, Tool])];

    private static double At(List<double> sorted, double share) => sorted[(int)((sorted.Count - 1) * share)];
}
