using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.Analysis.Usage;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Tests.Oracle;

namespace Gatehouse.Policy.Tests.Usage;

/// <summary>A replay concludes from a recorded verdict only what the policy that gave it says.</summary>
[Trait("Requirement", "AZ-02")]
public sealed class ReplayConclusionTests
{
    private const string Before = "- { id: a, permit: { subjects: [alice], tools: [pay] } }\n";

    private static RecordedRequest Pay(string rules) => Recordings.Of(Policies.Point(rules), new Caller("alice", null, [], [], [], false, []),
        new Question("notes", PolicyTarget.Tool, "pay", PolicyDirection.Calls, null, 1), 0);

    // The administrator took alice out of the rule after the request, and the log has the change.
    [Theory]
    [InlineData("- { id: a, permit: { subjects: [bob], tools: [pay] } }\n")]
    [InlineData("- { id: a, permit: { subjects: [alice], tools: [read] } }\n")]
    public void PermitWhoseRuleWasChangedSince_DidNotHoldByTheNewText(string rules)
    {
        var request = Pay(Before);
        var now = Policies.Point(rules);
        Assert.Equal(false, Assert.Single(PolicyReplay.Of(now, now.Rules, [request], request.At.AddSeconds(1)).Changes).NowPermitted);
    }

    // The same while the log does not have the change yet: the file was edited and not reloaded.
    [Fact]
    public void PermitWhoseRuleIsOtherInTheFile_DidNotHold()
    {
        var now = Policies.Point("- { id: a, permit: { subjects: [bob], tools: [pay] } }\n");
        Assert.Equal(false, Assert.Single(PolicyReplay.Of(now, now.Rules, [Pay(Before)]).Changes).NowPermitted);
    }

    [Fact]
    public void RequestWhoseObligationWasNotFulfilled_IsNotAsBefore_WhereTheObligationIsGone()
    {
        var old = Policies.Point("- { id: a, permit: { subjects: [alice], tools: [pay] }, obligations: { approval: { strength: approval } } }\n");
        var request = Pay(Before) with { Permitted = false, Reason = "permitted", IsUnfulfilled = true };
        Assert.Equal(0, PolicyReplay.Of(Policies.Point(Before), old.Rules, [request]).Same);
    }

    [Fact]
    public void PermitOfMethodsByAPattern_IsUsedByThem()
    {
        var rules = Policies.Rules("- { id: m, permit: { subjects: [alice], methods: [\"tasks/*\"] } }\n");
        var usage = new PolicyUsage(rules);
        usage.Add(Pay(Before) with { Request = new PolicyRequest("notes", "tasks/list") { At = Question.Midnight }, RuleId = "m" });
        Assert.Equal(1, Assert.Single(usage.Grants()).Count);
    }
}
