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

    private static readonly int Generated = TestSize.Of(200, 2_000, 100_000);

    [Fact]
    public void Terms_AreReadAndWrittenAgain()
    {
        var rule = Assert.Single(Policies.Rules(Good));
        Assert.Equal((TimeSpan.FromHours(4), 2), (rule.Access!.Longest, rule.Access.Approvers));
        Assert.Equal(["leads"], rule.Access.GrantedBy!.Groups!.Names);
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
    [InlineData("permit: { groups: [s] }, access: { source: \"entra-pim:7\" }", "access.source", "no group and no role")]
    [InlineData("permit: { groups: [s] }, access: { source: entra-pim }", "access.source", "no group and no role")]
    [InlineData("permit: { groups: [s] }, access: { source: \"entra-pim:group:6F0A4B0E8F0D4D3C9B390D0F3F9D2C11\" }", "access.source", "no group and no role")]
    [InlineData("permit: { groups: [s] }, access: { source: \"entra-pim:group:00000000-0000-0000-0000-000000000000\" }", "access.source", "no group and no role")]
    [InlineData("permit: { groups: [s] }, access: { source: \"entra-pim:GROUP:6f0a4b0e-8f0d-4d3c-9b39-0d0f3f9d2c11\" }", "access.source", "no group and no role")]
    [InlineData("permit: { groups: [s] }, access: { source: \"entra-pim:group:6f0a4b0e-8f0d-4d3c-9b39-0d0f3f9d2c11\", longest: 4h }", "access.longest", "Entra gives this right")]
    [InlineData("permit: { groups: [s] }, access: { source: \"entra-pim:group:6f0a4b0e-8f0d-4d3c-9b39-0d0f3f9d2c11\", grantedBy: { groups: [g] } }", "access.grantedBy", "Entra gives this right")]
    [InlineData("permit: { groups: [s] }, access: { source: \"entra-pim:group:6f0a4b0e-8f0d-4d3c-9b39-0d0f3f9d2c11\", approvers: 2 }", "access.approvers", "Entra gives this right")]
    [InlineData("forbid: { tools: [t] }, access: { source: \"entra-pim:role:6f0a4b0e-8f0d-4d3c-9b39-0d0f3f9d2c11\" }", "access", "a forbid cannot be granted")]
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

    [Theory]
    [InlineData("group", EntraAssignmentKind.Group)]
    [InlineData("role", EntraAssignmentKind.Role)]
    public void AssignmentOfEntra_IsReadAndWrittenAgain(string word, EntraAssignmentKind kind)
    {
        const string id = "6f0a4b0e-8f0d-4d3c-9b39-0d0f3f9d2c11";
        var text = $"- {{ id: write, permit: {{ clients: [desk] }}, access: {{ source: \"entra-pim:{word}:{id}\" }} }}\n";
        var rule = Assert.Single(Policies.Rules(text));
        Assert.Equal(new EntraAssignment(kind, Guid.Parse(id)), rule.Access!.Entra);
        Assert.Null(rule.Access.GrantedBy);
        Assert.EndsWith($"access:\n      source: \"entra-pim:{word}:{id}\"\n", RuleText.Of(rule), StringComparison.Ordinal);
        var written = PolicyWriter.Write([rule]);
        var faults = new Yaml.FaultList();
        Assert.Equal(written, PolicyWriter.Write(PolicyFile.Read(written, null, PolicyNames.Unknown, faults)));
        Assert.False(faults.Any);
    }

    [Fact]
    public void AssignmentOfEntra_NeedsAnIssuerByWhichItCanBeChecked()
    {
        const string text = "- { id: write, permit: { anyone: true }, access: { source: \"entra-pim:role:6f0a4b0e-8f0d-4d3c-9b39-0d0f3f9d2c11\" } }\n";
        var fault = Assert.Single(Policies.Faults(text, PolicyNames.Unknown with { HasGraph = false }));
        Assert.StartsWith("no issuer has 'graph'", fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Remedy);
    }

    // A permit that other lists exclude is asked about by no one, and one whose lists cannot be decided may still ask for an approval.
    [Fact]
    public void AssignmentsOfACaller_AreThoseOfPermitsThatCouldApply()
    {
        const string first = "6f0a4b0e-8f0d-4d3c-9b39-0d0f3f9d2c11";
        string[] lists = ["anyone: true", "subjects: [bob]", "groups: [staff]", "anyone: true, servers: [other]", "clients: [unknown]"];
        var policy = new PolicyDecisionPoint(Policies.Rules(string.Concat(lists.Select((list, at) =>
            $"- {{ id: r{at}, permit: {{ {list} }}, access: {{ source: \"entra-pim:group:{first[..^1]}{at}\" }} }}\n"))));
        Assert.Equal(["0", "2", "4"], Ids(new PolicySubject("i", "alice", null, [], [], ["staff"])));
        Assert.Equal(["0", "4"], Ids(new PolicySubject("i", "alice", null, [], [], [])));
        Assert.Equal(["0", "2", "4"], Ids(new PolicySubject("i", "alice", null, [], [], []) { GroupsAreIncomplete = true }));
        Assert.Empty(new PolicyDecisionPoint(Policies.Rules(Good)).EntraAssignmentsOf(Policies.Caller(), "s"));

        IEnumerable<string> Ids(PolicySubject subject) => policy.EntraAssignmentsOf(subject, "s").Select(static one => one.Id.ToString()[^1..]);
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
        public bool IsActive(PolicySubject subject, PolicyRule rule, string text) => rules.Contains(rule.Id);
    }
}
