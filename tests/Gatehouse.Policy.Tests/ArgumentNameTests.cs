using Gatehouse.Policy.Decisions;

namespace Gatehouse.Policy.Tests;

/// <summary>An argument that the policy reads has one name: another that some binder takes for it makes the value undecidable (CWE-178).</summary>
[Trait("Requirement", "AZ-02")]
public sealed class ArgumentNameTests
{
    private const string Reads = "  - { id: p, permit: { anyone: true, tools: [read] }, when: [{ argument: path, under: /srv/reports }] }";

    [Theory]
    [InlineData("""{"path":"/srv/reports/a"}""", true)]
    [InlineData("""{"path":"/srv/reports/a","other":"/etc/shadow"}""", true)]
    [InlineData("""{"path":"/srv/reports/a","Path":"/etc/shadow"}""", false)]
    [InlineData("""{"PATH":"/etc/shadow","path":"/srv/reports/a"}""", false)]
    [InlineData("""{"path":"/srv/reports/a","p\u0041th":"/etc/shadow"}""", false)]
    [InlineData("""{"path":"/srv/reports/a","path\u0000":"/etc/shadow"}""", false)]
    [InlineData("""{"path":"/srv/reports/a","path\u0000x":"/etc/shadow"}""", false)]
    [InlineData("""{"path":"/srv/reports/a","pa\u200bth":"/etc/shadow"}""", false)]
    [InlineData("{\"path\":\"/srv/reports/a\",\"\uFF50\uFF41\uFF54\uFF48\":\"/etc/shadow\"}", false)]
    [InlineData("{\"path\":\"/srv/reports/a\",\"path \":\"/etc/shadow\"}", false)]
    [InlineData("""{"Path":"/srv/reports/a"}""", false)]
    [InlineData("""{"path":"/srv/reports/a","nested":{"Path":"/etc/shadow"}}""", true)] // of another object
    public void APermit_DoesNotHold_BesideAnotherSpelling(string arguments, bool expected) =>
        Assert.Equal(expected, Policies.Point(Reads).Decide(Policies.Caller(), Policies.Call("read", arguments)).IsPermitted);

    [Theory]
    [InlineData("""{"amount":1}""", true)]
    [InlineData("""{"amount":1,"Amount":1000000}""", false)]
    [InlineData("""{"Amount":1000000,"amount":1}""", false)]
    [InlineData("""{"amount":1,"amoun\u017f":1}""", true)]
    public void AForbid_Holds_BesideAnotherSpelling(string arguments, bool expected)
    {
        var policy = Policies.Point(
            "  - { id: p, permit: { anyone: true } }\n  - { id: f, forbid: { tools: [pay] }, when: [{ argument: amount, above: 100 }] }");
        Assert.Equal(expected, policy.Decide(Policies.Caller(), Policies.Call("pay", arguments)).IsPermitted);
    }

    [Theory]
    [InlineData("""{"to":{"account":"own"}}""", true)]
    [InlineData("""{"to":{"account":"own","Account":"other"}}""", false)]
    [InlineData("""{"to":{"account":"own"},"To":{"account":"other"}}""", false)]
    [InlineData("""{"list":[{"account":"own"},{"account":"own","ACCOUNT":"x"}],"to":{"account":"own"}}""", true)]
    public void EveryStepOfAPath_IsHeldToOneSpelling(string arguments, bool expected)
    {
        var policy = Policies.Point("  - { id: p, permit: { anyone: true, tools: [pay] }, when: [{ argument: /to/account, equals: own }] }");
        Assert.Equal(expected, policy.Decide(Policies.Caller(), Policies.Call("pay", arguments)).IsPermitted);
    }

    [Fact]
    public void AbsenceIsNotProven_ByAnotherSpelling()
    {
        var policy = Policies.Point("  - { id: p, permit: { anyone: true, tools: [run] }, when: [{ argument: force, present: false }] }");
        Assert.True(policy.Decide(Policies.Caller(), Policies.Call("run", """{"x":1}""")).IsPermitted);
        Assert.False(policy.Decide(Policies.Caller(), Policies.Call("run", """{"Force":true}""")).IsPermitted);
    }

    [Fact]
    public void ClaimsAreComparedWithCase()
    {
        var policy = Policies.Point("  - { id: p, permit: { anyone: true, tools: [run] }, when: [{ claim: /org/unit, equals: a }] }");
        Assert.True(policy.Decide(Policies.Caller("""{"org":{"unit":"a","Unit":"b"}}"""), Policies.Call("run", "{}")).IsPermitted);
    }
}
