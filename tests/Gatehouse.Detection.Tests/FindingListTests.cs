using System.Text.Json;
using Gatehouse.Corpus;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Detection.Rules;
using Gatehouse.Detection.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Tests;

/// <summary>
/// The lists of findings by kind of text. A configuration may name only those of its list, so a finding that is missing there could not be handled.
/// </summary>
public sealed class FindingListTests
{
    [Fact]
    public void EveryFindingOfTheCorpus_IsInTheListOfItsKindOfText()
    {
        foreach (var entry in CorpusReader.Read(CorpusReader.FindFolder()).Where((_, i) => i % 7 == 0))
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(entry.Text);
            foreach (var finding in MessageJudge.Judge(json, new ByteRange(0, json.Length), MessagePlace.Result).Findings)
                Assert.Contains(finding.Rule, DetectionRules.InMessages);
            foreach (var finding in TextJudge.Judge(TextView.Of(entry.Text), TextRole.Prose))
                Assert.Contains(finding.Rule, DetectionRules.InDefinitions);
        }
    }

    [Fact]
    public void EveryFinding_IsInOneOfTheLists_UnlessItIsAboutNoText() =>
        Assert.Equal([DetectionRules.SuppressionExpired, DetectionRules.SuppressionUnused, DetectionRules.NearMisses],
            DetectionRules.All.Except(DetectionRules.InMessages).Except(DetectionRules.InDefinitions));
}
