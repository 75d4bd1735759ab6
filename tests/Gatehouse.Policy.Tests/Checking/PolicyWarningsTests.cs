using Gatehouse.Policy.Analysis.Checking;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Presets;
using Gatehouse.Policy.Tests.Oracle;

namespace Gatehouse.Policy.Tests.Checking;

[Trait("Requirement", "AZ-02")]
public sealed class PolicyWarningsTests
{
    [Theory]
    [InlineData("- { id: a, permit: { anyone: true, tools: [\"get_*\"] } }\n- { id: b, permit: { roles: [x], tools: [get_one] } }", "b")]
    [InlineData("- { id: a, permit: { roles: [x], tools: [get_one] } }\n- { id: b, permit: { anyone: true } }", "a")]
    [InlineData("- { id: a, permit: { roles: [x, y] } }\n- { id: b, permit: { roles: [x, y] } }", "b")]
    [InlineData("- { id: a, permit: { roles: [x], tools: [drop_all] } }\n- { id: b, forbid: { tools: [\"drop_*\"] } }", "a")]
    [InlineData("- { id: a, forbid: { tools: [\"*\"] } }\n- { id: b, forbid: { tools: [drop] }, when: [{ argument: force, equals: true }] }", "b")]
    [InlineData("- { id: a, permit: { anyone: true, resources: [\"notes://*\"] } }\n- { id: b, permit: { anyone: true, resources: [\"notes://{owner}/1\"] } }", "b")]
    [InlineData("- { id: a, permit: { anyone: true }, when: [{ claim: c, equals: 1 }] }\n- { id: b, permit: { roles: [x] }, when: [{ claim: d, equals: 2 }, { claim: c, equals: 1 }] }", "b")]
    public void RulesThatNeverCount_AreNamed(string rules, string rule) =>
        Assert.Equal([rule], PolicyWarnings.Find(Policies.Rules(rules + "\n")).Select(warning => warning.RuleId));

    [Theory]
    [InlineData("- { id: a, permit: { subjects: [alice] } }", 2, true)]
    [InlineData("- { id: a, permit: { groups: [staff] } }", 2, true)]
    [InlineData("- { id: a, permit: { roles: [staff] } }", 3, true)]
    [InlineData("- { id: a, permit: { scopes: [read] } }", 2, true)]
    [InlineData("- { id: a, permit: { groups: [staff] } }", 1, false)]
    [InlineData("- { id: a, permit: { groups: [staff], issuers: [\"https://login.example.com\"] } }", 2, false)]
    [InlineData("- { id: a, permit: { anyone: true } }", 2, false)]
    [InlineData("- { id: a, permit: { anyone: true } }\n- { id: b, forbid: { groups: [staff] } }", 2, false)]
    public void APermitWithoutIssuers_IsNamed_WhereSeveralAreTrusted(string rules, int trusted, bool named) =>
        Assert.Equal(named ? ["a"] : [], PolicyWarnings.OfIssuers(Policies.Rules(rules + "\n"), trusted).Select(warning => warning.RuleId));

    [Theory]
    [InlineData("- { id: a, permit: { anyone: true, tools: [\"get_*\"] } }\n- { id: b, permit: { anyone: true, tools: [\"*_one\"] } }")]
    [InlineData("- { id: a, permit: { anyone: true, tools: [get_one] } }\n- { id: b, permit: { anyone: true, prompts: [get_one] } }")]
    [InlineData("- { id: a, permit: { anyone: true } }\n- { id: b, permit: { anyone: true }, obligations: { log: payload } }")]
    [InlineData("- { id: a, permit: { anyone: true } }\n- { id: b, permit: { anyone: true, methods: [vendor/do] } }")]
    [InlineData("- { id: a, permit: { anyone: true } }\n- { id: b, permit: { anyone: true, directions: [sampling] } }")]
    [InlineData("- { id: a, permit: { anyone: true, tools: [drop] } }\n- { id: b, forbid: { tools: [drop] }, when: [{ argument: force, equals: true }] }")]
    [InlineData("- { id: a, permit: { anyone: true, resources: [\"notes://{+path}\"] } }\n- { id: b, permit: { roles: [x], resources: [\"notes://*\"] } }")]
    [InlineData("- { id: a, permit: { anyone: true, resources: [\"notes://{owner}\"] } }\n- { id: b, permit: { roles: [x], resources: [\"notes://*\"] } }")]
    [InlineData("- { id: a, permit: { anyone: true }, when: [{ claim: c, equals: 1 }] }\n- { id: b, permit: { roles: [x] } }")]
    public void RulesThatCount_AreNot(string rules) => Assert.Empty(PolicyWarnings.Find(Policies.Rules(rules + "\n")));

    [Fact]
    public void Presets_AreWarnedOfNothing() => Assert.All(PolicyPresets.Names, name => Assert.Empty(PolicyWarnings.Find(PolicyPresets.Rules(name))));

    [Fact]
    public void RemovingWhatIsContained_ChangesNoVerdict()
    {
        var removed = 0;
        for (var seed = 0; seed < 1500; seed++)
        {
            var generator = new Generator(seed);
            var rules = Policies.Rules(string.Concat(generator.Policy().Select(rule => rule.ToYaml())));
            var warned = PolicyWarnings.Find(rules).Where(warning => warning.Message.Contains("already", StringComparison.Ordinal))
                .Select(warning => warning.RuleId).ToHashSet();
            if (warned.Count == 0) continue;
            removed++;
            var (all, fewer) = (new PolicyDecisionPoint(rules), new PolicyDecisionPoint(rules.Where(rule => !warned.Contains(rule.Id))));
            for (var i = 0; i < 50; i++)
            {
                var (caller, request) = (generator.Caller().ToSubject(), generator.Question().ToRequest());
                Assert.Equal(all.Decide(caller, request).Effect, fewer.Decide(caller, request).Effect);
            }
        }

        Assert.True(removed > 80, $"{removed} policies had such a rule");
    }
}
