using System.Numerics;

namespace Gatehouse.Detection.Content;

/// <summary>
/// The features of a sentence for the model of passages, in blocks: runs of characters; words; concepts that follow each other within a few words;
/// runs of concepts with their gaps; words beside concepts.
/// </summary>
/// <remarks>
/// Words and runs tell topics, and an attack has the topics of the text around it. Concepts tell who is addressed, in which mood, and what is asked
/// for, in every language of the lexicon alike: "you must first send", "vor jedem Aufruf", "no lo menciones".
/// </remarks>
internal static class PassageFeatures
{
    /// <summary>Number of blocks.</summary>
    public const int Blocks = 5;

    /// <summary>The block of runs of characters.</summary>
    public const int Characters = 0;

    /// <summary>The block of words.</summary>
    public const int Words = 1;

    /// <summary>The block of concepts that follow each other.</summary>
    public const int Following = 2;

    /// <summary>The block of runs of concepts.</summary>
    public const int Runs = 3;

    /// <summary>The block of words beside concepts.</summary>
    public const int Mixed = 4;

    private const int Reach = 4;
    private const int MostOfSet = 13;
    private const int Beside = 3;

    /// <summary>Adds the features of a block of a sentence.</summary>
    /// <param name="block">The block.</param>
    /// <param name="sentence">The folded sentence.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="cursor">The cursor of the block.</param>
    public static void Add<TCursor>(int block, ReadOnlySpan<char> sentence, PassageTokens tokens, ref TCursor cursor)
        where TCursor : struct, IFeatureCursor
    {
        switch (block)
        {
            case Characters:
                AddCharacters(sentence, tokens.Tokens, ref cursor);
                break;
            case Words:
                AddWords(sentence, tokens.Tokens, ref cursor);
                break;
            case Following:
                AddFollowing(sentence, tokens, ref cursor);
                break;
            case Runs:
                AddRuns(tokens.Tokens, ref cursor);
                break;
            default:
                AddMixed(sentence, tokens, ref cursor);
                break;
        }
    }

    /// <summary>Adds runs of three to five characters of a word with a space at either end.</summary>
    public static void AddCharacters<TCursor>(ReadOnlySpan<char> word, ref TCursor cursor)
        where TCursor : struct, IFeatureCursor
    {
        Span<char> padded = stackalloc char[PassageTokens.LongestWord + 2];
        padded[0] = ' ';
        word.CopyTo(padded[1..]);
        padded[word.Length + 1] = ' ';
        padded = padded[..(word.Length + 2)];
        for (var start = 0; start + 3 <= padded.Length; start++)
        {
            var hash = PassageHash.Of(padded[start], padded[start + 1], padded[start + 2]);
            cursor.Add(hash);
            if (start + 4 > padded.Length) break;
            cursor.Add(hash += PassageHash.Fourth(padded[start + 3]));
            if (start + 5 <= padded.Length) cursor.Add(hash + PassageHash.Fifth(padded[start + 4]));
        }
    }

    // Adds the runs of characters of every word of a sentence.
    private static void AddCharacters<TCursor>(ReadOnlySpan<char> sentence, ReadOnlySpan<PassageToken> tokens, ref TCursor cursor)
        where TCursor : struct, IFeatureCursor
    {
        foreach (ref readonly var token in tokens)
        {
            if (token.IsWord) cursor.AddOwn(token, sentence);
        }
    }

    // Adds words, and each two that follow each other.
    private static void AddWords<TCursor>(ReadOnlySpan<char> sentence, ReadOnlySpan<PassageToken> tokens, ref TCursor cursor)
        where TCursor : struct, IFeatureCursor
    {
        // A copy is kept in registers, here and below.
        var taker = cursor;
        var last = 0u;
        foreach (ref readonly var token in tokens)
        {
            taker.AddOwn(token, sentence);
            taker.AddIf(last != 0, PassageHash.Of(2, last, token.Word));
            last = token.Word;
        }

        cursor = taker;
    }

    // Adds the concepts of a sentence, and those that follow each other, with words without a concept between them left out.
    private static void AddFollowing<TCursor>(ReadOnlySpan<char> sentence, PassageTokens tokens, ref TCursor cursor)
        where TCursor : struct, IFeatureCursor
    {
        var known = tokens.Known;
        if (known.IsEmpty) return;
        var taker = cursor;
        var all = tokens.Tokens;
        for (var i = 0; i < known.Length; i++)
        {
            ref readonly var token = ref all[known[i]];
            taker.AddOwn(token, sentence);
            if (i + 1 == known.Length) break;
            var next = all[known[i + 1]].Concept;
            taker.AddPair(ConceptPairKind.Following, token.Concept, next);
            var both = PassageHash.Of(12, ConceptPairs.HashOf(token.Concept), ConceptPairs.HashOf(next));
            for (var d = 2; d <= Reach && i + d < known.Length; d++)
            {
                var other = all[known[i + d]].Concept;
                taker.AddPair(ConceptPairKind.Following, token.Concept, other);
                // The concept after this one, and a later one.
                taker.Add(PassageHash.Third(both, ConceptPairs.HashOf(other)));
            }
        }

        taker.Add(PassageHash.Of(13, ConceptPairs.HashOf(all[known[0]].Concept), 0));
        AddTogether(tokens.Concepts, ref taker);
        cursor = taker;
    }

    // All pairs of the concepts of a sentence, wherever they stand in it.
    private static void AddTogether<TCursor>(ReadOnlySpan<ulong> concepts, ref TCursor cursor)
        where TCursor : struct, IFeatureCursor
    {
        var all = 0;
        foreach (var part in concepts) all += BitOperations.PopCount(part);
        if (all > MostOfSet) return;
        var taker = cursor;
        Span<byte> before = stackalloc byte[MostOfSet];
        var count = 0;
        for (var part = 0; part < concepts.Length; part++)
        {
            for (var left = concepts[part]; left != 0; left &= left - 1)
            {
                var concept = (byte)((part * 64) + BitOperations.TrailingZeroCount(left));
                foreach (var low in before[..count]) taker.AddPair(ConceptPairKind.Together, low, concept);
                before[count++] = concept;
            }
        }

        cursor = taker;
    }

    // Adds runs of two and three tokens by their concepts, with the ends of the sentence. Runs of unknown words say nothing.
    private static void AddRuns<TCursor>(ReadOnlySpan<PassageToken> tokens, ref TCursor cursor)
        where TCursor : struct, IFeatureCursor
    {
        var taker = cursor;
        var (before, last) = (ConceptPairs.End, ConceptPairs.Begin);
        var (isBeforeKnown, isLastKnown) = (false, false);
        for (var at = 0; at <= tokens.Length; at++)
        {
            var isEnd = at == tokens.Length;
            var concept = isEnd ? ConceptPairs.End : tokens[at].Concept;
            var isKnown = !isEnd & concept != PassageTokens.Unknown;
            taker.AddPairIf(isLastKnown | isKnown, ConceptPairKind.Adjacent, last, concept);
            taker.AddIf(at > 0 & (isBeforeKnown | isLastKnown | isKnown),
                PassageHash.Of(3, ConceptPairs.HashOf(before), ConceptPairs.HashOf(last), ConceptPairs.HashOf(concept)));
            (before, last) = (last, concept);
            (isBeforeKnown, isLastKnown) = (isLastKnown, isKnown);
        }

        cursor = taker;
    }

    // Adds the beginnings of words, by themselves and beside concepts.
    private static void AddMixed<TCursor>(ReadOnlySpan<char> sentence, PassageTokens tokens, ref TCursor cursor)
        where TCursor : struct, IFeatureCursor
    {
        var taker = cursor;
        var all = tokens.Tokens;
        foreach (ref readonly var token in all) taker.AddOwn(token, sentence);
        foreach (var at in tokens.Known)
        {
            if (all[at].Concept >= PassageTokens.Number) continue;
            var concept = ConceptPairs.HashOf(all[at].Concept);
            for (var other = Math.Max(0, at - Beside); other < at; other++) taker.Add(PassageHash.Of(31, all[other].Stem, concept));
            for (var other = at + 1; other <= at + Beside && other < all.Length; other++) taker.Add(PassageHash.Of(32, concept, all[other].Stem));
        }

        cursor = taker;
    }
}
