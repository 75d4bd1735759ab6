using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Tests;

/// <summary>What single conditions say, written as a policy would.</summary>
[Trait("Requirement", "AZ-01")]
public sealed class ConditionTests
{
    [Theory]
    [InlineData("argument: region, equals: eu", """{"region":"eu"}""", Ternary.True)]
    [InlineData("argument: region, equals: eu", """{"region":"e\u0075"}""", Ternary.True)]
    [InlineData("argument: region, equals: eu", """{"region":"us"}""", Ternary.False)]
    [InlineData("argument: region, equals: eu", """{"region":["eu"]}""", Ternary.Undecidable)]
    [InlineData("argument: region, equals: eu", """{"region":null}""", Ternary.Undecidable)]
    [InlineData("argument: region, equals: eu", """{}""", Ternary.Undecidable)]
    [InlineData("argument: region, equals: eu", null, Ternary.Undecidable)]
    [InlineData("argument: region, equals: eu", """["eu"]""", Ternary.Undecidable)]
    [InlineData("argument: n, equals: 5", """{"n":5.0}""", Ternary.True)]
    [InlineData("argument: n, equals: 5", """{"n":"5"}""", Ternary.Undecidable)]
    [InlineData("argument: n, equals: \"5\"", """{"n":"5"}""", Ternary.True)]
    [InlineData("argument: n, equals: true", """{"n":true}""", Ternary.True)]
    [InlineData("argument: n, atMost: 100", """{"n":1e2}""", Ternary.True)]
    [InlineData("argument: n, atMost: 100", """{"n":9007199254740993}""", Ternary.Undecidable)]
    [InlineData("argument: n, atMost: 100", """{"n":9007199254740992}""", Ternary.False)]
    [InlineData("argument: n, atMost: 100", """{"n":1e-400}""", Ternary.Undecidable)]
    [InlineData("argument: n, atMost: 100", """{"n":1e400}""", Ternary.Undecidable)]
    [InlineData("argument: n, atMost: 100", """{"n":100.00000000000000000001}""", Ternary.Undecidable)]
    [InlineData("argument: n, atMost: 100", """{"n":-0}""", Ternary.True)]
    [InlineData("argument: n, above: 1, below: 3", """{"n":2.5}""", Ternary.True)]
    [InlineData("argument: n, above: 1, below: 3", """{"n":3}""", Ternary.False)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/data"}""", Ternary.True)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv//data/./a"}""", Ternary.True)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/database"}""", Ternary.False)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/data/../x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/data/%2e%2e/x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/data\\x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/data/\u0000"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"data/x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/SRV/Data/x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/data./x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/d\u0101ta/x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/\uFF44ata/x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/d\u00AData/x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv\uFF0Fdata/x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv\u2215data/x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/data/\u2025/x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/data/\uFF0E\uFF0E/x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/SRV/database"}""", Ternary.False)]
    [InlineData("argument: path, under: /srv/data", """{"path":"/srv/data/Caf\u00E9/x.TXT"}""", Ternary.True)]
    [InlineData("argument: path, under: /srv/caf\u00E9", """{"path":"/srv/cafe\u0301/x"}""", Ternary.Undecidable)]
    [InlineData("argument: path, startsWith: /srv", """{"path":"/srv/data/../x"}""", Ternary.True)]
    [InlineData("argument: q, matches: \"[a-z]+\"", """{"q":"abc"}""", Ternary.True)]
    [InlineData("argument: q, matches: \"[a-z]+\"", """{"q":"abc\n"}""", Ternary.False)]
    [InlineData("argument: q, matches: \"a|b\"", """{"q":"ac"}""", Ternary.False)]
    [InlineData("argument: q, present: true", """{"q":null}""", Ternary.False)]
    [InlineData("argument: q, present: false", """{}""", Ternary.True)]
    [InlineData("argument: /filter/region, equals: eu", """{"filter":{"region":"eu"}}""", Ternary.True)]
    [InlineData("argument: /filter/region, equals: eu", """{"filter":"eu"}""", Ternary.Undecidable)]
    [InlineData("argument: /paths/*, under: /srv", """{"paths":["/srv/a","/srv/b"]}""", Ternary.True)]
    [InlineData("argument: /paths/*, under: /srv", """{"paths":["/srv/a","/etc"]}""", Ternary.False)]
    [InlineData("argument: /paths/*, under: /srv", """{"paths":["/srv/a","/srv/.."]}""", Ternary.Undecidable)]
    [InlineData("argument: /paths/*, under: /srv", """{"paths":"/srv/a"}""", Ternary.Undecidable)]
    [InlineData("argument: /paths/*, under: /srv, holdsFor: some", """{"paths":["/etc","/srv/b"]}""", Ternary.True)]
    [InlineData("argument: /edits/*/path, under: /srv", """{"edits":[{"path":"/srv/a"},{"path":"/x"}]}""", Ternary.False)]
    [InlineData("argument: region, equalsClaim: region", """{"region":"eu"}""", Ternary.True)]
    [InlineData("argument: region, equalsClaim: region", """{"region":"us"}""", Ternary.False)]
    [InlineData("argument: region, equalsClaim: nothing", """{"region":"us"}""", Ternary.Undecidable)]
    [InlineData("argument: region, equalsClaim: regions", """{"region":"eu"}""", Ternary.Undecidable)]
    [InlineData("argument: region, inClaim: regions", """{"region":"us"}""", Ternary.True)]
    [InlineData("argument: region, inClaim: regions", """{"region":"cn"}""", Ternary.False)]
    [InlineData("argument: region, inClaim: region", """{"region":"eu"}""", Ternary.True)]
    [InlineData("claim: regions, equals: us", "{}", Ternary.True)]
    [InlineData("claim: /address/country, equals: DE", "{}", Ternary.True)]
    [InlineData("not: { argument: region, equals: eu }", """{"region":"us"}""", Ternary.True)]
    [InlineData("not: { argument: region, equals: eu }", "{}", Ternary.Undecidable)]
    [InlineData("any: [{ argument: a, equals: 1 }, { claim: region, equals: eu }]", "{}", Ternary.True)]
    [InlineData("all: [{ argument: a, equals: 1 }, { claim: region, equals: us }]", "{}", Ternary.False)]
    public void AConditionSays(string condition, string? arguments, Ternary expected)
    {
        const string Claims = """{"region":"eu","regions":["eu","us"],"address":{"country":"DE"}}""";
        var caller = Policies.Caller(Claims);
        var request = Policies.Call("query", arguments);
        var permit = Policies.Point($"  - {{ id: p, permit: {{ anyone: true }}, when: [{{ {condition} }}] }}");
        var forbid = Policies.Point(
            $"  - {{ id: p, permit: {{ anyone: true }} }}\n  - {{ id: f, forbid: {{ tools: [query] }}, when: [{{ {condition} }}] }}");
        Assert.Equal(expected, permit.Explain(caller, request).Traces[0].Checks[^1].Outcome);
        Assert.Equal(expected == Ternary.True, permit.Decide(caller, request).IsPermitted);
        Assert.Equal(expected == Ternary.False, forbid.Decide(caller, request).IsPermitted);
    }

    [Fact]
    public void AListLeavesArgumentsOpen()
    {
        var policy = Policies.Point(
            """
              - { id: eu, permit: { anyone: true, tools: [query] }, when: [{ argument: region, equals: eu }] }
              - { id: not-eu, permit: { anyone: true, tools: [audit] }, when: [{ not: { argument: region, equals: eu } }] }
              - { id: finance, permit: { anyone: true, tools: [book] }, when: [{ claim: department, equals: finance }, { argument: n, atMost: 5 }] }
              - { id: never, forbid: { tools: [query] }, when: [{ argument: region, equals: cn }] }
              - { id: late, forbid: { tools: [audit] }, when: [{ claim: department, equals: legal }] }
            """);
        Assert.True(Shown(policy, "query", "{}"));
        Assert.True(Shown(policy, "audit", """{"department":"finance"}"""));
        Assert.False(Shown(policy, "audit", """{"department":"legal"}"""));
        Assert.False(Shown(policy, "audit", "{}")); // undecidable forbids
        Assert.True(Shown(policy, "book", """{"department":"finance"}"""));
        Assert.False(Shown(policy, "book", """{"department":"legal"}"""));
        static bool Shown(PolicyDecisionPoint policy, string tool, string claims) =>
            policy.Decide(Policies.Caller(claims), Policies.Call(tool) with { Direction = PolicyDirection.Lists }).IsPermitted;
    }

    [Theory]
    [InlineData("2026-11-20T07:59:00Z", false)] // a Friday
    [InlineData("2026-11-20T08:00:00Z", true)]
    [InlineData("2026-11-20T17:59:59Z", true)]
    [InlineData("2026-11-20T18:00:00Z", false)]
    [InlineData("2026-11-21T12:00:00Z", false)]
    [InlineData("2027-01-04T12:00:00Z", false)] // after notAfter
    public void TimesAreSpansOfDays(string at, bool expected)
    {
        var policy = Policies.Point(
            "  - { id: p, permit: { anyone: true }, when: [{ time: { days: [mon, fri], from: \"08:00\", until: \"18:00\", notAfter: "
                + "\"2027-01-01T00:00:00Z\" } }] }");
        Assert.Equal(expected, policy.Decide(Policies.Caller(), Policies.Call("x") with { At = DateTimeOffset.Parse(at, null) }).IsPermitted);
    }

    [Fact]
    public void ARequestWithoutATime_IsUndecidable()
    {
        var policy = Policies.Point(
            "  - { id: p, permit: { anyone: true } }\n  - { id: f, forbid: { tools: [x] }, when: [{ time: { from: \"08:00\", until: \"18:00\" } }] }");
        Assert.False(policy.Decide(Policies.Caller(), Policies.Call("x")).IsPermitted);
    }

    [Fact]
    public void AGroupRule_OfATokenThatDoesNotNameAllGroups_IsUndecidable()
    {
        var policy = Policies.Point(
            "  - { id: p, permit: { groups: [blue] } }\n  - { id: any, permit: { anyone: true, tools: [open, shut] } }\n  - { id: f, forbid: { groups: [red], tools: [shut] } }");
        Assert.False(policy.Decide(Policies.Caller(incomplete: true), Policies.Call("x")).IsPermitted);
        Assert.True(policy.Decide(Policies.Caller(incomplete: true), Policies.Call("open")).IsPermitted);
        Assert.False(policy.Decide(Policies.Caller(incomplete: true), Policies.Call("shut")).IsPermitted);
        Assert.True(policy.Decide(Policies.Caller(), Policies.Call("shut")).IsPermitted);
        Assert.Contains("p:caller:undecidable", policy.Explain(Policies.Caller(incomplete: true), Policies.Call("x")).FailedReasons);
    }

    [Fact]
    public void StrengthAndUnnamedClients()
    {
        var policy = Policies.Point("  - { id: p, permit: { strengths: [mfa, phr] } }\n  - { id: f, forbid: { clients: [bad] } }");
        Assert.True(policy.Decide(Policies.Caller(strengths: ["pwd", "mfa"]), Policies.Call("x")).IsPermitted);
        Assert.False(policy.Decide(Policies.Caller(strengths: ["pwd"]), Policies.Call("x")).IsPermitted);
        Assert.False(policy.Decide(Policies.Caller(strengths: ["mfa"], client: null), Policies.Call("x")).IsPermitted);
    }

    [Fact]
    public void DirectionsThatNoRuleNames_AreDenied()
    {
        var policy = Policies.Point("  - { id: p, permit: { anyone: true } }\n  - { id: s, permit: { roles: [lender], directions: [sampling] } }");
        Assert.False(Asks(PolicyDirection.Sampling));
        Assert.False(Asks(PolicyDirection.Elicitation));
        Assert.False(Asks(PolicyDirection.Roots));
        Assert.False(Asks(PolicyDirection.Logging));
        Assert.True(Asks(PolicyDirection.Sampling, "lender"));
        bool Asks(PolicyDirection direction, params string[] roles) =>
            policy.Decide(Policies.Caller(roles: roles), new PolicyRequest("files", "x") { Direction = direction }).IsPermitted;
    }

    [Fact]
    public void ObligationsOfEveryPermitThatHolds_AreUnited()
    {
        var policy = Policies.Point(
            "  - { id: a, permit: { anyone: true } }\n  - { id: b, permit: { anyone: true, tools: [pay] }, obligations: { log: payload } }");
        Assert.Empty(policy.Decide(Policies.Caller(), Policies.Call("x")).Obligations);
        Assert.Equal([Obligation.LogPayload], policy.Decide(Policies.Caller(), Policies.Call("pay")).Obligations);
    }

    [Fact]
    public void MissingScopes_AreNamedOnlyWhereTheyWouldHelp()
    {
        var policy = Policies.Point(
            """
              - { id: read, permit: { scopes: [notes:read], tools: [read] } }
              - { id: write, permit: { scopes: [notes:write], tools: [write] }, when: [{ argument: n, atMost: 5 }] }
              - { id: staff, permit: { roles: [staff], tools: [both] } }
              - { id: both, permit: { scopes: [notes:both], tools: [both] } }
              - { id: f, forbid: { tools: [gone] } }
            """);
        Assert.Equal(["notes:write"], policy.FindMissingScopes(Policies.Caller(), Policies.Call("write", """{"n":1}""")));
        Assert.Empty(policy.FindMissingScopes(Policies.Caller(), Policies.Call("write", """{"n":9}""")));
        Assert.Empty(policy.FindMissingScopes(Policies.Caller(), Policies.Call("gone")));
        Assert.Equal(["notes:read"], policy.FindScopesFor(Policies.Call("read")));
        Assert.Empty(policy.FindScopesFor(Policies.Call("both")));
        Assert.Empty(policy.FindScopesFor(Policies.Call("nothing")));
    }

    [Fact]
    public void ManyPatternsThatBeginWithAWildcard_AreRememberedAndRight()
    {
        var rules = Enumerable.Range(0, 50).Select(i => new PolicyRule { Id = $"r{i}", Tools = new NameSet([$"*-{i}", $"*x{i}*"]) }).ToList();
        var policy = new PolicyDecisionPoint(rules);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 60; i++) Assert.Equal(i < 50 ? $"r{i}" : null, policy.Decide(Policies.Caller(), Policies.Call($"tool-{i}")).RuleId);
        }

        for (var i = 0; i < 10_000; i++) Assert.False(policy.Decide(Policies.Caller(), Policies.Call($"invented{i}")).IsPermitted);
        Assert.Equal("r7", policy.Decide(Policies.Caller(), Policies.Call("ax7b")).RuleId);
    }
}
