using Gatehouse.Corpus;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Tests;

/// <summary>The sentences of findings: definitions and messages say the same about the same finding.</summary>
public sealed class FindingSentencesTests
{
    [Fact]
    public void EachSentence_IsWrittenInOnePlace()
    {
        var sources = Path.GetFullPath(Path.Join(CorpusReader.FindFolder(), "..", "src", "Gatehouse.Detection"));
        var code = string.Concat(Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        foreach (var sentence in DetectionRules.All.Select(FindingSentences.Of).Append(FindingSentences.Passage).Distinct())
            Assert.Equal(2, code.Split($"\"{sentence}\"").Length);
    }
}
