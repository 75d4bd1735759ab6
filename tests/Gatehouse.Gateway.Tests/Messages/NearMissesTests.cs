using Gatehouse.Pipeline.Inspection.Texts;

namespace Gatehouse.Gateway.Tests.Messages;

/// <summary>Counts of texts that are nearly findings: a finding for the source that sends many, and one place in the table for a source.</summary>
public sealed class NearMissesTests
{
    [Fact]
    [Trait("Requirement", "EX-03")]
    public void ASource_TakesOnePlace_HoweverManyItsTexts()
    {
        var misses = new NearMisses(TimeProvider.System);
        for (var i = 0; i < 2 * NearMisses.MostSources; i++) misses.IsOneTooMany("one");
        Assert.Equal(1, Enumerable.Range(0, 2 * NearMisses.Many).Count(_ => misses.IsOneTooMany("another")));
    }
}
