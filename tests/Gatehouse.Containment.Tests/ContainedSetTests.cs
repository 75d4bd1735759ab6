using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Containment.Tests;

/// <summary>What a set of containments names, the rules that it makes, and its sealed form (IR-01).</summary>
[Trait("Requirement", "IR-01")]
public sealed class ContainedSetTests
{
    private static readonly PolicyDirection[] Directions = Enum.GetValues<PolicyDirection>();

    [Fact]
    public void EachKind_NamesItsOwnThing_AndNoOther()
    {
        var set = new ContainedSet([
            Of("s", ContainmentKind.Server, "", "up"), Of("t", ContainmentKind.Tool, "", "other", "pay"), Of("u", ContainmentKind.User, "i", "ada"),
            Of("c", ContainmentKind.Client, "i", "desk"), Of("x", ContainmentKind.Session, "", "01"),
        ]);
        Assert.Equal(("s", null), (set.Server("up"), set.Server("UP")));
        Assert.Equal(("t", null, null), (set.Tool("other", "pay"), set.Tool("up", "pay"), set.Tool("other", "Pay")));
        Assert.Equal(("u", null, null), (set.Caller("i", "ada", null), set.Caller("j", "ada", null), set.Caller("i", "bob", null)));
        Assert.Equal(("c", null, null), (set.Caller("i", "bob", "desk"), set.Caller("i", "desk", null), set.Caller("i", "bob", "ada")));
        Assert.Equal(("x", null), (set.Session("01"), set.Session("up")));
        Assert.Null(ContainedSet.Empty.Server("up"));
    }

    // A permit for everything is in force, and each question is asked in every direction.
    [Fact]
    public void Rules_ForbidInEveryDirection_AndOverEveryPermit()
    {
        var rules = ContainmentRules.Of(new ContainedSet([
            Of("s", ContainmentKind.Server, "", "up"), Of("t", ContainmentKind.Tool, "", "other", "pay"), Of("u", ContainmentKind.User, "i", "ada"),
            Of("c", ContainmentKind.Client, "i", "desk"),
        ]));
        var policy = new PolicyDecisionPoint([.. rules, new PolicyRule { Id = "all", Directions = [.. Directions] }]);
        var (ada, bob) = (Caller("ada", null), Caller("bob", "desk"));
        foreach (var direction in Directions)
        {
            Assert.Equal("contained:s", Decide(bob, "up", "pay", direction).RuleId);
            Assert.Equal("contained:t", Decide(bob, "other", "pay", direction).RuleId);
            Assert.True(Decide(bob, "other", "list", direction).IsPermitted);
            Assert.Equal("contained:u", Decide(ada, "other", "list", direction).RuleId);
        }

        PolicyDecision Decide(PolicySubject caller, string server, string tool, PolicyDirection direction) =>
            policy.Decide(caller, new PolicyRequest(server, "tools/call", PolicyTarget.Tool, tool) { Direction = direction });
    }

    [Fact]
    public void Box_OpensForItsRowAlone()
    {
        var boxes = new ContainmentBoxes(KeyRing.CreateInMemory(TimeProvider.System));
        var one = Of("ctn-1", ContainmentKind.Tool, "", "up", "pay");
        var row = one.Row with { Sealed = boxes.Seal("ctn-1", one.Facts) };
        Assert.Equal(one.Facts, boxes.Open(row).Facts);
        Assert.Throws<InvalidDataException>(() => boxes.Open(row with { Id = "ctn-2" }));
        var other = new ContainmentBoxes(KeyRing.CreateInMemory(TimeProvider.System));
        Assert.Throws<InvalidDataException>(() => other.Open(row));
        Assert.Equal(boxes.TargetOf(one.Facts), boxes.TargetOf(one.Facts with { Act = new ContainmentAct("", "other", "other") }));
        Assert.NotEqual(boxes.TargetOf(one.Facts), boxes.TargetOf(one.Facts with { Name = "up" + "p", Tool = "ay" }));
    }

    private static PolicySubject Caller(string subject, string? client) => new("i", subject, client, [], [], []);

    private static Contained Of(string id, ContainmentKind kind, string issuer, string name, string tool = "") => new(
        new ContainmentRow(id, kind, default, default, DateTimeOffset.MaxValue, false, false, default, default),
        new ContainmentFacts { Kind = kind, Issuer = issuer, Name = name, Tool = tool, Act = new ContainmentAct("i", "carol", "r") });
}
