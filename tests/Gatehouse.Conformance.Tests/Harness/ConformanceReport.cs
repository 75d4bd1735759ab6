namespace Gatehouse.Conformance.Tests.Harness;

/// <summary>What one run of the suite found.</summary>
public sealed record ConformanceReport(
    string SuiteVersion,
    IReadOnlyDictionary<string, ScenarioCount> Scenarios,
    IReadOnlyList<ConformanceCheck> Checks)
{
    // Scenarios of an extension: the suite runs them with the requirements of a revision and does not score them.
    private const string Unscored = "tasks-";

    public IEnumerable<ConformanceCheck> Scored =>
        Checks.Where(check => !check.Scenario.StartsWith(Unscored, StringComparison.Ordinal));

    /// <summary>Every check with how often its id has occurred in its scenario before, which makes it one of a kind.</summary>
    public IReadOnlyDictionary<(string Scenario, string Id, int Occurrence), ConformanceCheck> ByIdentity()
    {
        var seen = new Dictionary<(string, string), int>();
        var all = new Dictionary<(string, string, int), ConformanceCheck>();
        foreach (var check in Checks)
        {
            var occurrence = seen.GetValueOrDefault((check.Scenario, check.Id));
            seen[(check.Scenario, check.Id)] = occurrence + 1;
            all.Add((check.Scenario, check.Id, occurrence), check);
        }

        return all;
    }
}
