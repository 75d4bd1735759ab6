using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gatehouse.Detection.Model;

namespace Gatehouse.Detection.Content;

/// <summary>
/// The sums of the weights of the sentences of a text, from its beginning to the end of each sentence: the score of any window is a difference of
/// two. Reused; not safe for concurrent use.
/// </summary>
internal sealed class PassageSums
{
    // Shorter sentences are read with the next one: a label, a cell, a line of code.
    private const int ShortestSentence = 20;

    // How much the score of a text falls with the logarithm of its length.
    private const double PerLength = 0.1;

    // Of fewer words a window says too little: single features would decide.
    private const int FewestWords = 6;

    private readonly FeatureBuffer buffer = new();
    private readonly List<(int Start, int Length)> cuts = [];
    private readonly List<(int Start, int Length)> sentences = [];
    private readonly List<Sum> totals = [];
    private readonly List<(int Last, double Score)> near = [];

    /// <summary>Returns the sentences of a text, each of at least 20 characters where the text has as many.</summary>
    public static void Cut(ReadOnlySpan<char> folded, List<(int Start, int Length)> cuts, List<(int Start, int Length)> sentences)
    {
        cuts.Clear();
        sentences.Clear();
        SentenceCuts.Of(folded, cuts);
        foreach (var (start, length) in cuts)
        {
            if (sentences is [.., var last] && last.Length < ShortestSentence) sentences[^1] = (last.Start, start + length - last.Start);
            else sentences.Add((start, length));
        }
    }

    /// <summary>Returns the index after the last sentence of the window of at most so many characters that begins with a sentence.</summary>
    public static int EndOfWindow(List<(int Start, int Length)> sentences, int first, int most)
    {
        var end = first + 1;
        while (end < sentences.Count && sentences[end].Start + sentences[end].Length - sentences[first].Start <= most) end++;
        return end;
    }

    /// <summary>Reads a text.</summary>
    public void Read(ReadOnlySpan<char> folded, ReadOnlySpan<sbyte> weights)
    {
        Cut(folded, cuts, sentences);
        totals.Clear();
        var sum = default(Sum);
        totals.Add(sum);
        foreach (var (start, length) in sentences)
        {
            PassageFeatures.Read(folded.Slice(start, length), buffer);
            for (var block = 0; block < PassageFeatures.Blocks; block++)
            {
                var hashes = buffer.Of(block);
                var (wide, near) = Dot(hashes, weights.Slice(
                    block * ContentModel.Buckets * ContentModel.Classifiers, ContentModel.Buckets * ContentModel.Classifiers));
                sum.Wide[block] += wide;
                sum.Near[block] += near;
                sum.Counts[block] += hashes.Length;
            }

            sum.Words += buffer.Tokens.Count;
            totals.Add(sum);
        }
    }

    // The weights of both classifiers are side by side, so that a feature costs one access to memory.
    private static (int Wide, int Near) Dot(ReadOnlySpan<uint> hashes, ReadOnlySpan<sbyte> weights)
    {
        var pairs = MemoryMarshal.Cast<sbyte, short>(weights);
        var (wide, near) = (0, 0);
        foreach (var hash in hashes)
        {
            int pair = pairs[PassageHash.Bucket(hash, ContentModel.Bits)];
            wide += (sbyte)pair;
            near += pair >> 8;
        }

        return BitConverter.IsLittleEndian ? (wide, near) : (near, wide);
    }

    /// <summary>Returns the highest score, and its near window.</summary>
    public double Best(HeadScale scale, out int start, out int length)
    {
        Nears(scale);
        var (best, at) = (double.NegativeInfinity, 0);
        var last = 0;
        for (var first = 0; first < sentences.Count; first++)
        {
            var end = EndOfWindow(sentences, first, ContentModel.Wide);
            if (end == last && first > 0) continue; // within the window before
            last = end;
            var (score, inner) = (double.NegativeInfinity, first);
            for (var i = first; i < end; i++)
            {
                if (near[i].Last > end && i > first) break;
                if (near[i].Score > score) (score, inner) = (near[i].Score, i);
            }

            score += (Of(totals[end], totals[first], isNear: false) * scale.WideStep) + scale.Bias;
            if (score > best) (best, at) = (score, inner);
            if (end == sentences.Count) break;
        }

        // The highest of many scores can be high by chance: a long text needs more.
        if (sentences.Count > 0) best -= PerLength * Math.Log(Math.Max(1, (sentences[^1].Start + sentences[^1].Length) / (2.0 * ContentModel.Wide)));
        start = sentences[at].Start;
        var until = sentences[near[at].Last - 1];
        length = until.Start + until.Length - start;
        return best;
    }

    private void Nears(HeadScale scale)
    {
        near.Clear();
        for (var first = 0; first < sentences.Count; first++)
        {
            var end = EndOfWindow(sentences, first, ContentModel.Near);
            var words = totals[end].Words - totals[first].Words;
            near.Add((end, words < FewestWords ? double.NegativeInfinity : Of(totals[end], totals[first], isNear: true) * scale.NearStep));
        }
    }

    private static double Of(in Sum to, in Sum from, bool isNear)
    {
        double score = 0;
        for (var block = 0; block < PassageFeatures.Blocks; block++)
        {
            var count = to.Counts[block] - from.Counts[block];
            if (count == 0) continue;
            var dot = isNear ? to.Near[block] - from.Near[block] : to.Wide[block] - from.Wide[block];
            score += dot / Math.Sqrt(count);
        }

        return score;
    }

    [InlineArray(PassageFeatures.Blocks)]
    private struct OfBlocks
    {
        private int first;
    }

    private struct Sum
    {
        public OfBlocks Wide;
        public OfBlocks Near;
        public OfBlocks Counts;
        public int Words;
    }
}
