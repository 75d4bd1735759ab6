using Gatehouse.Corpus;

namespace Gatehouse.Detection.Tests.Corpus;

/// <summary>The corpus is large and varied enough for what is said about it, and no text is another in disguise.</summary>
[Trait("Requirement", "TP-01")]
public sealed class CorpusTests
{
    private static readonly IReadOnlyList<CorpusEntry> Entries = CorpusReader.Read(CorpusReader.FindFolder());

    // The tokens of corpus/README.md.
    private static readonly string[] Places =
    [
        "tool.description.start", "tool.description.middle", "tool.description.end", "tool.parameter", "tool.schema", "server.instructions", "prompt",
        "result.mail", "result.web", "result.ticket", "result.code", "result.log", "result.chat", "result.calendar", "result.table", "result.review",
        "result.api", "result.error", "user.prompt", "argument",
    ];

    private static readonly string[] Kinds =
    [
        "blunt", "polite", "bureaucratic", "pseudo-documentation", "compliance", "urgency", "authority", "first-call", "cross-tool", "side-channel",
        "memory", "tool-preference", "guard-disabling", "encoding", "hidden", "split", "many-shot", "role-marks", "adversarial-suffix",
        "markdown-exfiltration", "steering", "order-in-data",
    ];

    [Fact]
    public void NoText_SharesItsWordsWithOneOfAnotherPair() => Assert.Empty(CorpusRules.FindAlike(Entries));

    [Fact]
    public void NoSentence_BeginsOrEndsManyTexts() => Assert.Empty(CorpusRules.FindCommonEnds(Entries));

    [Fact]
    public void Ids_AreUnique() => Assert.Empty(Entries.GroupBy(entry => entry.Id).Where(group => group.Count() > 1).Select(group => group.Key));

    [Theory]
    [InlineData(true, 3000)]
    [InlineData(false, 4500)]
    public void Class_IsLargeAndOfManyAuthors(bool attacks, int least)
    {
        var texts = Entries.Where(entry => entry.IsAttack == attacks).ToList();
        Assert.InRange(texts.Count, least, int.MaxValue);
        Assert.InRange(texts.Select(entry => entry.Author).Distinct().Count(), 12, int.MaxValue);
        Assert.Empty(texts.GroupBy(entry => entry.Author).Where(author => author.Count() > 0.15 * texts.Count).Select(author => author.Key));
        var lengths = texts.Select(entry => entry.Text.Length).Order().ToList();
        Assert.InRange(lengths[lengths.Count / 2], 250, 600);
        Assert.InRange(lengths.Count(length => length > 4096), 20, int.MaxValue);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Class_HasManyLanguages(bool attacks)
    {
        var languages = Entries.Where(entry => entry.IsAttack == attacks).CountBy(entry => entry.Language).ToDictionary();
        Assert.InRange(languages.Count, 12, int.MaxValue);
        Assert.InRange(languages["en"], 0, languages.Values.Sum() / 2);
        Assert.All(["de", "da", "fr", "es", "zh"], language => Assert.InRange(languages[language], 150, int.MaxValue));
    }

    [Fact]
    public void EveryPlaceAndKind_IsThere()
    {
        Assert.Equal(Places.Order(StringComparer.Ordinal), Entries.Select(entry => entry.Place).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Places, place => Assert.All([true, false],
            attacks => Assert.InRange(Entries.Count(entry => entry.Place == place && entry.IsAttack == attacks), 100, int.MaxValue)));
        Assert.Equal(Kinds.Order(StringComparer.Ordinal),
            Entries.Where(entry => entry.IsAttack).Select(entry => entry.Kind).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Kinds, kind => Assert.InRange(Entries.Count(entry => entry.IsAttack && entry.Kind == kind), 60, int.MaxValue));
    }

    [Fact]
    public void MostAttacks_HaveAHarmlessCounterpart()
    {
        var harmless = Entries.Where(entry => !entry.IsAttack).Select(entry => entry.Pair).ToHashSet(StringComparer.Ordinal);
        var attacks = Entries.Where(entry => entry.IsAttack).ToList();
        Assert.InRange(attacks.Count(entry => harmless.Contains(entry.Pair)), attacks.Count / 2, attacks.Count);
    }
}
