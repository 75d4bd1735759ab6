using System.Runtime.InteropServices;
using Gatehouse.Detection.Model;

namespace Gatehouse.Detection.Content;

/// <summary>
/// The sums of the weights of the sentences of a text, from its beginning to the end of each sentence: the score of any window is a difference of
/// two. Reused; not safe for concurrent use.
/// </summary>
/// <param name="head">The weights.</param>
internal sealed class PassageSums(HeadWeights head)
{
    // Shorter sentences are read with the next one: a label, a cell, a line of code.
    private const int ShortestSentence = 20;

    // How much the score of a text falls with the logarithm of its length.
    private const double PerLength = 0.1;

    // Sentences back to which one with the same features is looked for. A line that comes again and again, perhaps with other numbers, says nothing
    // new. The score of a window grows with the root of the number of equal features, so that ten such lines of a harmless list would be a finding.
    private const int RepeatedWithin = 8;

    // Of fewer words a window says too little: single features would decide.
    private const int FewestWords = 6;

    // 1 / sqrt(n); 0 for a block without a feature.
    private static readonly double[] PerRoot = [.. Enumerable.Range(0, 4096).Select(count => count == 0 ? 0 : 1 / Math.Sqrt(count))];

    private readonly PassageTokens tokens = new(new WordTable(head));
    private readonly FeatureRoom room = new();
    private readonly SentenceMemory memory = new();
    private readonly List<(int Start, int Length)> cuts = [];
    private readonly List<(int Start, int Length)> sentences = [];
    private readonly List<SentenceSum> totals = [];
    private readonly List<(int Last, double Score)> near = [];
    private readonly SentenceSum[] recent = new SentenceSum[RepeatedWithin];
    private readonly int[] seen = new int[WordTable.Most];
    private int round;

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
    public static int EndOfWindow(List<(int Start, int Length)> sentences, int first, int most) =>
        EndOfWindow(CollectionsMarshal.AsSpan(sentences), first, most, first + 1);

    // The window of a later sentence ends no earlier than that of one before.
    private static int EndOfWindow(ReadOnlySpan<(int Start, int Length)> sentences, int first, int most, int end)
    {
        while (end < sentences.Length && sentences[end].Start + sentences[end].Length - sentences[first].Start <= most) end++;
        return end;
    }

    /// <summary>Forgets the sentences of the message before.</summary>
    public void Clear() => memory.Clear();

    /// <summary>Reads a text.</summary>
    public void Read(ReadOnlySpan<char> folded)
    {
        Cut(folded, cuts, sentences);
        totals.Clear();
        var sum = default(SentenceSum);
        totals.Add(sum);
        recent.AsSpan().Clear();
        for (var at = 0; at < sentences.Count; at++)
        {
            var sentence = folded.Slice(sentences[at].Start, sentences[at].Length);
            ref var one = ref memory.Find(sentence, out var isKnown);
            if (!isKnown) Add(sentence, ref one);
            if (!recent.Contains(one)) sum.Add(one);
            recent[at % recent.Length] = one;
            totals.Add(sum);
        }
    }

    /// <summary>Returns the sum of the weights of the features of a block of a sentence, and their number.</summary>
    public (WeightSum Sum, int Count) OfSentence(ReadOnlySpan<char> sentence, int block)
    {
        var sum = default(SentenceSum);
        Add(sentence, ref sum);
        return (sum.Weights[block], sum.Counts[block]);
    }

    private void Add(ReadOnlySpan<char> sentence, ref SentenceSum sum)
    {
        tokens.Read(sentence);
        AddOwn(ref sum);
        for (var block = PassageFeatures.Words; block < PassageFeatures.Blocks; block++)
        {
            var features = new FeatureList(room);
            PassageFeatures.Add(block, sentence, tokens, ref features);
            sum.Add(block, features.Sum(head, block), features.Count);
        }

        sum.Words += CountWords();
    }

    // Words that are not another word of the sentence again: "0, 0, 0, 0" is one.
    private int CountWords()
    {
        round++;
        var count = 0;
        foreach (ref readonly var token in tokens.Tokens)
        {
            count += seen[token.Slot] == round ? 0 : 1;
            seen[token.Slot] = round;
        }

        return count;
    }

    // What tokens have by themselves.
    private void AddOwn(ref SentenceSum sum)
    {
        var (characters, words, concepts, stems) = (default(WeightSum), default(WeightSum), default(WeightSum), default(WeightSum));
        var runs = 0;
        var table = tokens.Table;
        foreach (ref readonly var token in tokens.Tokens)
        {
            ref readonly var facts = ref table[token.Slot];
            characters += facts.Characters;
            runs += facts.CharacterRuns;
            words += WeightSum.Of(facts.OfWord);
            concepts += WeightSum.Of(facts.OfConcept);
            stems += WeightSum.Of(facts.OfStem);
        }

        sum.Add(PassageFeatures.Characters, characters, runs);
        sum.Add(PassageFeatures.Words, words, tokens.Count);
        sum.Add(PassageFeatures.Following, concepts, tokens.Known.Length);
        sum.Add(PassageFeatures.Mixed, stems, tokens.Count);
    }

    /// <summary>Returns the highest score, and its near window.</summary>
    /// <param name="scale">The scale of the head.</param>
    /// <param name="of">Number of characters of the text that was read, or that it is a part of.</param>
    /// <param name="start">Where the window begins.</param>
    /// <param name="length">Its length.</param>
    public double Best(HeadScale scale, int of, out int start, out int length)
    {
        Nears(scale);
        var (best, at) = (double.NegativeInfinity, 0);
        var all = CollectionsMarshal.AsSpan(sentences);
        var sums = CollectionsMarshal.AsSpan(totals);
        var nears = CollectionsMarshal.AsSpan(near);
        var last = 0;
        for (var first = 0; first < all.Length; first++)
        {
            var end = EndOfWindow(all, first, ContentModel.Wide, Math.Max(last, first + 1));
            if (end == last && first > 0) continue; // within the window before
            last = end;
            var (score, inner) = (double.NegativeInfinity, first);
            for (var i = first; i < end; i++)
            {
                if (nears[i].Last > end && i > first) break;
                if (nears[i].Score > score) (score, inner) = (nears[i].Score, i);
            }

            score += (Of(sums[end], sums[first], isNear: false) * scale.WideStep) + scale.Bias;
            if (score > best) (best, at) = (score, inner);
            if (end == all.Length) break;
        }

        // The highest of many scores can be high by chance: a long text needs more.
        best -= PerLength * Math.Log(Math.Max(1, of / (2.0 * ContentModel.Wide)));
        start = sentences[at].Start;
        var until = sentences[near[at].Last - 1];
        length = until.Start + until.Length - start;
        return best;
    }

    private void Nears(HeadScale scale)
    {
        near.Clear();
        var all = CollectionsMarshal.AsSpan(sentences);
        var sums = CollectionsMarshal.AsSpan(totals);
        var end = 0;
        for (var first = 0; first < all.Length; first++)
        {
            end = EndOfWindow(all, first, ContentModel.Near, Math.Max(end, first + 1));
            var words = sums[end].Words - sums[first].Words;
            near.Add((end, words < FewestWords ? double.NegativeInfinity : Of(sums[end], sums[first], isNear: true) * scale.NearStep));
        }
    }

    private static double Of(in SentenceSum to, in SentenceSum from, bool isNear)
    {
        double score = 0;
        for (var block = 0; block < PassageFeatures.Blocks; block++)
        {
            var count = to.Counts[block] - from.Counts[block];
            var weights = to.Weights[block] - from.Weights[block];
            score += (isNear ? weights.Near : weights.Wide) * (count < PerRoot.Length ? PerRoot[count] : 1 / Math.Sqrt(count));
        }

        return score;
    }
}
