using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Tests.References;

namespace Gatehouse.Inventory.Tests;

[Trait("Requirement", "IN-01")]
public sealed class ClientConfigLocationTests
{
    private static readonly string[] Common =
    [
        "Claude Desktop", "Claude Code", "VS Code", "Visual Studio", "Cursor", "Windsurf", "Cline", "Continue", "Zed", "JetBrains", "Gemini CLI",
        "Codex CLI", "Copilot CLI", "LM Studio", "Goose",
    ];

    [Fact]
    public void EveryCommonClient_HasAPlaceOnEachSystemItRunsOn() => Assert.All(Common, client =>
    {
        MachineSystem[] systems = client == "Visual Studio"
            ? [MachineSystem.Windows] : [MachineSystem.Linux, MachineSystem.MacOs, MachineSystem.Windows];
        Assert.All(systems,
            system => Assert.Contains(ClientConfigLocations.All,
                place => place.Client == client && place.Systems.HasFlag(system) && place.Scope == LocationScope.User));
    });

    [Fact]
    public void EveryPattern_BeginsWithAPlaceholderThatFitsItsScope() => Assert.All(ClientConfigLocations.All, place =>
    {
        var start = place.Pattern[..(place.Pattern.IndexOf('}', StringComparison.Ordinal) + 1)];
        Assert.Contains(start,
            place.Scope switch
            {
                LocationScope.Workspace => ["{workspace}"],
                LocationScope.System => ["{system}"],
                _ => (string[])["{home}", "{appdata}", "{config}"]
            });
        Assert.DoesNotContain("..", place.Pattern, StringComparison.Ordinal);
    });

    [Fact]
    public void Pages_AreWhatTheTablesSay()
    {
        Pages.RequireEqual("docs/reference/findings.md", FindingsPage.Render());
        Pages.RequireEqual("docs/reference/client-places.md", LocationsPage.Render());
    }

    [Fact]
    public void Rules_HaveUniqueIdsAndAllWords()
    {
        Assert.Equal(FindingRules.All.Count, FindingRules.All.Select(rule => rule.Id).Distinct().Count());
        Assert.Equal(FindingRules.All.Select(rule => rule.Id).Order(StringComparer.Ordinal), FindingRules.All.Select(rule => rule.Id));
        var fields = typeof(FindingRules).GetFields(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)
            .Where(field => field.FieldType == typeof(FindingRule)).Select(field => (FindingRule)field.GetValue(null)!).Concat(DetectionRules.All)
            .Distinct();
        Assert.Equal(fields.Select(rule => rule.Id).Order(StringComparer.Ordinal), FindingRules.All.Select(rule => rule.Id));
        Assert.All(FindingRules.All,
            rule => Assert.True(rule.Id.StartsWith("GHS", StringComparison.Ordinal) && rule.Name.Length > 0
                && rule.Reason.EndsWith('.') && rule.Remedy.Length > 5, rule.Id));
    }
}
