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

    private static int PairsOfARound => Size.Of(20, 2);

    public Task RunAsync(Report report)
    {
        using var without = Pipeline(Permitting);
        using var with = Pipeline(Permitting with { Obligations = [Obligation.ForApproval(ApprovalTerms.Default)] });
        var measured = Stopwatched.Compare(without.RunInPlace, with.RunInPlace, options.Rounds * PairsOfARound);
        var table = new Table("Whole pipeline on one thread, without sockets and with a log in memory: call of a tool about which no rule asks",
            ["policy", "ns", "bytes allocated", "against no rule that asks"]);
        table.Add("no rule asks", Median(measured.One, static batch => batch.Nanoseconds), Median(measured.One, static batch => batch.Bytes), "");
        table.Add("a rule asks about another tool", Median(measured.Other, static batch => batch.Nanoseconds),
            Median(measured.Other, static batch => batch.Bytes), Ratio(measured.Ratio));
        table.Notes.Add($"Both policies have {Rules + 1} rules. The ratio is the median of those of {measured.One.Count} pairs of batches, half of which are between "
            + $"{Ratio(measured.Middle.Low)} and {Ratio(measured.Middle.High)}.");
        table.Notes.Add("The log writes on the thread that is measured, so that all of the exchange is counted.");
        report.Add(table);
        report.Judge("A1", "a rule that asks about another tool costs a call nothing: within 5 % of the time, and no allocation",
            $"{Ratio(measured.Ratio)}, {Whole(measured.MoreBytes)} B", measured.Ratio <= MostRatio && measured.MoreBytes < 1, "the policy that decides the call");
        return Task.CompletedTask;
    }

    private static WholePipeline Pipeline(PolicyRule other) =>
        new(MicroArea.WithIdOfCall(Messages.LongText(0)), rules: [other, .. Policies.Rules(Rules)], log: new InPlaceLog());

    private static string Median(IEnumerable<Batch> batches, Func<Batch, double> of) => Whole(Cell.Median(batches.Select(of)));
}
