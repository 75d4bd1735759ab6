using System.Text.Json;
using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Reporting;
using Gatehouse.Policy;
using Gatehouse.Policy.Analysis.Differences;
using Gatehouse.Policy.Analysis.WhoCan;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>
/// What a decision costs against the number of rules, roles, claims and conditions, beside a loop that asks each rule in turn.
/// </summary>
internal sealed class PolicyArea
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly Table table = new("Decisions of the policy", ["decision", "ns", "bytes allocated", "rule by rule, ns", "ratio"]);
    private double listOfThousand;

    public Task RunAsync(Report report)
    {
        foreach (var count in new[] { 10, 100, 1000, 4000 }) ByRules(count);
        foreach (var roles in new[] { 1, 20, 100 }) ByRoles(roles);
        foreach (var conditions in new[] { 1, 4, 16 }) ByConditions(conditions);
        ByPatterns();
        FirstDecision();
        Lists();
        table.Notes.Add("Rule by rule is a loop over the rules that asks caller, server and tool of each, as policy engines without an index do.");
        report.Add(table);
        report.Add(Questions());
        report.Judge("P14", "the decisions of a list of 1,000 tools under 1 ms", $"{Whole(listOfThousand / 1000)} µs", listOfThousand < 1_000_000,
            "hash look-ups of names and the intersection of rule sets, a thousand times");
        return Task.CompletedTask;
    }

    // What people and pipelines ask, beside the decisions that the answer stands for.
    private static Table Questions()
    {
        var questions = new Table("Questions to a policy of 200 rules", ["question", "ms", "one decision each, ms", "ratio"]);
        var rules = Policies.Rules(200);
        var policy = new PolicyDecisionPoint(rules);
        var callers = Enumerable.Range(0, 50).Select(i => Policies.Caller(roles: i + 1)).ToArray();
        var things = Enumerable.Range(0, 200).Select(i => new PolicyResource("bench", PolicyTarget.Tool, $"list_{i}")).ToArray();
        var asked = Milliseconds(() => { foreach (var caller in callers) _ = WhoCanMatrix.Row(policy, caller, things, Now); });
        var decided = Milliseconds(
            () => { foreach (var caller in callers) foreach (var thing in things) _ = policy.Decide(caller, thing.ToRequest() with { At = Now }); });
        questions.Add("who-can, 50 callers and 200 tools", Whole(asked), Ratio(decided), Ratio(asked / decided));
        var next = new PolicyDecisionPoint([.. rules.Skip(1), new PolicyRule { Id = "new", Tools = new NameSet(["*_7"]) }]);
        var compared = Milliseconds(() => _ = PolicyComparison.Of(policy, next, ["bench"]));
        questions.Add("diff, one rule removed and one added", Whole(compared), Ratio(decided), Ratio(compared / decided));
        questions.Notes.Add("One decision each: 10,000 decisions, one for each caller and tool of the matrix.");
        return questions;
    }

    private static double Milliseconds(Action act) => Stopwatched.Measure(act).Nanoseconds / 1_000_000;

    private void ByRules(int count) =>
        Add($"a call, {count} rules of different groups and tools", Policies.Rules(count), Policies.Caller(), Call("r200"));

    private void ByRoles(int count) =>
        Add($"a call, 1000 rules, caller with {count} roles", Policies.Roles(1000), Policies.Caller(roles: count), Call("tool-7"));

    private void ByConditions(int count) =>
        Add($"a call, one rule with {count} conditions on arguments and claims", Policies.Conditions(count), Policies.Caller(),
            Call("query") with { Arguments = Policies.Arguments });

    private void ByPatterns() =>
        Add("a call, 1000 rules with a pattern each that begins with a wildcard", Policies.Suffixes(1000), Policies.Caller(), Call("a-tool-7"));

    private void FirstDecision()
    {
        var policy = new PolicyDecisionPoint(Policies.Rules(1000));
        var request = Call("r200");
        var (nanoseconds, bytes) = Stopwatched.Measure(() => policy.Decide(Policies.Caller(), request));
        table.Add("the first decision for a token, 1000 rules", Whole(nanoseconds), Whole(bytes), "", "");
    }

    private void Lists()
    {
        var policy = new PolicyDecisionPoint(Policies.Rules(1000));
        var caller = Policies.Caller();
        var requests = Enumerable.Range(0, 1000).Select(i => Call($"list_{i}") with { Direction = PolicyDirection.Lists }).ToArray();
        var (nanoseconds, bytes) = Stopwatched.Measure(() =>
        {
            foreach (var request in requests) _ = policy.Decide(caller, request);
        });
        listOfThousand = nanoseconds;
        table.Add("a list of 1000 tools, 1000 rules", Whole(nanoseconds), Whole(bytes), "", "");
    }

    private void Add(string what, PolicyRule[] rules, PolicySubject caller, PolicyRequest request)
    {
        var policy = new PolicyDecisionPoint(rules);
        if (!policy.Decide(caller, request).IsPermitted || !LinearPolicy.IsPermitted(rules, caller, request))
            throw new InvalidOperationException($"{what}: denied");
        var (nanoseconds, bytes) = Stopwatched.Measure(() => policy.Decide(caller, request));
        var linear = rules[^1].When.IsEmpty ? Stopwatched.Measure(() => LinearPolicy.IsPermitted(rules, caller, request)).Nanoseconds : double.NaN;
        table.Add(what, Whole(nanoseconds), Whole(bytes), double.IsNaN(linear) ? "" : Whole(linear), double.IsNaN(linear) ? ""
            : Ratio(nanoseconds / linear));
    }

    private static PolicyRequest Call(string tool) => new("bench", "tools/call", PolicyTarget.Tool, tool) { At = Now };
}
