using Gatehouse.Corpus;
using Gatehouse.Detection.Concepts;
using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Tests.Concepts;

/// <summary>The table of concepts finds the same phrases wherever a text is divided.</summary>
public sealed class ConceptTableTests
{
    // A long text is read in two halves side by side: no phrase may be lost or found twice where they meet.
    [Fact]
    public void PhrasesOfALongText_AreThoseOfItsParts()
    {
        var text = string.Join('\n', CorpusReader.Read(CorpusReader.FindFolder()).Where((entry, at) => entry.IsAttack && at % 20 == 0).Take(150)
            .Select(entry => TextViews.Of(TextView.Of(entry.Text)).Folded[0].Text));
        var expected = Find(text);
        Assert.InRange(expected.Count, 500, int.MaxValue);
        for (var padding = 0; padding < 3_000; padding += 37)
            Assert.Equal(expected, Find(text + new string(' ', padding)));
    }

    private static List<ConceptMark> Find(string text)
    {
        var marks = new List<ConceptMark>();
        ConceptTable.Default.Find(text, marks, Concept.Persona);
        return marks;
    }
}
