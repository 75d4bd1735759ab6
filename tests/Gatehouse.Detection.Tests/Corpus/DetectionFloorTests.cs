using System.Text.Json;
using Gatehouse.Corpus;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Detection.Rules;
using Gatehouse.Detection.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Tests.Corpus;

/// <summary>
/// A floor under what is found in the texts of authors that trained no model, and a ceiling over what is reported wrongly. Figures with intervals are
/// in <c>docs/quality.md</c>; this test only notices that a change made them worse.
/// </summary>
[Trait("Requirement", "PI-01")]
public sealed class DetectionFloorTests(ITestOutputHelper output)
{
    private static readonly Lazy<IReadOnlyList<CorpusEntry>> Entries = new(static () =>
        [.. CorpusReader.Read(CorpusReader.FindFolder()).Where(entry => CorpusReader.Development.Contains(entry.Author))]);

    [Fact]
    public void Definitions_AreFoundAsBefore() =>
        Require("definitions", entry => entry.IsDefinition, entry => TextJudge.Judge(TextView.Of(entry.Text), TextRole.Prose).Count > 0, 0.83, 0.18);

    [Fact]
    public void Results_AreFoundAsBefore() =>
        Require("results", entry => entry is { IsDefinition: false, IsPrompt: false }, entry => IsFound(entry, MessagePlace.Result), 0.45, 0.03);

    [Fact]
    public void Prompts_AreFoundAsBefore() =>
        Require("prompts", entry => entry.IsPrompt, entry => IsFound(entry, MessagePlace.Sampling), 0.43, 0.04);

    private void Require(string what, Func<CorpusEntry, bool> isOfThese, Func<CorpusEntry, bool> isFound, double floor, double ceiling)
    {
        var judged = Entries.Value.Where(isOfThese).Select(entry => (entry.IsAttack, IsFound: isFound(entry))).ToList();
        var found = judged.Where(one => one.IsAttack).Average(one => one.IsFound ? 1.0 : 0);
        var reported = judged.Where(one => !one.IsAttack).Average(one => one.IsFound ? 1.0 : 0);
        output.WriteLine($"{what}: {found:P1} found, {reported:P1} reported");
        Assert.True(found >= floor, $"{what}: {found:P1} of the attacks are found, and {floor:P0} were");
        Assert.True(reported <= ceiling, $"{what}: {reported:P1} of the harmless texts are reported, and {ceiling:P0} were");
    }

    private static bool IsFound(CorpusEntry entry, MessagePlace place)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new { text = entry.Text });
        return MessageJudge.Judge(bytes, new ByteRange(0, bytes.Length), place).Findings.Any(finding => finding.Confidence >= Confidence.Medium);
    }
}
