using Gatehouse.Corpus;
using Gatehouse.Detection.Concepts;
using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Tests.Concepts;

/// <summary>The table of concepts finds the same phrases wherever a text is divided.</summary>
public sealed class ConceptTableTests
{
    // Texts under 1,024 characters are read from one end to the other, and longer ones in two halves side by side: no phrase may be lost or found
    // twice where they meet.
    [Fact]
    public void PhrasesOfALongText_AreThoseOfItsParts()
    {
        var (text, expected) = ("", new List<ConceptMark>());
        foreach (var entry in CorpusReader.Read(CorpusReader.FindFolder()).Where((entry, at) => entry.IsAttack && at % 20 == 0))
        {
            var part = TextViews.Of(TextView.Of(entry.Text)).Folded[0].Text.Trim() + " . ";
            if (part.Length > 1_000) continue;
            expected.AddRange(Find(part).Select(mark => mark with { Start = mark.Start + text.Length }));
            text += part;
        }

        Assert.InRange(expected.Count, 1_000, int.MaxValue);
        for (var padding = 0; padding < 2_000; padding += 37)
        {
            Assert.Equal(expected, Find(text + new string(' ', padding)));
            var moved = Find(new string(' ', padding) + text).Select(mark => mark with { Start = mark.Start - padding });
            Assert.Equal(expected, moved);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void APhraseAtTheEnd_IsFound(int more)
    {
        const string phrase = "you must not tell the user";
        var text = new string('x', 1_500 + more) + " " + phrase;
        Assert.Equal(Find(phrase).Select(mark => (mark.Concept, mark.Length)), Find(text).Select(mark => (mark.Concept, mark.Length)));
        Assert.NotEmpty(Find(phrase));
    }

    private static List<ConceptMark> Find(string text)
    {
        var marks = new List<ConceptMark>();
        ConceptTable.Default.Find(text, marks, Concept.Persona);
        // Addresses are found in a pass of their own.
        return [.. marks.OrderBy(mark => mark.End).ThenBy(mark => mark.Concept).ThenBy(mark => mark.Start)];
    }
}
