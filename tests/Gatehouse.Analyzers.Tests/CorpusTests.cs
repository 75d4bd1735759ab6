namespace Gatehouse.Analyzers.Tests;

public sealed class CorpusTests
{
    [Fact]
    [Trait("Requirement", "SC-07")]
    public async Task TunedCases_AreFound_WithoutAFalseAlarm()
    {
        var corpus = await Corpus.OfAsync("Tuned");
        Assert.Equal("", string.Join('\n', [.. corpus.Faults, .. corpus.Missed.Select(place => $"missed {place}"),
            .. corpus.FalseAlarms.Select(place => $"false alarm {place}")]));
        Assert.True(corpus.Expected.Count >= 60, $"{corpus.Expected.Count} planted cases");
        Assert.True(corpus.Clean >= 60, $"{corpus.Clean} clean tools");
    }
}
