using Gatehouse.Detection.Concepts;
using Gatehouse.Detection.Model;
using Gatehouse.Detection.Rules;
using Gatehouse.Detection.Text;

namespace Gatehouse.Evaluation;

/// <summary>A text as the model sees it.</summary>
internal sealed class Example
{
    public required PublicDefinition Of { get; init; }

    public required List<Window> Windows { get; init; }

    public static Example From(PublicDefinition text)
    {
        var windows = new List<Window>();
        foreach (var part in text.Strings().Where(part => part.Length >= TextJudge.ShortestProse))
            Add(TextViews.Of(TextView.Of(part)).Folded[0].Text, windows);
        return new Example { Of = text, Windows = windows };
    }

    private static void Add(string folded, List<Window> windows)
    {
        var sentences = SentenceCuts.Of(folded);
        var bits = LinearModel.Bits(sentences, ConceptTable.Default.Find(folded));
        List<int>? previous = null;
        for (var i = 0; i < sentences.Count; i++)
        {
            var taker = new Taker([]);
            Features.Hash(folded.AsSpan(sentences[i].Start, sentences[i].Length), ref taker);
            windows.Add(new Window(bits[i], [.. taker.Buckets], folded.Substring(sentences[i].Start, sentences[i].Length)));
            if (previous is not null)
                windows.Add(new Window(bits[i - 1] | bits[i], [.. previous, .. taker.Buckets], ""));
            previous = taker.Buckets;
        }
    }

    private readonly struct Taker(List<int> buckets) : IFeatureTaker
    {
        public List<int> Buckets { get; } = buckets;

        public void Take(int bucket) => Buckets.Add(bucket);
    }
}
