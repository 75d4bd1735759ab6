using Gatehouse.Policy.Analysis.Usage;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Tests.Oracle;
using Gatehouse.Policy.Writing;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Tests.Usage;

/// <summary>Proposals held against the traffic they were made from.</summary>
[Trait("Requirement", "AZ-03")]
public sealed class PolicyUsageTests
{
    private static readonly int Generated = TestSize.Of(40, 400, 5_000);

    [Fact]
    public void Proposals_AdmitTheTraffic_AndAreReadAsPolicies()
    {
        var smaller = 0;
        for (var seed = 0; seed < Generated; seed++)
        {
            var generator = new Generator(seed);
            var (policy, usage, traffic) = Record(generator, generator.Policy());
            var proposal = usage.Propose();
            var written = Read(PolicyWriter.Write(proposal));
            var point = new PolicyDecisionPoint(written);
            foreach (var (caller, question) in traffic)
            {
                if (!policy.Decide(caller.ToSubject(), question.ToRequest()).IsPermitted) continue;
                Assert.True(point.Decide(caller.ToSubject(), question.ToRequest()).IsPermitted,
                    $"seed {seed}: {question} by {caller}\n{PolicyWriter.Write(policy.Rules)}---\n{PolicyWriter.Write(proposal)}");
            }

            Assert.Equal(0, usage.NotAdmitted);
            smaller += PolicyWriter.Write(proposal).Length < PolicyWriter.Write(policy.Rules).Length ? 1 : 0;
        }

        Assert.True(smaller > Generated / 3, $"{smaller} proposals are smaller");
    }

    [Fact]
    public void NothingOfAProposal_CanBeRemoved()
    {
        var tried = 0;
        for (var seed = 0; seed < Generated; seed++)
        {
            var generator = new Generator(seed);
            var (policy, usage, traffic) = Record(generator, [.. generator.Policy().Select(rule => rule with { When = [] })]);
            var needed = traffic.Where(one => policy.Decide(one.Caller.ToSubject(), one.Question.ToRequest()).IsPermitted).ToList();
            var proposal = usage.Propose();
            foreach (var less in Removals(proposal))
            {
                tried++;
                var point = new PolicyDecisionPoint(less);
                Assert.True(needed.Any(one => !point.Decide(one.Caller.ToSubject(), one.Question.ToRequest()).IsPermitted),
                    $"seed {seed}: enough would be\n{PolicyWriter.Write(less)}instead of\n{PolicyWriter.Write(proposal)}");
            }
        }

        Assert.True(tried > Generated, $"{tried} removals");
    }

    [Fact]
    public void Proposals_AskAboutWhatWasAskedAbout()
    {
        var asked = 0;
        for (var seed = 0; seed < Generated; seed++)
        {
            var generator = new Generator(seed);
            var (policy, usage, traffic) = Record(generator, generator.PolicyThatAsks());
            var point = new PolicyDecisionPoint(usage.Propose());
            foreach (var (caller, question) in traffic)
            {
                var (subject, request) = (caller.ToSubject(), question.ToRequest());
                var before = policy.Decide(subject, request);
                if (!before.IsPermitted) continue;
                asked += before.Obligations.Length > 0 ? 1 : 0;
                Assert.Equal(before.Obligations.Select(one => one.Source), point.Decide(subject, request).Obligations.Select(one => one.Source));
            }
        }

        Assert.True(asked > Generated, $"{asked} requests were asked about");
    }

    [Fact]
    public void Proposals_PermitNothingNew()
    {
        for (var seed = 0; seed < Generated; seed++)
        {
            var generator = new Generator(seed);
            var (policy, usage, _) = Record(generator, generator.Policy());
            var point = new PolicyDecisionPoint(usage.Propose());
            for (var i = 0; i < 60; i++)
            {
                var (caller, request) = (generator.Caller().ToSubject(), generator.Question().ToRequest());
                Assert.True(!point.Decide(caller, request).IsPermitted || policy.Decide(caller, request).IsPermitted, $"seed {seed}");
            }
        }
    }

    // Every permit of a server admits the handshake of a session, so that a permit that no person needs would look used.
    [Fact]
    public void RequestsWithoutATarget_AreUsesOnlyOfPermitsThatAreMadeForThem()
    {
        var rules = Policies.Rules("- { id: a, permit: { roles: [staff], tools: [read_note] } }\n- { id: b, permit: { roles: [staff], tools: [delete] } }\n"
            + "- { id: c, permit: { roles: [staff], methods: [ping] } }\n- { id: d, permit: { roles: [staff], directions: [lists] } }\n");
        var policy = new PolicyDecisionPoint(rules);
        var usage = new PolicyUsage(rules);
        var caller = new Caller("alice", null, ["staff"], [], [], false, []);
        var call = Recordings.Of(policy, caller, new Question("notes", PolicyTarget.Tool, "read_note", PolicyDirection.Calls, null, 1), 0);
        usage.Add(call);
        foreach (var method in new[] { "initialize", "notifications/initialized", "ping", "server/discover", "tools/list", "tasks/get" })
            usage.Add(call with { Request = new PolicyRequest("notes", method) { At = Question.Midnight }, RuleId = "a" });
        Assert.Equal((7, 6), (usage.Requests, usage.WithoutTarget));
        Assert.Equal([("a", 1, 6), ("b", 0, 6), ("c", 1, 5), ("d", 6, 0)],
            usage.Grants().Select(grant => (grant.Rule.Id, grant.Count, grant.WithoutTarget)));
    }

    [Fact]
    public void Grants_TellWhatWasNeverUsed()
    {
        var rules = Policies.Rules(
            "- { id: a, permit: { roles: [staff, boss], tools: [read_note, write] } }\n- { id: b, permit: { roles: [boss] } }\n- { id: c, permit: { anyone: true, directions: [sampling] } }\n");
        var usage = new PolicyUsage(rules);
        var policy = new PolicyDecisionPoint(rules);
        var caller = new Caller("alice", null, ["staff", "other"], [], [], false, []);
        for (var i = 0; i < 3; i++) usage.Add(
            Recordings.Of(policy, caller, new Question("notes", PolicyTarget.Tool, "read_note", PolicyDirection.Calls, null, i), i));
        usage.Add(Recordings.Of(policy, caller, new Question("notes", PolicyTarget.Tool, "delete", PolicyDirection.Calls, null, 1), 9));
        Assert.Equal(3, usage.Requests);
        Assert.Equal([("a", 3, true), ("b", 0, true), ("c", 0, false)],
            usage.Grants().Select(grant => (grant.Rule.Id, grant.Count, grant.IsObservable)));
        Assert.Equal(["roles: boss", "tools: write"], usage.Grants()[0].Unused);
        Assert.Equal("version: 1\nrules:\n  - id: a\n    permit:\n      roles: [staff]\n      tools: [read_note]\n  - id: c\n    permit:\n      anyone: true\n      directions: [sampling]\n", PolicyWriter.Write(usage.Propose()));
        var first = Assert.Single(usage.FirstUses(Question.Midnight));
        Assert.Equal(("alice", "read_note", Question.Midnight), (first.Subject, first.Name, first.At));
        Assert.Empty(usage.FirstUses(Question.Midnight.AddHours(1)));
    }

    private static (PolicyDecisionPoint Policy, PolicyUsage Usage, List<(Caller Caller, Question Question)> Traffic) Record(Generator generator,
        OracleRule[] rules)
    {
        var policy = Policies.Point(string.Concat(rules.Select(rule => rule.ToYaml())));
        var traffic = Recordings.Traffic(generator, 40).ToList();
        var usage = new PolicyUsage(policy.Rules);
        for (var i = 0; i < traffic.Count; i++) usage.Add(Recordings.Of(policy, traffic[i].Caller, traffic[i].Question, i));
        return (policy, usage, traffic);
    }

    // Every permit, and every name of one, where the rule would not speak of more without it.
    private static IEnumerable<IReadOnlyList<PolicyRule>> Removals(IReadOnlyList<PolicyRule> rules)
    {
        foreach (var rule in rules.Where(rule => !rule.Forbids && SmallerPolicy.IsObservable(rule)))
        {
            yield return [.. rules.Where(other => other != rule)];
            foreach (var name in RuleNames.Of(rule))
            {
                if (RuleNames.Without(rule, name) is { } less) yield return [.. rules.Select(other => other == rule ? less : other)];
            }
        }
    }

    private static IReadOnlyList<PolicyRule> Read(string text)
    {
        var faults = new FaultList();
        var rules = PolicyFile.Read(text, null, PolicyNames.Unknown, faults);
        Assert.True(!faults.Any, string.Join("\n", faults.ToList()) + text);
        return rules;
    }
}
