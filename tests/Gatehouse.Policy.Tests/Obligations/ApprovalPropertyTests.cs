using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Tests.Oracle;

namespace Gatehouse.Policy.Tests.Obligations;

/// <summary>On generated policies, no permit lets a request pass without the questions of the rules that ask about it.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class ApprovalPropertyTests
{
    private static readonly int Generated = TestSize.Of(200, 2_000, 100_000);

    [Fact]
    public void EveryPermit_CarriesTheQuestionsOfTheOracle_AndNoOther()
    {
        int asked = 0, silent = 0, undecided = 0;
        for (var seed = 0; seed < Generated; seed++)
        {
            var generator = new Generator(seed);
            var rules = generator.PolicyThatAsks();
            var policy = Policies.Point(string.Concat(rules.Select(rule => rule.ToYaml())));
            for (var i = 0; i < 8; i++)
            {
                var (caller, question) = (generator.Caller(), generator.Question());
                var decided = policy.Decide(caller.ToSubject(), question.ToRequest());
                var expected = decided.IsPermitted ? rules.Where(rule => rule.AsksAbout(caller, question)).Select(rule => rule.Id).ToList() : [];
                Assert.True(expected.SequenceEqual(Sources(decided)), $"seed {seed}: {question} by {caller}: {string.Join(", ", Sources(decided))}");
                Assert.Equal(decided.Obligations, policy.Explain(caller.ToSubject(), question.ToRequest()).Decision.Obligations);
                asked += expected.Count > 0 ? 1 : 0;
                silent += decided.IsPermitted && expected.Count == 0 ? 1 : 0;
                undecided += rules.Any(rule => expected.Contains(rule.Id) && !rule.Counts(caller, question)) ? 1 : 0;
            }
        }

        Assert.All([asked, silent, undecided],
            count => Assert.True(count > Generated / 20, $"{asked} asked, {silent} not, {undecided} by an undecided rule"));
    }

    [Theory]
    [InlineData("{\"amount\":500}", true)]
    [InlineData("{\"amount\":5}", false)]
    [InlineData("{\"amount\":\"500\"}", true)]
    [InlineData("{\"amount\":[500]}", true)]
    [InlineData("{\"amount\":500.00000000000000000001}", true)]
    [InlineData("{}", true)]
    [InlineData(null, true)]
    public void AnArgumentThatCannotBeJudged_IsAskedAbout(string? arguments, bool asked)
    {
        var policy = Policies.Point(
            "- { id: all, permit: { anyone: true } }\n- { id: large, permit: { anyone: true, tools: [pay] }, "
                + "when: [{ argument: amount, above: 100 }], obligations: { approval: { approvers: 2 } } }\n");
        var decided = policy.Decide(Policies.Caller(), Policies.Call("pay", arguments));
        Assert.True(decided.IsPermitted);
        Assert.Equal(asked ? ["large"] : [], Sources(decided));
    }

    [Fact]
    public void GroupsThatTheTokenLeavesOut_AreAskedAbout()
    {
        var policy = Policies.Point(
            "- { id: all, permit: { anyone: true } }\n- { id: guests, permit: { groups: [guests] }, obligations: { approval: { approvers: 1 } } }\n"
                + "- { id: robots, permit: { clients: [robot] }, obligations: { approval: { approvers: 1 } } }\n");
        Assert.Empty(Sources(policy.Decide(Policies.Caller(), Policies.Call("t"))));
        Assert.Equal(["guests"], Sources(policy.Decide(Policies.Caller(incomplete: true), Policies.Call("t"))));
        Assert.Equal(["robots"], Sources(policy.Decide(Policies.Caller(client: null), Policies.Call("t"))));
    }

    [Theory]
    [InlineData("notes://alice/1", true)]
    [InlineData("notes://alice/%31", true)]
    [InlineData("NOTES://alice/1", true)]
    [InlineData("notes://alice/./1", true)]
    [InlineData("notes://alice/2", false)]
    public void AResource_IsAskedAboutInEverySpelling(string uri, bool asked)
    {
        var policy = Policies.Point(
            "- { id: all, permit: { anyone: true } }\n"
                + "- { id: one, permit: { anyone: true, resources: [\"notes://alice/1\"] }, obligations: { approval: { approvers: 1 } } }\n");
        Assert.Equal(asked ? ["one"] : [], Sources(policy.Decide(Policies.Caller(), Policies.Resource(uri))));
    }

    [Fact]
    public void TwoRulesThatAsk_AreTwoQuestions_AndTheLogIsKeptToo()
    {
        var policy = Policies.Point(
            "- { id: a, permit: { anyone: true }, obligations: { approval: { approvers: 1 } } }\n"
                + "- { id: b, permit: { anyone: true }, obligations: { log: payload, approval: { approvers: 1 } } }\n");
        Obligation[] expected = [Obligation.LogPayload, Of("a"), Of("b")];
        Assert.Equal(expected, policy.Decide(Policies.Caller(), Policies.Call("t")).Obligations);
    }

    [Fact]
    public void AForbid_WinsOverARuleThatAsks()
    {
        var policy = Policies.Point(
            "- { id: a, permit: { anyone: true }, obligations: { approval: { approvers: 1 } } }\n- { id: f, forbid: { tools: [drop] } }\n");
        var decided = policy.Decide(Policies.Caller(), Policies.Call("drop"));
        Assert.Equal((PolicyEffect.Forbid, "f"), (decided.Effect, decided.RuleId));
        Assert.Empty(decided.Obligations);
    }

    private static Obligation Of(string source) => Obligation.ForApproval(ApprovalTerms.Default) with { Source = source };

    private static List<string> Sources(PolicyDecision decision) =>
        [.. decision.Obligations.Where(one => one.Kind == ObligationKind.Approval).Select(one => one.Source!)];
}
