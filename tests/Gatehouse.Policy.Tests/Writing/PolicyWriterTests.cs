using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Tests.Oracle;
using Gatehouse.Policy.Writing;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Tests.Writing;

[Trait("Requirement", "AZ-02")]
public sealed class PolicyWriterTests
{
    [Fact]
    public void WrittenPolicies_AreReadAsTheSame()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var rules = Policies.Rules(string.Concat(new Generator(seed).Policy().Select(rule => rule.ToYaml())));
            Same(rules);
        }
    }

    [Fact]
    public void EveryKindOfRule_IsKept() => Same(Policies.Rules(
        """
        - id: a
          description: "Texts: with \"quotes\", colons: and # signs"
          permit: { issuers: ["https://i"], subjects: ["true", "5", "null"], strengths: [mfa], tools: ["*"], resources: ["n://{o}/{+r}"], methods: [vendor/do], directions: [calls, sampling] }
          when:
            - { argument: /a~1b/*, in: ["5", 5, true, x], holdsFor: some }
            - { argument: a, atLeast: 1, below: 2.5 }
            - { argument: a, above: 1, atMost: 2 }
            - { claim: c, matches: "[a-z\"\\\\]+" }
            - { variable: o, inClaim: teams }
            - { argument: p, under: /srv/a }
            - { any: [{ not: { argument: p, startsWith: "x y" } }, { all: [{ claim: d, present: false }] }] }
            - time: { days: [mon, sun], from: "22:00", until: "06:00", zone: Europe/Berlin, notBefore: "2026-01-01T00:00:00+01:00", notAfter: "2027-01-01T00:00:00Z" }
          obligations: { log: payload }
        - id: asks
          permit: { anyone: true, directions: [calls, lists] }
          obligations: { log: payload, approval: { approvers: 5, self: true, expires: 90s, whenClientLeaves: close } }
        - id: asks-plainly
          permit: { anyone: true }
          obligations: { approval: { strength: approval, expires: 24h } }
        - id: answers
          permit: { groups: [leads], directions: [approvals] }
          when: [{ claim: level, atLeast: 3 }]
        - id: b
          forbid: { anyone: true }
        - id: c
          permit: { anyone: true }

        """));

    [Fact]
    public void NoRules_AreAPolicyToo()
    {
        var faults = new FaultList();
        Assert.Empty(PolicyFile.Read(PolicyWriter.Write([]), null, PolicyNames.Unknown, faults));
        Assert.False(faults.Any);
    }

    private static void Same(IReadOnlyList<PolicyRule> rules)
    {
        var text = PolicyWriter.Write(rules, "why: this");
        var faults = new FaultList();
        var again = PolicyFile.Read(text, null, PolicyNames.Unknown, faults);
        Assert.True(!faults.Any, string.Join("\n", faults.ToList()) + "\n" + text);
        Assert.Equal(text, PolicyWriter.Write(again, "why: this"));
        Assert.Equal(rules.Select(rule => (rule.Id, rule.Description, rule.Forbids, string.Join("; ", rule.When))),
            again.Select(rule => (rule.Id, rule.Description, rule.Forbids, string.Join("; ", rule.When))));
        Assert.Equal(rules.Select(rule => string.Join(' ', rule.Resources?.Patterns.Select(pattern => pattern.Text) ?? [])),
            again.Select(rule => string.Join(' ', rule.Resources?.Patterns.Select(pattern => pattern.Text) ?? [])));
        Assert.All(rules.Zip(again),
            pair => Assert.True(pair.First.When.SequenceEqual(pair.Second.When) && pair.First.Obligations.SequenceEqual(pair.Second.Obligations)));
    }
}
