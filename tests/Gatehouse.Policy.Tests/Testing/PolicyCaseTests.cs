using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Presets;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Tests.Testing;

[Trait("Requirement", "AZ-02")]
public sealed class PolicyCaseTests
{
    private const string Head = "version: 1\nserver: s\ncases:\n";

    [Fact]
    public void CasesOfThePresets_ComeOutAndTouchEveryRule() => Assert.All(PolicyPresets.Names, name =>
    {
        var run = PolicyTestRun.Of(new PolicyDecisionPoint(PolicyPresets.Rules(name)), Read(PolicyPresets.Cases(name)));
        Assert.True(run.IsGood, string.Join("\n", run.Results.Where(result => !result.IsAsExpected).Select(result => result.Case.Name)));
        Assert.Empty(run.Untouched);
    });

    [Fact]
    public void Arguments_KeepTheirTypes()
    {
        var one = Assert.Single(
            Read(Head + "  - { name: n, as: { claims: { level: 3, team: \"3\" } }, calls: t, with: { a: 5, b: \"5\", c: true, d: [x, { e: null }] }, expect: permit }\n"));
        Assert.Equal("{\"a\":5,\"b\":\"5\",\"c\":true,\"d\":[\"x\",{\"e\":null}]}", System.Text.Encoding.UTF8.GetString(one.Request.Arguments.Span));
        var policy = Policies.Point(
            "- { id: a, permit: { anyone: true }, when: [{ argument: a, equals: 5 }, { argument: b, equals: \"5\" }, { claim: level, equals: 3 }, { claim: team, equals: \"3\" }] }\n");
        Assert.True(PolicyTestRun.Of(policy, [one]).IsGood);
    }

    [Theory]
    [InlineData("calls: t", PolicyTarget.Tool, PolicyDirection.Calls)]
    [InlineData("gets: t", PolicyTarget.Prompt, PolicyDirection.Calls)]
    [InlineData("reads: t", PolicyTarget.Resource, PolicyDirection.Calls)]
    [InlineData("seesTool: t", PolicyTarget.Tool, PolicyDirection.Lists)]
    [InlineData("seesPrompt: t", PolicyTarget.Prompt, PolicyDirection.Lists)]
    [InlineData("seesResource: t", PolicyTarget.Resource, PolicyDirection.Lists)]
    [InlineData("sends: ping", PolicyTarget.None, PolicyDirection.Calls)]
    [InlineData("sends: logging/setLevel", PolicyTarget.None, PolicyDirection.Logging)]
    [InlineData("isAskedFor: elicitation", PolicyTarget.None, PolicyDirection.Elicitation)]
    public void EveryAct_IsARequest(string act, PolicyTarget target, PolicyDirection direction)
    {
        var request = Assert.Single(Read($"{Head}  - {{ name: n, as: {{ subject: a }}, {act}, expect: deny }}\n")).Request;
        Assert.Equal((target, direction, "s"), (request.Target, request.Direction, request.Server));
    }

    // Without the name, the verdict would be that of a request that names nothing.
    [Theory]
    [InlineData("tools/call")]
    [InlineData("resources/subscribe")]
    [InlineData("completion/complete")]
    public void MethodThatNamesSomething_IsNotSentWithoutIt(string method)
    {
        var faults = new FaultList();
        PolicyCaseFile.Read($"{Head}  - {{ name: n, as: {{ subject: a }}, sends: {method}, expect: permit }}\n", faults);
        Assert.Contains("name a tool, a prompt or a resource", Assert.Single(faults.ToList()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version: 2\ncases: []\n", 1, "version")]
    [InlineData("version: 1\ncases: []\n", 2, "cases")]
    [InlineData("version: 1\ncases:\n  - { name: n, as: { subject: a }, calls: t, expect: permit }\n", 3, "server")]
    [InlineData(Head + "  - { as: { subject: a }, calls: t, expect: permit }\n", 4, "name")]
    [InlineData(Head + "  - { name: n, calls: t, expect: permit }\n", 4, "as")]
    [InlineData(Head + "  - { name: n, as: { subject: a }, expect: permit }\n", 4, "")]
    [InlineData(Head + "  - { name: n, as: { subject: a }, calls: t, reads: u, expect: permit }\n", 4, "")]
    [InlineData(Head + "  - { name: n, as: { subject: a }, calls: t, expect: allow }\n", 4, "expect")]
    [InlineData(Head + "  - { name: n, as: { subject: a }, calls: t, expect: deny, rule: r }\n", 4, "rule")]
    [InlineData(Head + "  - { name: n, as: { subject: a }, reads: t, with: { a: 1 }, expect: deny }\n", 4, "with")]
    [InlineData(Head + "  - { name: n, as: { subject: a }, calls: t, with: [a], expect: deny }\n", 4, "with")]
    [InlineData(Head + "  - { name: n, as: { subject: a }, calls: t, at: tomorrow, expect: deny }\n", 4, "at")]
    [InlineData(Head + "  - { name: n, as: { role: a }, calls: t, expect: deny }\n", 4, "as.role")]
    [InlineData(Head + "  - { name: n, as: { subject: a }, isAskedFor: money, expect: deny }\n", 4, "isAskedFor")]
    [InlineData(Head + "  - { name: n, as: { subject: a }, calls: t, expect: deny }\n  - { name: n, as: { subject: a }, calls: t, expect: deny }\n",
        5, "name")]
    public void EveryFault_IsNamedAtItsLineWithARemedy(string text, int line, string path)
    {
        var faults = new FaultList();
        PolicyCaseFile.Read(text, faults);
        var fault = faults.ToList()[0];
        Assert.Equal(line, fault.Line);
        Assert.EndsWith(path, fault.Path, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Remedy);
    }

    [Fact]
    public void WrongExpectations_FailAndAreExplained()
    {
        var policy = Policies.Point("- { id: a, permit: { roles: [x], tools: [t] } }\n- { id: b, permit: { anyone: true, tools: [u] } }\n");
        var run = PolicyTestRun.Of(policy, Read(Head
            + "  - { name: one, as: { roles: [x] }, calls: t, expect: permit, rule: a }\n"
            + "  - { name: two, as: { roles: [y] }, calls: t, expect: permit }\n"
            + "  - { name: three, as: { roles: [x] }, calls: t, expect: permit, rule: b }\n"));
        Assert.Equal([true, false, false], run.Results.Select(result => result.IsAsExpected));
        Assert.Equal("a role is x", Assert.Single(Assert.Single(run.Results[1].Verdict.Explanation.NearMisses).Failed).Text);
        Assert.Equal(["b"], run.Untouched.Select(rule => rule.Id));
    }

    [Fact]
    public void FileBesideAPolicy_HasItsName() => Assert.Equal("a/team.tests.yaml", PolicyCaseFile.BesideOf("a/team.yaml"));

    private static IReadOnlyList<PolicyCase> Read(string text)
    {
        var faults = new FaultList();
        var cases = PolicyCaseFile.Read(text, faults);
        Assert.True(!faults.Any, string.Join("\n", faults.ToList()));
        return cases;
    }
}
