using Gatehouse.Audit;
using Gatehouse.Pipeline.Authorize;

namespace Gatehouse.Gateway.Tests;

/// <summary>The part of a permit is that of its rule and reason, also where rules share a place.</summary>
[Trait("NoRetry", "yes")]
public sealed class PermitPartsTests
{
    [Fact]
    public void PartOfARule_IsShared_AndNeverThatOfAnotherRuleOrReason()
    {
        var parts = new PermitParts();
        string[] rules = [.. Enumerable.Range(0, 500).Select(static at => $"rule-{at}")]; // more than there are places
        Assert.Same(parts.Of("permitted", rules[0]), parts.Of("permitted", rules[0]));
        Assert.Same(parts.Of("permitted", null), parts.Of("permitted", null));
        for (var round = 0; round < 3; round++)
        {
            foreach (var rule in rules)
            {
                Assert.Equal(new AuditPart(AuditPartKind.Decision, AuditOutcome.Permit, "permitted", rule), parts.Of("permitted", rule));
                Assert.Equal(new AuditPart(AuditPartKind.Decision, AuditOutcome.Permit, "other", rule), parts.Of("other", rule));
            }
        }
    }
}
