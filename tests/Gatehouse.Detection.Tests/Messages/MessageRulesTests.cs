using Gatehouse.Corpus;
using Gatehouse.Detection.Concepts;
using Gatehouse.Detection.Messages;
using Gatehouse.Detection.Rules;
using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Tests.Messages;

/// <summary>The rules for messages.</summary>
public sealed class MessageRulesTests
{
    // A prefilter that is narrower than the rules would leave out what they find in a definition.
    [Fact]
    public void ThePrefilter_LetsEveryCombinationPassThatTheRulesFind()
    {
        var found = 0;
        foreach (var entry in CorpusReader.Read(CorpusReader.FindFolder()))
        {
            var folded = TextViews.Of(TextView.Of(entry.Text)).Folded[0].Text;
            var marks = ConceptTable.Default.Find(folded).Where(mark => mark.Concept < Concept.Turn).ToList();
            if (InstructionRule.Judge(marks) is null) continue;
            found++;
            Assert.True(MessageRules.CanComplete(marks), entry.Id);
        }

        Assert.InRange(found, 40, int.MaxValue);
    }
}
