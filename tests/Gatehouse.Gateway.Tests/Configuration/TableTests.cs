using System.Text.Json;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Keys;

namespace Gatehouse.Gateway.Tests.Configuration;

public sealed class TableTests
{
    [Fact]
    public void NoKey_StandsTwice() => Assert.Equal(ConfigurationKeys.All.Count, ConfigurationKeys.All.Select(key => key.Path).Distinct().Count());

    [Fact]
    public void EveryKey_IsDescribedInASentence() =>
        Assert.All(ConfigurationKeys.All, key => Assert.EndsWith(".", key.Description, StringComparison.Ordinal));

    [Fact]
    public void EveryNumberSizeAndTime_HasBounds() => Assert.All(
        ConfigurationKeys.All.Where(key => key.Kind is KeyKind.Number or KeyKind.Size or KeyKind.Duration && key.Path != "version"),
        key => Assert.True(key.Minimum is not null && key.Maximum is not null && key.Default is not null, key.Path));

    [Fact]
    public void TheSampleWithEveryKey_HasEveryKey()
    {
        var written = Samples.Load(Samples.Everything).Values.Where(value => value.Source != "default").Select(value => SampleFile.RowOf(value.Path))
            .ToHashSet();
        var missing = ConfigurationKeys.All.Where(key => !key.IsSection && key.Path is not ("policy" or "policyFiles" or "lock.file" or "version")
            && !written.Contains(key.Path));
        Repository.AssertFile(missing.Aggregate(Samples.Everything, SampleFile.With), "tests/compat/config/v1/everything.yaml");
    }

    [Fact]
    public void TheSchema_HasExactlyTheKeysOfTheTable()
    {
        using var schema = JsonDocument.Parse(ConfigurationSchema.Render());
        Assert.Equal(ConfigurationKeys.All.Select(key => key.Path).Order(StringComparer.Ordinal),
            Paths(schema.RootElement, "").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheSchema_RefusesOtherKeysEverywhere()
    {
        const int policyMappings = 8; // rule, clause, condition, time, obligations, approval, access, people
        var sections = ConfigurationKeys.All.Count(key => key.IsSection) + 1;
        Assert.Equal(sections + policyMappings, ConfigurationSchema.Render().Split("\"additionalProperties\": false").Length - 1);
    }

    [Fact]
    public void ThePageOfTheReference_IsMadeFromTheTable() =>
        Repository.AssertFile(ConfigurationReference.Render(), "docs/reference/configuration.md");

    [Fact]
    public void TheSchemaBesideThePage_IsMadeFromTheTable() =>
        Repository.AssertFile(ConfigurationSchema.Render(), "docs/reference/gatehouse.schema.json");

    private static IEnumerable<string> Paths(JsonElement schema, string parent)
    {
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            var path = parent + property.Name;
            yield return path;
            var inner = property.Value.TryGetProperty("items", out var items) ? (items, path + "[].")
                : property.Value.TryGetProperty("additionalProperties", out var named) && named.ValueKind == JsonValueKind.Object
                ? (named, path + ".*.")
                : (property.Value, path + ".");
            if (!inner.Item1.TryGetProperty("properties", out _)) continue;
            foreach (var deeper in Paths(inner.Item1, inner.Item2)) yield return deeper;
        }
    }
}
