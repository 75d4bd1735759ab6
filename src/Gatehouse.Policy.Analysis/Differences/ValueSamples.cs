using System.Text.Json.Nodes;
using Gatehouse.Policy.Conditions;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>Values to try where tests read one: those the tests name, their neighbours, and one of every other kind.</summary>
internal static class ValueSamples
{
    private const string Fresh = "x";

    /// <summary>Returns the values; null means none at all.</summary>
    public static IReadOnlyList<JsonNode?> For(IReadOnlyList<ValueTest> tests, IReadOnlyList<JsonNode> shared)
    {
        var values = tests.SelectMany(Of).Concat(Numbers(tests)).Concat(shared);
        return [.. values.Append(Fresh).Append(7).Append(true).Append(new JsonObject()).DistinctBy(value => value!.ToJsonString()), null];
    }

    private static IEnumerable<JsonNode> Of(ValueTest test) => test switch
    {
        InTest many => many.Values.Select(value => JsonNode.Parse(value.ToString())!),
        PrefixTest prefix => [prefix.Prefix, prefix.Prefix + Fresh],
        PathTest path => [path.Folder, path.Folder.TrimEnd('/') + "/" + Fresh, "/" + Fresh, Fresh, path.Folder + "/../" + Fresh],
        PatternTest pattern => RegexSample.Of(pattern.Pattern).Select(sample => (JsonNode)sample),
        ClaimTest => [Fresh, Fresh + Fresh],
        _ => [],
    };

    // Every bound, a number on either side of all, and one between each two.
    private static IEnumerable<JsonNode> Numbers(IReadOnlyList<ValueTest> tests)
    {
        var bounds = tests.OfType<RangeTest>().SelectMany(range => new[] { range.AtLeast, range.AtMost, range.Above, range.Below }).OfType<decimal>()
            .Concat(tests.OfType<InTest>().SelectMany(many => many.Values).Where(value => value.Kind == PolicyValueKind.Number)
            .Select(value => value.Value.Number))
            .Distinct().Order().ToList();
        if (bounds.Count == 0) return [];
        var between = bounds.Zip(bounds.Skip(1), (low, high) => high - low > 1 ? decimal.Floor(low) + 1 : low + (high - low) / 2);
        return bounds.Concat(between).Append(bounds[0] - 1).Append(bounds[^1] + 1).Select(number => (JsonNode)number);
    }
}
