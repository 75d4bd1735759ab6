using Gatehouse.Policy.Analysis.Checking;
using Gatehouse.Policy.Presets;

namespace Gatehouse.Policy.Tests.Checking;

[Trait("Requirement", "AZ-02")]
public sealed class NameWarningsTests
{
    [Theory]
    [InlineData("forbid: { tools: [\"delete.*\"] }", "delete.*")]
    [InlineData("forbid: { tools: [get_one, \"/drop_/\"] }", "/drop_/")]
    [InlineData("forbid: { tools: [\"(rm|purge)_*\"] }", "(rm|purge)_*")]
    [InlineData("permit: { anyone: true, tools: [\"get_?\"] }", "get_?")]
    [InlineData("forbid: { prompts: [\"[ab]*\"] }", "[ab]*")]
    [InlineData("forbid: { servers: [\"^files$\"] }", "^files$")]
    [InlineData("permit: { anyone: true, methods: [\"tools/.+\"] }", "tools/.+")]
    public void NameInAnotherNotation_IsNamed(string rule, string name) =>
        Assert.Contains($"'{name}' is compared letter by letter", Assert.Single(Find(rule)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("permit: { anyone: true, tools: [\"files.*\", get_one, \"*\", \"get-*\", \"a.b/c\"], methods: [\"tools/*\"] }")]
    [InlineData("forbid: { tools: [\"delete_*\", \"*.delete\"], resources: [\"notes://{owner}/*\"] }")]
    public void NameInTheNotationOfPolicies_IsNot(string rule) => Assert.Empty(Find(rule));

    [Fact]
    public void Presets_AreWarnedOfNothing() => Assert.All(PolicyPresets.Names, name => Assert.Empty(NameWarnings.Find(PolicyPresets.Rules(name))));

    private static IReadOnlyList<PolicyWarning> Find(string rule) => NameWarnings.Find(Policies.Rules($"- {{ id: a, {rule} }}\n"));
}
