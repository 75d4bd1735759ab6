using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Tests.References;

namespace Gatehouse.Inventory.Tests;

/// <summary>The table of findings, and its page.</summary>
[Trait("Requirement", "IN-01")]
public sealed class FindingRuleTests
{
    [Fact]
    public void FindingsPage_IsWhatTheTableOfRulesSays() => Pages.RequireEqual("docs/reference/findings.md", FindingsPage.Render());

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
