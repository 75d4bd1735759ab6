using Gatehouse.Policy.Analysis.Checking;
using Gatehouse.Policy.Analysis.Differences;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Analysis.WhoCan;
using Gatehouse.Policy.Decisions;

namespace Gatehouse.Policy.Tests.Differences;

/// <summary>What commands say about permits that hold only for people with a right.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class AccessComparisonTests
{
    private const string Plain = "- { id: write, permit: { groups: [staff], servers: [files], tools: [drop] } }\n";
    private const string Timed = "- { id: write, permit: { groups: [staff], servers: [files], tools: [drop] }, access: { longest: 4h, grantedBy: { groups: [leads] } } }\n";

    [Theory]
    [InlineData("", Timed, true)]   // people can get more
    [InlineData(Timed, Plain, true)] // for ever instead of for a time
    [InlineData(Timed, Timed, false)]
    [InlineData(Plain, Timed, false)]
    [InlineData(Timed, "", false)]
    public void Comparison_CountsWhatPeopleCanGet_AndWhatTheyAlwaysHave(string old, string next, bool more)
    {
        var compared = PolicyComparison.Of(Policies.Point(old), Policies.Point(next), ["files"]);
        Assert.Equal(more, compared.PermitsMore);
        Assert.Equal(old != next, compared.Differences.Count > 0);
        Assert.True(compared.IsComplete);
    }

    [Fact]
    public void WhoCan_SaysThatTheRightIsNeeded()
    {
        var policy = Policies.Point(Timed);
        var drop = new PolicyResource("files", PolicyTarget.Tool, "drop");
        var cell = Assert.Single(WhoCanMatrix.Row(policy, new PolicyCaller { Groups = ["staff"] }.ToSubject(), [drop]));
        Assert.Equal(PartialResult.Depends, cell.Answer);
        Assert.Equal(["when the right is granted for a time (write)"], cell.Conditions);
        Assert.Equal(PartialResult.No, Assert.Single(WhoCanMatrix.Row(policy, new PolicyCaller().ToSubject(), [drop])).Answer);
        Assert.Equal(["with this right, granted for a time"], Assert.Single(PolicyGrant.Find(policy.Rules, drop)).Conditions);
    }

    [Fact]
    public void ARightForATime_MakesNoOtherRuleSuperfluous_AndAPlainOneMakesItSo()
    {
        var plain = Plain.Replace("write", "plain", StringComparison.Ordinal);
        Assert.Equal("write", Assert.Single(PolicyWarnings.Find(Policies.Rules(Timed + plain))).RuleId);
        Assert.Equal("write", Assert.Single(PolicyWarnings.Find(Policies.Rules(plain + Timed))).RuleId);
    }

    [Theory]
    [InlineData("", "deny")]
    [InlineData(", rights: [other]", "deny")]
    [InlineData(", rights: [write]", "permit")]
    public void Cases_GiveTheirCallerRights(string rights, string verdict)
    {
        var faults = new Yaml.FaultList();
        var cases = PolicyCaseFile.Read(
            $"version: 1\nserver: files\ncases:\n  - {{ name: n, as: {{ groups: [staff]{rights} }}, calls: drop, expect: {verdict} }}\n", faults);
        Assert.False(faults.Any, string.Join("; ", faults.ToList()));
        Assert.True(PolicyTestRun.Of(new PolicyDecisionPoint(Policies.Rules(Timed)), cases).IsGood);
    }
}
