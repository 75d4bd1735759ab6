using Gatehouse.Policy.Analysis.Differences;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Presets;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Tests.Oracle;

namespace Gatehouse.Policy.Tests.Differences;

/// <summary>Differences held against brute force over the oracle's small world.</summary>
[Trait("Requirement", "AZ-02")]
public sealed class PolicyComparisonTests
{
    private static readonly int Pairs = TestSize.Of(25, 250, 3_000);

    [Fact]
    public void EveryDifferenceOfBruteForce_IsReported_AndEveryReportedOneIsConfirmed()
    {
        int differing = 0, certain = 0, open = 0;
        for (var seed = 0; seed < Pairs; seed++)
        {
            var generator = new Generator(seed);
            var before = generator.Policy();
            var after = seed % 2 == 0 ? Changed(before, new Generator(seed + 100_000).Policy(), seed) : new Generator(seed + 100_000).Policy();
            var (old, next) = (Point(before), Point(after));
            var comparison = PolicyComparison.Of(old, next, seed % 3 == 0 ? Generator.Servers : []);
            Assert.True(comparison.IsComplete);
            certain += comparison.Differences.Count(difference => difference.IsCertain);
            open += comparison.Differences.Count(difference => !difference.IsCertain);
            foreach (var difference in comparison.Differences.Where(difference => difference.IsCertain)) Confirm(old, next, difference, seed);
            for (var i = 0; i < 150; i++) differing += Search(generator, before, after, old, next, comparison, seed) ? 1 : 0;
        }

        Assert.True(differing > Pairs * 5, $"{differing} requests differ");
        Assert.True(certain > open * 10, $"{certain} certain, {open} not");
    }

    [Fact]
    public void EqualPolicies_DoNotDiffer()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var rules = new Generator(seed).Policy();
            Assert.Empty(PolicyComparison.Of(Point(rules), Point([.. rules.Reverse()]), []).Differences);
        }
    }

    [Theory]
    [InlineData("when: [{ argument: n, atMost: 10 }]", "when: [{ argument: n, atMost: 100 }]", null, true)]
    [InlineData("when: [{ argument: p, under: /srv/a }]", "when: [{ argument: p, under: /srv }]", "{\"p\":\"/srv\"}", true)]
    [InlineData("when: [{ argument: r, equals: eu }]", "when: [{ argument: r, in: [eu, us] }]", "{\"r\":\"us\"}", true)]
    [InlineData("when: [{ argument: r, startsWith: ab }]", "when: [{ argument: r, startsWith: a }]", "{\"r\":\"a\"}", true)]
    [InlineData("when: [{ argument: r, equals: x }]", "when: [{ argument: r, matches: \"[a-c]{2}\\\\d+\" }]", "{\"r\":\"aa0\"}", false)]
    [InlineData("when: [{ argument: /f/g, equals: 1 }]", "when: [{ argument: /f/g, present: true }]", null, true)]
    [InlineData("when: [{ argument: /l/*, equals: 1 }]", "when: [{ argument: /l/*, in: [1, 2] }]", "{\"l\":[2]}", false)]
    [InlineData("when: [{ argument: r, equals: x }]", "when: [{ argument: r, equalsClaim: c }]", null, false)]
    [InlineData("when: [{ time: { from: \"08:00\", until: \"17:00\", zone: Europe/Berlin } }]",
        "when: [{ time: { from: \"08:00\", until: \"18:00\", zone: Europe/Berlin } }]", null, true)]
    public void WiderConditions_AreShownByARequest(string before, string after, string? arguments, bool contains)
    {
        PolicyDecisionPoint Make(string when) =>
            Policies.Point($"- {{ id: a, permit: {{ roles: [x], tools: [t], directions: [calls] }}, {when} }}\n");
        var comparison = PolicyComparison.Of(Make(before), Make(after), ["s"]);
        var gained = Assert.Single(comparison.Differences, difference => difference.IsPermitted && difference.Request.Target == PolicyTarget.Tool);
        Assert.True(gained.IsCertain);
        Confirm(Make(before), Make(after), gained, 0);
        if (arguments is not null) Assert.Equal(arguments, System.Text.Encoding.UTF8.GetString(gained.Request.Arguments.Span));
        var back = PolicyComparison.Of(Make(after), Make(before), ["s"]);
        Assert.Equal(!contains, back.PermitsMore);
        Assert.Contains(back.Differences, difference => !difference.IsPermitted && difference.IsCertain);
    }

    [Fact]
    public void PatternsThatMeet_AreToldApart()
    {
        var (old, next) = (Policies.Point("- { id: a, permit: { anyone: true, tools: [\"read_*\"] } }\n"),
            Policies.Point("- { id: a, permit: { anyone: true, tools: [\"*_note\"] } }\n"));
        var tools = PolicyComparison.Of(old, next,
            ["s"]).Differences.Where(difference => difference.Request is { Target: PolicyTarget.Tool, Direction: PolicyDirection.Calls }).ToList();
        var gained = Assert.Single(tools, difference => difference.IsPermitted).Request.Name!;
        Assert.True(gained.EndsWith("_note", StringComparison.Ordinal) && !gained.StartsWith("read_", StringComparison.Ordinal));
        var lost = Assert.Single(tools, difference => !difference.IsPermitted).Request.Name!;
        Assert.True(lost.StartsWith("read_", StringComparison.Ordinal) && !lost.EndsWith("_note", StringComparison.Ordinal));
    }

    [Fact]
    public void OneRemovedForbid_IsTheOnlyDifference()
    {
        const string rules = "- { id: a, permit: { roles: [x], tools: [\"*\"] } }\n";
        var comparison = PolicyComparison.Of(Policies.Point(rules + "- { id: f, forbid: { tools: [\"drop_*\"] } }\n"), Policies.Point(rules), ["s"]);
        Assert.All(comparison.Differences, difference => Assert.StartsWith("drop_", difference.Request.Name, StringComparison.Ordinal));
        Assert.Equal([PolicyDirection.Calls, PolicyDirection.Lists],
            comparison.Differences.Select(difference => difference.Request.Direction).Order());
    }

    [Fact]
    public void ARuleThatNoLongerAsks_IsADifference()
    {
        const string Plain = "- { id: a, permit: { roles: [x], tools: [pay] }";
        var (asking, silent) = (Policies.Point(Plain + ", obligations: { approval: { strength: approval } } }\n"), Policies.Point(Plain + " }\n"));
        var comparison = PolicyComparison.Of(asking, silent, ["s"]);
        Assert.Empty(comparison.Differences);
        Assert.True(comparison.PermitsMore && comparison.IsComplete);
        Assert.All(comparison.NoLongerAsked,
            difference => Assert.Equal(("a", "pay", true), (difference.Rule.Id, difference.Request.Name, difference.IsCertain)));
        Assert.NotEmpty(comparison.NoLongerAsked);
        Assert.False(PolicyComparison.Of(silent, asking, ["s"]).PermitsMore);
        Assert.False(PolicyComparison.Of(asking, asking, ["s"]).PermitsMore);
    }

    // The caller confirms where another person had to approve.
    [Fact]
    public void ARuleThatAsksForLess_IsADifference()
    {
        const string Plain = "- { id: a, permit: { roles: [x], tools: [pay] }, obligations: { approval: { strength: ";
        var (strong, weak) = (Policies.Point(Plain + "approval } } }\n"), Policies.Point(Plain + "confirm } } }\n"));
        var comparison = PolicyComparison.Of(strong, weak, ["s"]);
        Assert.Empty(comparison.Differences);
        Assert.True(comparison.PermitsMore && comparison.IsComplete);
        Assert.All(comparison.NoLongerAsked, difference => Assert.Equal(("a", "pay"), (difference.Rule.Id, difference.Request.Name)));
        Assert.NotEmpty(comparison.NoLongerAsked);
        Assert.False(PolicyComparison.Of(weak, strong, ["s"]).PermitsMore);
        Assert.False(PolicyComparison.Of(weak, weak, ["s"]).PermitsMore);
        var silent = Policies.Point("- { id: a, permit: { roles: [x], tools: [pay] } }\n");
        Assert.True(PolicyComparison.Of(weak, silent, ["s"]).PermitsMore);
    }

    [Fact]
    public void EveryRequestThatIsNoLongerAskedAbout_IsReported()
    {
        var unasked = 0;
        for (var seed = 0; seed < Pairs / 2; seed++)
        {
            var generator = new Generator(seed);
            var before = generator.PolicyThatAsks();
            var after = Changed(before, new Generator(seed + 100_000).PolicyThatAsks(), seed);
            var comparison = PolicyComparison.Of(Point(before), Point(after), Generator.Servers);
            for (var i = 0; i < 60; i++)
            {
                var (caller, question) = (generator.Caller(), generator.Question() with { Direction = PolicyDirection.Calls });
                if (question.Target == PolicyTarget.None || !Passes(after, caller, question) || Passes(before, caller, question)) continue;
                unasked++;
                Assert.True(comparison.PermitsMore, $"seed {seed}: {question} by {caller}");
            }
        }

        Assert.True(unasked > Pairs / 5, $"{unasked} requests are no longer asked about");
    }

    [Fact]
    public void Presets_AreComparedWithThemselvesWithoutOneRule()
    {
        var rules = PolicyPresets.Rules("team");
        var comparison = PolicyComparison.Of(new PolicyDecisionPoint(rules), new PolicyDecisionPoint(rules.Where(rule => rule.Id != "team-destroy")),
            []);
        Assert.True(comparison.PermitsMore && comparison.IsComplete);
        Assert.All(comparison.Differences, difference => Assert.Contains("mcp-writer", difference.Caller.Roles));
    }

    [Fact]
    public void BoundOnWork_IsToldOf() =>
        Assert.False(PolicyComparison.Of(new PolicyDecisionPoint([]), new PolicyDecisionPoint(PolicyPresets.Rules("team")), [], work: 10).IsComplete);

    private static OracleRule[] Changed(OracleRule[] rules, OracleRule[] others, int seed) => (seed % 3) switch
    {
        0 => [.. rules.Skip(1)],
        1 => [.. rules, others[0] with { Id = "other" }],
        _ => [.. rules.SkipLast(1), others[^1] with { Id = "other" }],
    };

    private static bool Search(Generator generator, OracleRule[] before, OracleRule[] after, PolicyDecisionPoint old, PolicyDecisionPoint next,
        PolicyComparison comparison, int seed)
    {
        var (caller, question) = (generator.Caller(), generator.Question());
        var (was, willBe) = (Permits(before, caller, question), Permits(after, caller, question));
        if (was == willBe) return false;
        var giver = willBe ? next : old;
        var by = giver.Explain(caller.ToSubject(), question.ToRequest()).Applying.Select(trace => trace.Rule.Id).ToHashSet();
        var request = question.ToRequest();
        Assert.True(
            comparison.Differences.Any(difference => difference.IsPermitted == willBe
                && by.Contains(difference.Rule.Id) && IsAlike(difference.Request, request, [.. old.Rules, .. next.Rules])),
            $"seed {seed}: {question} by {caller} is {(willBe ? "new" : "gone")} by {string.Join(", ", by)}, but not reported\n{string.Concat(before.Select(rule => rule.ToYaml()))}---\n{string.Concat(after.Select(rule => rule.ToYaml()))}");
        return true;
    }

    // The same for every rule of both policies, as far as server and thing go. What cannot be decided covers for a forbid and not for a permit:
    // a URI that a forbid names and one that only resembles it are one class.
    private static bool IsAlike(PolicyRequest one, PolicyRequest other, IReadOnlyList<PolicyRule> rules) =>
        one.Direction == other.Direction && one.Target == other.Target
        && rules.Where(rule => RuleCoverage.SpeaksOfDirection(rule, one) && !(rule.Forbids && rule.ReadsArguments && one.LeavesArgumentsOpen))
        .All(rule => (rule.Servers?.Contains(one.Server) ?? true) == (rule.Servers?.Contains(other.Server) ?? true)
        && Covers(rule, one) == Covers(rule, other));

    private static bool Covers(PolicyRule rule, PolicyRequest request) =>
        RuleCoverage.Judge(rule, request) is var covered && (rule.Forbids ? (covered & Ternary.False) == 0 : (covered & Ternary.True) != 0);

    private static bool Permits(OracleRule[] rules, Caller caller, Question question)
    {
        var counting = rules.Where(rule => rule.Counts(caller, question)).ToList();
        return counting.Count > 0 && !counting.Any(rule => rule.Forbids);
    }

    private static bool Passes(OracleRule[] rules, Caller caller, Question question) =>
        Permits(rules, caller, question) && !rules.Any(rule => rule.AsksAbout(caller, question));

    private static void Confirm(PolicyDecisionPoint old, PolicyDecisionPoint next, PolicyDifference difference, int seed)
    {
        var caller = difference.Caller.ToSubject();
        var (was, willBe) =
            (old.Explain(caller, difference.Request).Decision.IsPermitted, next.Explain(caller, difference.Request).Decision.IsPermitted);
        Assert.True(was != willBe && willBe == difference.IsPermitted, $"seed {seed}: {difference}");
    }

    private static PolicyDecisionPoint Point(OracleRule[] rules) => Policies.Point(string.Concat(rules.Select(rule => rule.ToYaml())));
}
