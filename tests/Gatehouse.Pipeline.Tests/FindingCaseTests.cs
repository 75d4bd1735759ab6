using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Policy;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Tests;

/// <summary>The one decision about a finding in a message: the gateway and the commands about findings ask the same code.</summary>
[Trait("Requirement", "PI-04")]
public sealed class FindingCaseTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly FindingCase Known = new(MessagePlace.Result, "GHS9003", Confidence.Medium)
    { Server = "mail", Tool = "get", IsToolKnown = true, Caller = new("", "ada", null, [], [], ["staff"]), IsCallerKnown = true };

    [Fact]
    public void EverythingKnown_LeavesNothingOpen_AndTheFirstRuleInForceDecides()
    {
        var decision = Known.Judge(Settings(
            Rule("other-server") with { Servers = new NameSet(["tickets"]) },
            Rule("trial") with { IsShadow = true },
            Rule("others") with { Who = new WhoClause { Groups = new NameSet(["contractors"]) } },
            Rule("staff") with { Who = new WhoClause { Groups = new NameSet(["staff"]) } }), Now);
        Assert.Equal((InspectionAction.Block, "staff"), (decision.Action, decision.Rule));
        Assert.Empty(decision.Open);
        Assert.Equal("trial", Assert.Single(decision.Shadows).Id);
    }

    // In the gateway, no caller is no match. In a log, an unknown caller may be anyone.
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void RuleAboutCallers_IsOpenOnlyWhereTheCallerIsNotKnown(bool isKnown, int open)
    {
        var found = Known with { Caller = null, IsCallerKnown = isKnown };
        var decision = found.Judge(Settings(Rule("staff") with { Who = new WhoClause { Groups = new NameSet(["staff"]) } }), Now);
        Assert.Equal("preset-likely", decision.Rule);
        Assert.Equal(open, decision.Open.Count);
    }

    [Fact]
    public void Suppression_ComesFirst_AndOnlyForItsServerAndUntilItsDay()
    {
        var suppression = new MessageSuppression { Server = "mail", Finding = "GHS9003", Reason = "looked at by Ada", Expires = Now.AddDays(1) };
        var settings = Settings(Rule("all")) with { Suppressions = [suppression] };
        Assert.True(Known.Judge(settings, Now).IsSuppressed);
        Assert.False((Known with { Server = null }).Judge(settings, Now).IsSuppressed);
        Assert.False(Known.Judge(settings, Now.AddDays(1)).IsSuppressed);
    }

    private static MessageInspectionSettings Settings(params MessageInspectionRule[] rules) =>
        new() { IsConfigured = true, Preset = InspectionPreset.Default, Rules = rules };

    private static MessageInspectionRule Rule(string id) => new() { Id = id, Action = InspectionAction.Block };
}
