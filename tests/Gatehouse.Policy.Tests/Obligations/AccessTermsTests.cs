using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Tests.Oracle;
using Gatehouse.Policy.Writing;

namespace Gatehouse.Policy.Tests.Obligations;

/// <summary>Permits that hold only for people with a right: what may be written, and what they permit.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class AccessTermsTests
{
    private const string Good = "- { id: write, permit: { groups: [staff] }, access: { longest: 4h, grantedBy: { groups: [leads], strengths: [mfa] }, approvers: 2 } }\n";

    private static readonly int Generated = Environment.GetEnvironmentVariable("GATEHOUSE_LONG") == "1" ? 100_000 : 2_000;

    [Fact]
    public void Terms_AreReadAndWrittenAgain()
    {
        var rule = Assert.Single(Policies.Rules(Good));
        Assert.Equal((TimeSpan.FromHours(4), 2), (rule.Access!.Longest, rule.Access.Approvers));
        Assert.Equal(["leads"], rule.Access.GrantedBy.Groups!.Names);
        Assert.Equal(
            """
                permit:
                  groups: [staff]
                access:
                  longest: 4h
                  grantedBy: { groups: [leads], strengths: [mfa] }
                  approvers: 2

            """, RuleText.Of(rule));
        var text = PolicyWriter.Write([rule]);
        var faults = new Yaml.FaultList();
        Assert.Equal(text, PolicyWriter.Write(PolicyFile.Read(text, null, PolicyNames.Unknown, faults)));
        Assert.False(faults.Any);
        Assert.Null(Assert.Single(Policies.Rules("- { id: a, permit: { anyone: true } }\n")).Access);
    }

    // What is asked for with one text is none for another: people saw the text.
    [Theory]
    [InlineData("longest: 4h", "longest: 5h")]
    [InlineData("groups: [leads]", "groups: [leads, others]")]
    [InlineData("approvers: 2", "approvers: 1")]
    [InlineData("groups: [staff]", "groups: [staff], tools: [t]")]
    public void EachPartOfARule_ChangesItsText(string before, string after) =>
        Assert.NotEqual(RuleText.Of(Policies.Rules(Good)[0]), RuleText.Of(Policies.Rules(Good.Replace(before, after, StringComparison.Ordinal))[0]));

    [Theory]
    [InlineData("forbid: { tools: [t] }, access: { longest: 4h, grantedBy: { groups: [g] } }", "access", "a forbid cannot be granted")]
    [InlineData("permit: { groups: [s], directions: [approvals] }, access: { longest: 4h, grantedBy: { groups: [g] } }", "access", "the right to answer")]
    [InlineData("permit: { groups: [s] }, access: { longest: 4h }", "access.grantedBy", "'grantedBy' is missing")]
    [InlineData("permit: { groups: [s] }, access: { grantedBy: { groups: [g] } }", "access.longest", "'longest' is missing")]
    [InlineData("permit: { groups: [s] }, access: { longest: 4m, grantedBy: { groups: [g] } }", "access.longest", "not a time span from 5m to 24h")]
    [InlineData("permit: { groups: [s] }, access: { longest: 25h, grantedBy: { groups: [g] } }", "access.longest", "not a time span from 5m to 24h")]
    [InlineData("permit: { groups: [s] }, access: { longest: soon, grantedBy: { groups: [g] } }", "access.longest", "not a time span from 5m to 24h")]
    [InlineData("permit: { groups: [s] }, access: { longest: 4h, grantedBy: { tools: [g] } }", "access.grantedBy.tools", "unknown here")]
    [InlineData("permit: { groups: [s] }, access: { longest: 4h, grantedBy: { groups: [\"*\"] } }", "access.grantedBy.groups[0]", "matches every caller")]
    [InlineData("permit: { groups: [s] }, access: { longest: 4h, grantedBy: { groups: [g] }, approvers: 0 }", "access.approvers", "out of range")]
    [InlineData("permit: { groups: [s] }, access: { longest: 4h, grantedBy: { groups: [g] }, approvers: 6 }", "access.approvers", "out of range")]
    [InlineData("permit: { groups: [s] }, access: { longest: 4h, grantedBy: { groups: [g] }, source: \"entra-pim:7\" }", "access.source", "not in this build")]
    [InlineData("permit: { groups: [s] }, access: { longest: 4h, grantedBy: { groups: [g] }, source: entra-pim }", "access.source", "not in this build")]
    [InlineData("permit: { groups: [s] }, access: { longest: 4h, grantedBy: { groups: [g] }, source: other }", "access.source", "not an allowed value")]
    [InlineData("permit: { clients: [s], scopes: [x], strengths: [mfa] }, access: { longest: 4h, grantedBy: { groups: [g] } }", "permit", "which people may ask")]
    public void TermsThatCannotBe_AreFaultsWithLineAndRemedy(string rule, string path, string message)
    {
        var fault = Assert.Single(Policies.Faults($"- {{ id: a, {rule} }}\n"));
        Assert.EndsWith(path, fault.Path, StringComparison.Ordinal);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, fault.Line);
        Assert.NotEmpty(fault.Remedy);
    }

    [Fact]
    public void WhereOnePersonExists_NobodyCouldGrant() =>
        Assert.Contains(Policies.Faults(Good, PolicyNames.Unknown with { HasOnePerson = true }),
            static fault => fault.Message.StartsWith("only one person exists here", StringComparison.Ordinal));

    [Fact]
    public void WithoutTheRight_NothingIsPermitted_AndTheExplanationSaysWhy()
    {
        var rules = Policies.Rules("- { id: write, permit: { anyone: true }, access: { longest: 4h, grantedBy: { groups: [leads] } } }\n");
        var request = Policies.Call("t");
        Assert.Equal(PolicyEffect.Deny, new PolicyDecisionPoint(rules).Decide(Policies.Caller(), request).Effect);
        var explained = new PolicyDecisionPoint(rules).Explain(Policies.Caller(), request);
        Assert.Equal(["write:access"], explained.FailedReasons);
        var held = new PolicyDecisionPoint(rules, new Rights("write"));
        Assert.Equal((PolicyEffect.Permit, "write"), (held.Decide(Policies.Caller(), request).Effect, held.Decide(Policies.Caller(), request).RuleId));
        Assert.True(held.Explain(Policies.Caller(), request).Decision.IsPermitted);
    }

    // On generated policies: without a right, a permit with access is as if it were not there; with it, as one without terms. Forbids win in both.
    [Fact]
    public void Decisions_AreThoseOfThePolicyWithoutTheRule_OrWithItAsAPlainOne()
    {
        int withheld = 0, given = 0, forbidden = 0;
        for (var seed = 0; seed < Generated; seed++)
        {
            var generator = new Generator(seed);
            var written = Policies.Rules(string.Concat(generator.PolicyThatAsks().Select(rule => rule.ToYaml())));
            var rules = written.Select((rule, at) => rule.Forbids || (seed + at) % 2 == 0 ? rule : rule with { Access = Terms }).ToList();
            var (inactive, active) = (new PolicyDecisionPoint(rules), new PolicyDecisionPoint(rules, new Rights([.. rules.Select(rule => rule.Id)])));
            var (without, plain) = (new PolicyDecisionPoint(rules.Where(rule => rule.Access is null)), new PolicyDecisionPoint(written));
            for (var i = 0; i < 8; i++)
            {
                var (caller, request) = (generator.Caller().ToSubject(), generator.Question().ToRequest());
                var (closed, open) = (inactive.Decide(caller, request), active.Decide(caller, request));
                Same(without.Decide(caller, request), closed, seed);
                Same(plain.Decide(caller, request), open, seed);
                Same(inactive.Explain(caller, request).Decision, closed, seed);
                Same(active.Explain(caller, request).Decision, open, seed);
                withheld += !closed.IsPermitted && open.IsPermitted ? 1 : 0;
                given += open.IsPermitted ? 1 : 0;
                forbidden += open.Effect == PolicyEffect.Forbid ? 1 : 0;
            }
        }

        Assert.All([withheld, given, forbidden], count => Assert.True(count > Generated / 20, $"{withheld}, {given}, {forbidden}"));
    }

    private static AccessTerms Terms { get; } = Policies.Rules(Good)[0].Access!;

    private static void Same(PolicyDecision expected, PolicyDecision decided, int seed)
    {
        Assert.True((expected.Effect, expected.RuleId) == (decided.Effect, decided.RuleId), $"seed {seed}: {expected} and {decided}");
        Assert.Equal(expected.Obligations, decided.Obligations);
    }

    private sealed class Rights(params string[] rules) : IActiveAccess
    {
        public bool IsActive(PolicySubject subject, string rule, string text) => rules.Contains(rule);
    }
}
