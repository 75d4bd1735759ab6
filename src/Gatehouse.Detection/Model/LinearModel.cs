using Gatehouse.Detection.Concepts;

namespace Gatehouse.Detection.Model;

/// <summary>A logistic regression over <see cref="Features"/>; scores are log-odds.</summary>
internal sealed class LinearModel(double bias, float[] concepts, float[] pairs, float[] buckets, double threshold)
{
    /// <summary>Scores at or above this are reported.</summary>
    public double Threshold { get; } = threshold;

    public double Bias { get; } = bias;

    public float[] Concepts { get; } = concepts;

    public float[] Pairs { get; } = pairs;

    public float[] Buckets { get; } = buckets;

    /// <summary>Returns the window with the highest score among those with a concept, or negative infinity where none has one.</summary>
    /// <param name="folded">A folded reading.</param>
    /// <param name="marks">Its concepts.</param>
    /// <param name="start">The beginning of the window.</param>
    /// <param name="length">The length of the window.</param>
    public double Best(string folded, List<ConceptMark> marks, out int start, out int length)
    {
        var sentences = SentenceCuts.Of(folded);
        var bits = Bits(sentences, marks);
        (start, length) = (0, folded.Length);
        var best = double.NegativeInfinity;
        Sum previous = default;
        for (var i = 0; i < sentences.Count; i++)
        {
            var sum = new Sum(Buckets);
            Features.Hash(folded.AsSpan(sentences[i].Start, sentences[i].Length), ref sum);
            Try(bits[i], sum, sentences[i].Start, sentences[i].Length, ref best, ref start, ref length);
            if (i > 0)
                Try(bits[i - 1] | bits[i], sum.And(previous), sentences[i - 1].Start, sentences[i - 1].Length + sentences[i].Length, ref best,
                    ref start, ref length);
            previous = sum;
        }

        return best;
    }

    /// <summary>Returns the concepts of each sentence, a bit each.</summary>
    public static uint[] Bits(List<(int Start, int Length)> sentences, List<ConceptMark> marks)
    {
        var bits = new uint[sentences.Count];
        foreach (var mark in marks)
        {
            var low = 0;
            for (var high = sentences.Count - 1; low < high;)
            {
                var middle = (low + high + 1) / 2;
                if (sentences[middle].Start <= mark.Start)
                    low = middle;
                else
                    high = middle - 1;
            }

            bits[low] |= 1u << (int)mark.Concept;
        }

        return bits;
    }

    private void Try(uint bits, Sum sum, int from, int count, ref double best, ref int start, ref int length)
    {
        if ((bits & Features.Core) == 0)
            return;
        var score = Bias + sum.Value + Of(bits);
        if (score <= best)
            return;
        best = score;
        (start, length) = (from, count);
    }

    private double Of(uint bits)
    {
        double score = 0;
        for (var high = 0; high < Features.Concepts; high++)
        {
            if ((bits >> high & 1) == 0)
                continue;
            score += Concepts[high];
            for (var low = 0; low < high; low++)
                score += (bits >> low & 1) == 0 ? 0 : Pairs[Features.Pair(low, high)];
        }

        return score;
    }

    // The sum over hashed parts is divided by the root of their number, so that long sentences do not outweigh their content.
    private struct Sum(float[] weights) : IFeatureTaker
    {
        private double sum;
        private int count;

        public readonly double Value => count == 0 ? 0 : sum / Math.Sqrt(count);

        public void Take(int bucket)
        {
            sum += weights[bucket];
            count++;
        }

        public readonly Sum And(Sum other) => new(weights) { sum = sum + other.sum, count = count + other.count };
    }
}
