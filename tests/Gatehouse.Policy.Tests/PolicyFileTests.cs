using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Presets;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Tests;

/// <summary>Every slip of the pen is named with its line and a remedy, all of them at once.</summary>
[Trait("Requirement", "AZ-02")]
public sealed class PolicyFileTests
{
    [Theory]
    [InlineData("permit: { anyone: true, tool: [x] }", "permit.tool", "unknown here", "did you mean 'tools'")]
    [InlineData("permit: { tools: [x] }", "permit", "names no callers", "anyone: true")]
    [InlineData("permit: { scopes: [\"*\"] }", "permit.scopes[0]", "wildcard", "one by one")]
    [InlineData("permit: { anyone: true, directions: [sample] }", "permit.directions[0]", "not a direction", "sampling")]
    [InlineData("permit: { anyone: true, resources: [\"a{x}{y}\"] }", "permit.resources[0]", "follow each other", "notes://")]
    [InlineData("permit: { anyone: true }, when: [{ argument: a }]", "when[0]", "has no test", "equals")]
    [InlineData("permit: { anyone: true }, when: [{ equals: 1 }]", "when[0]", "has no source", "argument")]
    [InlineData("permit: { anyone: true }, when: [{ argument: a, claim: b, equals: 1 }]", "when[0]", "occur in one condition", "separate")]
    [InlineData("permit: { anyone: true }, when: [{ argument: a, equals: 1, in: [2] }]", "when[0]", "several tests", "separate")]
    [InlineData("permit: { anyone: true }, when: [{ argument: /a//b, equals: 1 }]", "when[0].argument", "JSON Pointer", "/filter/region")]
    [InlineData("permit: { anyone: true }, when: [{ argument: a, matches: \"(?=x)\" }]", "when[0].matches", "cannot be used", "look-around")]
    [InlineData("permit: { anyone: true }, when: [{ argument: a, matches: \"a)|(b\" }]", "when[0].matches", "cannot be used", "valid")]
    [InlineData("permit: { anyone: true }, when: [{ argument: a, under: data }]", "when[0].under", "path from the root", "/srv/data")]
    [InlineData("permit: { anyone: true }, when: [{ argument: a, atLeast: 5, atMost: 1 }]", "when[0]", "no number is between", "smaller")]
    [InlineData("permit: { anyone: true }, when: [{ argument: a, atLeast: many }]", "when[0].atLeast", "not a number", "without quotes")]
    [InlineData("permit: { anyone: true }, when: [{ argument: a, equals: 1, holdsFor: some }]", "when[0].holdsFor", "through no list", "/paths/*")]
    [InlineData("permit: { anyone: true }, when: [{ variable: owner, equals: a }]", "when", "belongs to no resource", "{owner}")]
    [InlineData("permit: { anyone: true, resources: [\"a://{owner}\", \"b://*\"] }, when: [{ variable: owner, equals: a }]", "when",
        "is not in b://*", "separate rule")]
    [InlineData("permit: { anyone: true }, when: [{ time: { from: 8 } }]", "when[0].time.from", "not a time of day", "HH:mm")]
    [InlineData("permit: { anyone: true }, when: [{ time: { days: [monday] } }]", "when[0].time.days[0]", "not a day", "mon")]
    [InlineData("permit: { anyone: true }, when: [{ time: { from: \"08:00\", zone: Mars/Base } }]", "when[0].time.zone", "time zone is unknown", "IANA")]
    [InlineData("permit: { anyone: true }, when: []", "when", "a list of conditions", "argument")]
    [InlineData("permit: { anyone: true }, obligations: { redaction: names }", "obligations.redaction", "no stage fulfils", "remove it")]
    [InlineData("permit: { anyone: true }, obligations: { log: loud }", "obligations.log", "not an allowed value", "payload")]
    [InlineData("forbid: { anyone: true }, obligations: { log: payload }", "obligations", "cannot have obligations", "permit")]
    [InlineData("permit: { anyone: true, servers: [note] }", "permit.servers[0]", "no server", "use one of: notes")]
    public void TheOneFault_IsNamedWithItsPlaceAndRemedy(string rule, string path, string message, string remedy)
    {
        var fault = Assert.Single(
            Policies.Faults($"  - {{ id: a, permit: {{ anyone: true }} }}\n  - {{ id: b, {rule} }}\n", new PolicyNames(["notes"], [])));
        Assert.Equal((4, "rules[1]." + path), (fault.Line, fault.Path));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void AllFaults_AreNamedAtOnce()
    {
        var faults = Policies.Faults("  - { id: a b, permit: { anyone: false } }\n  - { permit: { tools: [] } }\n  - { id: c }\n");
        Assert.Equal([3, 3, 4, 4, 4, 5], faults.Select(fault => fault.Line).Order());
    }

    [Fact]
    public void ANewerFormat_IsRefusedWithARemedy()
    {
        var faults = new Yaml.FaultList();
        PolicyFile.Read("version: 2\nrules: []\n", null, PolicyNames.Unknown, faults);
        Assert.Contains("newer Gatehouse", Assert.Single(faults.ToList()).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_KnowWhereTheyStand()
    {
        var rules = PolicyFile.Read("version: 1\nrules:\n  - id: a\n    permit: { anyone: true }\n", "team.yaml", PolicyNames.Unknown,
            new Yaml.FaultList());
        Assert.Equal("team.yaml:3", Assert.Single(rules).Place);
    }

    [Fact]
    public void ThePresets_AreGoodPolicies()
    {
        var personal = new PolicyDecisionPoint(PolicyPresets.Rules("personal"));
        Assert.True(personal.Decide(Policies.Caller(), Policies.Call("delete_all")).IsPermitted);
        Assert.False(personal.Decide(Policies.Caller(),
            new PolicyRequest("files", "sampling/createMessage") { Direction = PolicyDirection.Sampling }).IsPermitted);
        var team = new PolicyDecisionPoint(PolicyPresets.Rules("team"));
        string[] reader = ["mcp-reader"], writer = ["mcp-writer"], admin = ["mcp-admin"];
        Assert.False(May([], "read_file"));
        Assert.True(May(reader, "read_file"));
        Assert.False(May(reader, "write_file"));
        Assert.True(May(writer, "write_file"));
        Assert.False(May(writer, "delete_file"));
        Assert.True(May(admin, "delete_file"));
        bool May(string[] roles, string tool) =>
            team.Decide(Policies.Caller($$"""{"roles":{{System.Text.Json.JsonSerializer.Serialize(roles)}}}""", roles: roles),
                Policies.Call(tool)).IsPermitted;
    }
}
