using Gatehouse.Detection.Model;

namespace Gatehouse.Detection.Content;

/// <summary>
/// The model of whole passages: a linear classifier over <see cref="ContentFeatures"/> that was trained on pairs of attacks and harmless texts with the
/// same words (<c>corpus/</c>). It asks how a passage reads, not whether it has a known phrase.
/// </summary>
/// <param name="weights">A weight for each bucket, in steps of <paramref name="step"/>.</param>
/// <param name="step">The value of one step, above 0.</param>
/// <param name="bias">The score of a passage without a part.</param>
/// <param name="threshold">Passages with this score or more are reported.</param>
internal sealed class ContentModel(sbyte[] weights, float step, double bias, double threshold)
{
    /// <summary>Most characters of a passage: surrounding text must not dilute the passage that is judged.</summary>
    public const int Passage = 1200;

    /// <summary>Shortest text that is judged, in characters. A shorter one says too little for this model.</summary>
    public const int Shortest = 40;

    [ThreadStatic]
    private static ContentFeatures? features;

    /// <summary>Passages with this score or more are reported.</summary>
    public double Threshold { get; } = threshold;

    /// <summary>The weights, in steps.</summary>
    public ReadOnlySpan<sbyte> Weights => weights;

    /// <summary>The value of one step.</summary>
    public float Step => step;

    /// <summary>The score of a passage without a part.</summary>
    public double Bias => bias;

    /// <summary>Returns the highest score of a passage and the passage; negative infinity for a text that is too short.</summary>
    /// <param name="folded">A folded reading.</param>
    /// <param name="start">Where the passage begins.</param>
    /// <param name="length">Its length.</param>
    public double Best(ReadOnlySpan<char> folded, out int start, out int length)
    {
        (start, length) = (0, folded.Length);
        var best = double.NegativeInfinity;
        if (folded.Length < Shortest) return best;
        var reader = features ??= new ContentFeatures();
        foreach (var (from, count) in Passages(folded))
        {
            reader.Read(folded.Slice(from, count));
            var score = bias + (step * reader.Dot(weights));
            if (score <= best) continue;
            (best, start, length) = (score, from, count);
        }

        return best;
    }

    /// <summary>
    /// Returns passages of whole sentences, which together cover the text. Each begins about the middle of the one before, and any two neighbouring
    /// sentences are within one: where a text is cut must not decide.
    /// </summary>
    public static IReadOnlyList<(int Start, int Length)> Passages(ReadOnlySpan<char> folded)
    {
        if (folded.Length <= Passage) return [(0, folded.Length)];
        var sentences = SentenceCuts.Of(folded);
        var passages = new List<(int, int)>();
        for (var first = 0; first < sentences.Count;)
        {
            var end = first;
            var begin = sentences[first].Start;
            while (end < sentences.Count && sentences[end].Start + sentences[end].Length - begin <= Passage) end++;
            if (end == first) end++;
            passages.Add((begin, sentences[end - 1].Start + sentences[end - 1].Length - begin));
            if (end == sentences.Count) break;
            var next = first + 1;
            var following = sentences[end].Start + sentences[end].Length;
            while (next + 1 < end && (sentences[next + 1].Start - begin <= Passage / 2 || following - sentences[next].Start > Passage)) next++;
            first = next;
        }

        return passages;
    }
}
