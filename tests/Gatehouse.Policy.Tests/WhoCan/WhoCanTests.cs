using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Analysis.WhoCan;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Tests.Oracle;

namespace Gatehouse.Policy.Tests.WhoCan;

/// <summary>What who-can says of every call, held against the brute-force oracle on generated policies.</summary>
[Trait("Requirement", "AZ-02")]
public sealed class WhoCanTests
{
    private static readonly int Generated = TestSize.Of(150, 1_500, 40_000);

    [Fact]
    public void EveryAnswer_AgreesWithTheOracle()
    {
        var seen = new int[3];
        for (var seed = 0; seed < Generated; seed++)
        {
            var generator = new Generator(seed);
            var rules = generator.Policy();
            var policy = Policies.Point(string.Concat(rules.Select(rule => rule.ToYaml())));
            var caller = generator.Caller();
            foreach (var cell in WhoCanMatrix.Row(policy, caller.ToSubject(), Things()))
            {
                seen[(int)cell.Answer]++;
                Compare(generator, rules, caller, cell, policy, seed);
            }
        }

        Assert.All(seen, count => Assert.True(count > Generated, string.Join(", ", seen)));
    }

    [Fact]
    public void WhetherAPersonIsAsked_AgreesWithTheOracle()
    {
        var seen = new int[3];
        for (var seed = 0; seed < Generated; seed++)
        {
            var generator = new Generator(seed);
            var rules = generator.PolicyThatAsks();
            var caller = generator.Caller();
            foreach (var cell in WhoCanMatrix.Row(Policies.Point(string.Concat(rules.Select(rule => rule.ToYaml()))), caller.ToSubject(), Things()))
            {
                seen[(int)cell.Approval]++;
                var question = generator.Question() with
                { Server = cell.Thing.Server, Target = cell.Thing.Target, Name = cell.Thing.Name, Direction = PolicyDirection.Calls };
                if (Expected(rules, caller, question) != PolicyEffect.Permit) continue;
                var asked = rules.Any(rule => rule.AsksAbout(caller, question));
                Assert.True(cell.Approval == PartialResult.Depends || (cell.Approval == PartialResult.Yes) == asked,
                    $"seed {seed}: {cell.Approval} for {question}, the oracle says {asked}");
            }
        }

        Assert.All(seen, count => Assert.True(count > Generated / 2, string.Join(", ", seen)));
    }

    [Fact]
    public void AGrant_NamesTheRulesThatAsk()
    {
        var rules = Policies.Rules(
            "- { id: a, permit: { subjects: [ann] } }\n"
                + "- { id: b, permit: { roles: [x], tools: [pay] }, obligations: { approval: { approvers: 2 } } }\n"
                + "- { id: c, permit: { subjects: [bob], tools: [pay] }, obligations: { approval: { approvers: 2 } } }\n");
        var grants = PolicyGrant.Find(rules, new PolicyResource("s", PolicyTarget.Tool, "pay"));
        Assert.Equal(["a: b", "b: b c", "c: b c"],
            grants.Select(grant => $"{grant.Rule.Id}: {string.Join(' ', grant.Approvals.Select(one => one.Rule.Id))}"));
    }

    [Fact]
    public void Grants_AreTheWaysThereAre()
    {
        for (var seed = 0; seed < Generated; seed++)
        {
            var generator = new Generator(seed);
            var rules = generator.Policy();
            var policy = Policies.Point(string.Concat(rules.Select(rule => rule.ToYaml())));
            var (caller, question) = (generator.Caller(), generator.Question());
            if (question.Name is null || question.Direction != PolicyDirection.Calls) continue;
            var grants = PolicyGrant.Find(policy.Rules, new PolicyResource(question.Server, question.Target, question.Name));
            var counting = rules.Where(rule => rule.Counts(caller, question)).Select(rule => rule.Id).ToHashSet();
            var admitted = grants.Any(grant => counting.Contains(grant.Rule.Id) && !grant.Reservations.Any(one => counting.Contains(one.Rule.Id)));
            Assert.Equal(Expected(rules, caller, question) == PolicyEffect.Permit, admitted);
        }
    }

    [Fact]
    public void Answers_NameWhatTheyDependOn()
    {
        var policy = Policies.Point(
            "- { id: a, permit: { roles: [x], tools: [t] }, when: [{ argument: n, atMost: 3 }] }\n- { id: b, forbid: { tools: [t] }, when: [{ time: { from: \"18:00\" } }] }\n");
        var thing = new PolicyResource("s", PolicyTarget.Tool, "t");
        var cell = Assert.Single(WhoCanMatrix.Row(policy, new PolicyCaller { Roles = ["x"] }.ToSubject(), [thing]));
        Assert.Equal(PartialResult.Depends, cell.Answer);
        Assert.True(cell.Listed);
        Assert.Equal(["when argument n is at most 3 (a)", "not when time is from 18:00 UTC (b)"], cell.Conditions);
        var grant = Assert.Single(PolicyGrant.Find(policy.Rules, thing));
        Assert.Equal(["role x"], grant.Callers);
        Assert.Equal("b", Assert.Single(grant.Reservations).Rule.Id);
    }

    [Fact]
    public void Inventory_NamesWhatThePolicyNames()
    {
        var rules = Policies.Rules(
            "- { id: a, permit: { roles: [x, \"y-*\"], servers: [s], tools: [t, \"u*\"], resources: [\"n://1\"] } }\n- { id: b, forbid: { clients: [c] } }\n");
        Assert.Equal(["someone", "someone, client c", "someone, role x", "someone, role y-"],
            PolicyInventory.Callers(rules).Select(caller => caller.ToString()));
        Assert.Equal(["s tool t", "s resource n://1"], PolicyInventory.Things(rules, ["s", "other"]).Select(thing => thing.ToString()));
    }

    private static void Compare(Generator generator, OracleRule[] rules, Caller caller, WhoCanCell cell, PolicyDecisionPoint policy, int seed)
    {
        for (var i = 0; i < 6; i++)
        {
            var question = generator.Question() with
            { Server = cell.Thing.Server, Target = cell.Thing.Target, Name = cell.Thing.Name, Direction = PolicyDirection.Calls };
            var effect = Expected(rules, caller, question);
            var agrees = cell.Answer switch
            {
                PartialResult.Yes => effect == PolicyEffect.Permit,
                PartialResult.No => effect != PolicyEffect.Permit,
                _ => true
            };
            Assert.True(agrees, $"seed {seed}: {cell.Answer} for {cell.Thing}, the oracle says {effect}");
            Assert.Equal(effect, policy.Decide(caller.ToSubject(), question.ToRequest()).Effect);
            var listed = Expected(rules, caller, question with { Direction = PolicyDirection.Lists }) == PolicyEffect.Permit;
            Assert.True(cell.Listed || !listed, $"seed {seed}: {cell.Thing} is listed at {question.Hour}");
        }
    }

    private static PolicyEffect Expected(OracleRule[] rules, Caller caller, Question question)
    {
        var counting = rules.Where(rule => rule.Counts(caller, question)).ToList();
        if (counting.Any(rule => rule.Forbids)) return PolicyEffect.Forbid;
        return counting.Count > 0 ? PolicyEffect.Permit : PolicyEffect.Deny;
    }

    private static IEnumerable<PolicyResource> Things() =>
        from server in Generator.Servers
        from thing in Generator.Tools.Select(name => (PolicyTarget.Tool, name)).Concat(Generator.Prompts.Select(name => (PolicyTarget.Prompt, name)))
            .Concat(Generator.Resources.Select(uri => (PolicyTarget.Resource, uri)))
        select new PolicyResource(server, thing.Item1, thing.Item2);
}
