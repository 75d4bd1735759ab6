using System.Collections.Concurrent;

namespace Gatehouse.Conformance.Tests.Harness;

/// <summary>
/// What a suite says of the fixture without a gateway, taken once for each suite: the fixture is the same program wherever it runs,
/// and its report is the bar for several tests.
/// </summary>
internal static class FixtureReports
{
    private static readonly ConcurrentDictionary<Suite, Task<ConformanceReport>> Taken = new();

    /// <summary>The report; taken of the fixture at <paramref name="url"/> where there is none yet.</summary>
    public static Task<ConformanceReport> DirectAsync(string url, Suite suite) => Taken.GetOrAdd(suite, _ => ConformanceRun.AgainstAsync(url, suite));
}
