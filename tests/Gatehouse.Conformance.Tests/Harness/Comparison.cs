namespace Gatehouse.Conformance.Tests.Harness;

/// <summary>Compares a run against a server with a run through something in front of it.</summary>
internal static class Comparison
{
    /// <summary>Every check that passed direct and did not through, with what became of it.</summary>
    public static IReadOnlyList<string> Lost(ConformanceReport direct, ConformanceReport through)
    {
        var after = through.ByIdentity();
        return
        [
            .. direct.ByIdentity()
                .Where(one => one.Value.Passed && after.GetValueOrDefault(one.Key) is not { Passed: true })
                .Select(one => after.TryGetValue(one.Key, out var check) ? check.ToString() : $"{one.Value.Scenario}/{one.Value.Id} is missing"),
        ];
    }

    /// <summary>Every scenario, but those named, in which not as many checks passed and failed as direct.</summary>
    public static IReadOnlyList<string> CountedDifferently(ConformanceReport direct, ConformanceReport through, params string[] except) =>
    [
        .. direct.Scenarios.Keys.Union(through.Scenarios.Keys).Except(except)
            .Where(name => direct.Scenarios.GetValueOrDefault(name) != through.Scenarios.GetValueOrDefault(name))
            .Select(name => $"{name}: direct {direct.Scenarios.GetValueOrDefault(name)}, through {through.Scenarios.GetValueOrDefault(name)}"),
    ];
}
