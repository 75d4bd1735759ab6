using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Reporting;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>
/// The cost of approvals for calls about which no rule asks: a policy without a rule that asks, and one whose rule asks about another tool.
/// </summary>
internal sealed class ApprovalArea(BenchOptions options)
{
    private const int Rules = 20;
    private const double MostRatio = 1.05;

    private static readonly PolicyRule Permitting = new()
    {
        Id = "pay",
        Who = new WhoClause { Subjects = new NameSet(["developer"]) },
        Servers = new NameSet(["bench"]),
        Tools = new NameSet(["pay"]),
    };

    public Task RunAsync(Report report)
    {
        using var without = Pipeline(Permitting);
        using var with = Pipeline(Permitting with { Obligations = [Obligation.ForApproval(ApprovalTerms.Default)] });
        // Both are warm before either is measured, and they take turns, so that what the machine does meanwhile falls on both.
        _ = (Stopwatched.Measure(without.RunOnce), Stopwatched.Measure(with.RunOnce));
        var rounds = Enumerable.Range(0, options.Rounds)
            .Select(_ => (Without: Stopwatched.Measure(without.RunOnce), With: Stopwatched.Measure(with.RunOnce))).ToList();
        var ratio = Cell.Median([.. rounds.Select(static round => round.With.Nanoseconds / round.Without.Nanoseconds)]);
        var more = Cell.Median([.. rounds.Select(static round => round.With.Bytes - round.Without.Bytes)]);
        var table = new Table("Whole pipeline without sockets and disk, call of a tool about which no rule asks",
            ["policy", "ns", "bytes allocated", "against no rule that asks"]);
        table.Add("no rule asks", Whole(Cell.Median([.. rounds.Select(static round => round.Without.Nanoseconds)])),
            Whole(Cell.Median([.. rounds.Select(static round => round.Without.Bytes)])), "");
        table.Add("a rule asks about another tool", Whole(Cell.Median([.. rounds.Select(static round => round.With.Nanoseconds)])),
            Whole(Cell.Median([.. rounds.Select(static round => round.With.Bytes)])), Ratio(ratio));
        table.Notes.Add($"Both policies have {Rules + 1} rules. The ratio is the median of those of the rounds.");
        report.Add(table);
        report.Judge("A1", "a rule that asks about another tool costs a call nothing: within 5 % of the time, and no allocation",
            $"{Ratio(ratio)}, {Whole(more)} B", ratio <= MostRatio && more < 1, "the policy that decides the call");
        return Task.CompletedTask;
    }

    private static WholePipeline Pipeline(PolicyRule other) =>
        new(MicroArea.WithIdOfCall(Messages.LongText(0)), rules: [other, .. Policies.Rules(Rules)]);
}
