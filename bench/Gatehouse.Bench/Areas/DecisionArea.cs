using System.Diagnostics;
using Gatehouse.AuthZen;
using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Reporting;
using Gatehouse.Outbound;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>What an external decision point costs, asked over loopback and remembered, beside the policy's own decision.</summary>
internal sealed class DecisionArea
{
    private static int Rounds => Size.Of(2000, 20);
    private static int Skipped => Size.Of(200, 5);

    private static int ListRounds => Size.Of(200, 5);

    private const int Listed = 100;
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly Table table = new("Decisions with an external decision point", ["decision", "ns", "bytes allocated", "times the policy's own"]);

    public async Task RunAsync(Report report)
    {
        var caller = Policies.Caller();
        var rules = Policies.Rules(20);
        await using var point = await InstantPoint.StartAsync().ConfigureAwait(false);
        using var points = new DecisionPoints(new OutboundHandlers(new SystemNameResolver()), new SecretResolver(), TimeProvider.System,
            NullLogger.Instance);
        var own = new PolicyDecisionPoint(rules);
        var remembering = Make(points, rules, point.Url, TimeSpan.FromMinutes(5));
        var asking = Make(points, rules, point.Url, TimeSpan.Zero);
        if (!(await remembering.DecideAsync(caller, Call("r200"), default).ConfigureAwait(false)).IsPermitted)
            throw new InvalidOperationException("denied");

        var (alone, bytes) = Stopwatched.Measure(() => own.DecideAsync(caller, Call("r200"), default).AsTask());
        var (plain, plainBytes) = Stopwatched.Measure(() => own.Decide(caller, Call("r200")));
        table.Add("the policy alone", Whole(plain), Whole(plainBytes), "1.0");
        table.Add("the policy alone, through the seam and a task", Whole(alone), Whole(bytes), One(alone / plain));
        var (known, knownBytes) = Stopwatched.Measure(() => remembering.DecideAsync(caller, Call("r200"), default).AsTask());
        table.Add("remembered", Whole(known), Whole(knownBytes), One(known / plain));
        var asked = await AskAsync(() => asking.DecideAsync(caller, Call("r200"), default)).ConfigureAwait(false);
        table.Add("asked over loopback, wall clock", Whole(asked), "", Whole(asked / plain));
        var list = await ListAsync(asking, caller).ConfigureAwait(false);
        table.Add($"one of {Listed} entries of a list, asked in one request, wall clock", Whole(list / Listed), "", One(list / Listed / plain));
        table.Notes.Add("Policy of 20 rules. Remembered is the cost of writing the question and hashing it, and one look-up. Asked is the median of "
            + "many questions one after the other to a decision point that answers at once, in this process.");
        report.Add(table);
    }

    private static IDecisionPoint Make(DecisionPoints points, PolicyRule[] rules, Uri url, TimeSpan life)
    {
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri("http://127.0.0.1:8080"),
            Listen = new ListenSettings(),
            Servers = [],
            Rules = rules,
            StateDirectory = "/nowhere",
            DecisionPoint = new DecisionPointSettings
            {
                Url = url,
                Timeout = TimeSpan.FromSeconds(20),
                Batch = 1000,
                Cache = new DecisionCacheSettings { Positive = life, Negative = life }
            },
        };
        return points.Snapshot(1, settings).Decisions;
    }

    private static async Task<double> AskAsync(Func<ValueTask<PolicyDecision>> ask)
    {
        var times = new List<double>(Rounds);
        for (var round = 0; round < Rounds + Skipped; round++)
        {
            var started = Stopwatch.GetTimestamp();
            if (!(await ask().ConfigureAwait(false)).IsPermitted) throw new InvalidOperationException("denied");
            if (round >= Skipped) times.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds);
        }

        return Cell.Median(times);
    }

    private static async Task<double> ListAsync(IDecisionPoint asking, PolicySubject caller)
    {
        var requests = Enumerable.Range(0, Listed).Select(i => Call("r200") with { Direction = PolicyDirection.Lists, Revision = $"r{i}" }).ToArray();
        var decisions = new PolicyDecision[Listed];
        var times = new List<double>();
        for (var round = 0; round < ListRounds + Skipped / 10; round++)
        {
            var started = Stopwatch.GetTimestamp();
            await asking.DecideManyAsync(caller, requests, decisions, default).ConfigureAwait(false);
            if (decisions.Any(decision => !decision.IsPermitted)) throw new InvalidOperationException("denied");
            if (round >= Skipped / 10) times.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds);
        }

        return Cell.Median(times);
    }

    private static PolicyRequest Call(string tool) => new("bench", "tools/call", PolicyTarget.Tool, tool) { At = Now };
}
