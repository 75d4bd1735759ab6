using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Tests.Oracle;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Tests;

/// <summary>Decisions and explanations against a brute-force oracle that shares no code with them, on generated policies.</summary>
[Trait("Requirement", "AZ-01")]
[Trait("Requirement", "AZ-02")]
public sealed class OracleTests
{
    private static readonly int Policies = TestSize.Of(500, 5_000, 200_000);

    [Fact]
    public void DecisionsAndExplanations_AgreeWithTheOracle()
    {
        var effects = new int[3];
        for (var seed = 0; seed < Policies; seed++)
        {
            var generator = new Generator(seed);
            var rules = generator.Policy();
            var yaml = "version: 1\nrules:\n" + string.Concat(rules.Select(rule => rule.ToYaml()));
            var policy = new PolicyDecisionPoint(Read(yaml));
            for (var i = 0; i < 8; i++) effects[(int)Compare(policy, rules, generator.Caller(), generator.Question(), seed, yaml)]++;
        }

        Assert.All(effects, count => Assert.True(count > Policies / 20, string.Join(", ", effects))); // every verdict was seen often
    }

    private static PolicyEffect Compare(PolicyDecisionPoint policy, OracleRule[] rules, Caller caller, Question question, int seed, string yaml)
    {
        var (subject, request) = (caller.ToSubject(), question.ToRequest());
        var expected = Expected(rules, caller, question);
        var decided = policy.Decide(subject, request);
        var explained = policy.Explain(subject, request);
        var story = $"seed {seed}: {question} {question.Arguments?.ToJsonString()} by {caller} {caller.Claims.ToJsonString()}\n{yaml}";
        Assert.True(expected == decided.Effect, $"decided {decided}, expected {expected}\n{story}");
        Assert.True(decided == explained.Decision, $"explained {explained.Decision}, decided {decided}\n{story}");
        var counting = rules.Where(rule => rule.Counts(caller, question)).Select(rule => rule.Id);
        Assert.True(counting.SequenceEqual(explained.Applying.Select(trace => trace.Rule.Id)), $"rules that count differ\n{story}");
        return decided.Effect;
    }

    private static PolicyEffect Expected(OracleRule[] rules, Caller caller, Question question)
    {
        var counting = rules.Where(rule => rule.Counts(caller, question)).ToList();
        if (counting.Any(rule => rule.Forbids)) return PolicyEffect.Forbid;
        return counting.Count > 0 ? PolicyEffect.Permit : PolicyEffect.Deny;
    }

    private static IReadOnlyList<PolicyRule> Read(string yaml)
    {
        var faults = new FaultList();
        var rules = PolicyFile.Read(yaml, null, PolicyNames.Unknown, faults);
        Assert.True(!faults.Any, string.Join("\n", faults.ToList()) + "\n" + yaml);
        return rules;
    }
}
