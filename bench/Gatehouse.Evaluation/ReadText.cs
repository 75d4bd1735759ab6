using Gatehouse.Detection.Content;

namespace Gatehouse.Evaluation;

/// <summary>A text as the model reads it: its sentences and their features.</summary>
internal sealed class ReadText
{
    private readonly List<(int Start, int Length)> sentences = [];
    private readonly List<int[]> features = [];
    private readonly string folded;

    /// <summary>Reads a folded text.</summary>
    public ReadText(string folded)
    {
        this.folded = folded;
        var buffer = new FeatureBuffer();
        PassageSums.Cut(folded, [], sentences);
        foreach (var (start, length) in sentences)
        {
            buffer.Read(folded.AsSpan(start, length));
            features.Add([.. Places(buffer)]);
        }
    }

    /// <summary>Its length.</summary>
    public int Characters => folded.Length;

    /// <summary>Returns the features of a sentence.</summary>
    public int[] FeaturesOf(int sentence) => features[sentence];

    /// <summary>Returns the length of a sentence.</summary>
    public int LengthOf(int sentence) => sentences[sentence].Length;

    /// <summary>Returns the index after the last sentence of a window.</summary>
    public int EndOf(int first, int most) => PassageSums.EndOfWindow(sentences, first, most);

    /// <summary>Returns the windows of at most so many characters, none within another, of the first characters of the text.</summary>
    public List<(int First, int End)> Windows(int most, int ofFirst)
    {
        var all = EndOf(0, ofFirst);
        var windows = new List<(int, int)>();
        var last = 0;
        for (var first = 0; first < all; first++)
        {
            var end = Math.Min(all, EndOf(first, most));
            if (end == last) continue;
            windows.Add((first, last = end));
            if (end == all) break;
        }

        return windows;
    }

    /// <summary>Returns the sentences that another text does not have.</summary>
    public List<int> SentencesNotIn(ReadText other)
    {
        var known = other.sentences.Select(one => other.folded.Substring(one.Start, one.Length).Trim()).ToHashSet(StringComparer.Ordinal);
        return [.. Enumerable.Range(0, sentences.Count)
            .Where(at => !known.Contains(folded.Substring(sentences[at].Start, sentences[at].Length).Trim()))];
    }

    private static List<int> Places(FeatureBuffer buffer)
    {
        var places = new List<int>();
        for (var block = 0; block < PassageFeatures.Blocks; block++)
        {
            foreach (var hash in buffer.Of(block)) places.Add((block * ContentModel.Buckets) + PassageHash.Bucket(hash, ContentModel.Bits));
        }

        return places;
    }
}
