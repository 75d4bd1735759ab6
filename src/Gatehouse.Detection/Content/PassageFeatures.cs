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

    private const int Characters = 0;
    private const int Words = 1;
    private const int Following = 2;
    private const int Runs = 3;
    private const int Mixed = 4;

    private const int Reach = 4;
    private const int MostOfSet = 13;
    private const int Begin = 250;
    private const int End = 251;

    // The hash of each concept, spread once.
    private static readonly uint[] ConceptHashes = [.. Enumerable.Range(0, 256).Select(number => PassageHash.Of((uint)number))];

    /// <summary>Writes all features of a sentence into a buffer.</summary>
    /// <param name="sentence">The folded sentence.</param>
    /// <param name="buffer">The buffer, which is emptied first.</param>
    public static void Read(ReadOnlySpan<char> sentence, FeatureBuffer buffer)
    {
        buffer.Clear();
        buffer.Tokens.Read(sentence);
        var tokens = buffer.Tokens.Tokens;
        AddWords(sentence, tokens, buffer);
        AddFollowing(tokens, buffer);
        AddRuns(tokens, buffer);
        AddMixed(tokens, buffer);
    }

    private static void AddWords(ReadOnlySpan<char> sentence, ReadOnlySpan<PassageTokens.Token> tokens, FeatureBuffer buffer)
    {
        uint before = 0, last = 0;
        foreach (var token in tokens)
        {
            buffer.Add(Words, token.Word);
            if (last != 0) buffer.Add(Words, PassageHash.Of(2, last, token.Word));
            if (before != 0) buffer.Add(Words, PassageHash.Of(3, before, last, token.Word));
            (before, last) = (last, token.Word);
            if (token.IsWord) AddCharacters(sentence.Slice(token.Start, token.Length), buffer);
        }
    }

    // Runs of three to five characters of the word with a space at either end.
    private static void AddCharacters(ReadOnlySpan<char> word, FeatureBuffer buffer)
    {
        var room = buffer.Room(Characters);
        if (room.Length < 3 * (word.Length + 2)) return;
        Span<char> padded = stackalloc char[PassageTokens.LongestWord + 2];
        padded[0] = ' ';
        word.CopyTo(padded[1..]);
        padded[word.Length + 1] = ' ';
        padded = padded[..(word.Length + 2)];
        var count = 0;
        for (var start = 0; start + 3 <= padded.Length; start++)
        {
            var hash = PassageHash.Of(padded[start], padded[start + 1], padded[start + 2]);
            room[count++] = hash;
            if (start + 4 > padded.Length) break;
            room[count++] = hash += PassageHash.Fourth(padded[start + 3]);
            if (start + 5 <= padded.Length) room[count++] = hash + PassageHash.Fifth(padded[start + 4]);
        }

        buffer.Take(Characters, count);
    }

    private static void AddFollowing(ReadOnlySpan<PassageTokens.Token> tokens, FeatureBuffer buffer)
    {
        Span<byte> known = stackalloc byte[PassageTokens.Most];
        var count = 0;
        foreach (var token in tokens)
        {
            if (token.Concept != PassageTokens.Unknown && (token.Concept < PassageTokens.Number || token.Concept == PassageTokens.Address))
                known[count++] = (byte)token.Concept;
        }

        known = known[..count];
        var hashes = ConceptHashes;
        for (var i = 0; i < known.Length; i++)
        {
            var one = hashes[known[i]];
            buffer.Add(Following, one);
            for (var d = 1; d <= Reach && i + d < known.Length; d++)
            {
                buffer.Add(Following, PassageHash.Of(11, one, hashes[known[i + d]]));
                if (d < Reach && i + d + 1 < known.Length)
                    buffer.Add(Following, PassageHash.Of(12, one, hashes[known[i + 1]], hashes[known[i + d + 1]]));
            }
        }

        if (known.Length > 0) buffer.Add(Following, PassageHash.Of(13, hashes[known[0]], 0));
        AddPairs(known, buffer);
    }

    // All pairs of the concepts of a sentence, wherever they stand in it.
    private static void AddPairs(Span<byte> known, FeatureBuffer buffer)
    {
        known.Sort();
        var count = 0;
        foreach (var concept in known)
        {
            if (count == 0 || known[count - 1] != concept) known[count++] = concept;
        }

        if (count > MostOfSet) return;
        for (var high = 1; high < count; high++)
        {
            for (var low = 0; low < high; low++) buffer.Add(Following, PassageHash.Of(14, ConceptHashes[known[low]], ConceptHashes[known[high]]));
        }
    }

    // Runs of two to four tokens by their concepts, with the ends of the sentence. Runs of unknown words say nothing.
    private static void AddRuns(ReadOnlySpan<PassageTokens.Token> tokens, FeatureBuffer buffer)
    {
        var hashes = ConceptHashes;
        for (var start = -1; start < tokens.Length; start++)
        {
            var (hash, isKnown) = (0u, false);
            for (var length = 1; length <= 4 && start + length <= tokens.Length + 1; length++)
            {
                var at = start + length - 1;
                var concept = at < 0 ? Begin : at == tokens.Length ? End : tokens[at].Concept;
                isKnown |= concept != PassageTokens.Unknown && concept < Begin;
                hash = PassageHash.Of((uint)length, hash, hashes[concept]);
                if (isKnown && length > 1) buffer.Add(Runs, hash);
            }
        }
    }

    private static void AddMixed(ReadOnlySpan<PassageTokens.Token> tokens, FeatureBuffer buffer)
    {
        var hashes = ConceptHashes;
        for (var i = 0; i < tokens.Length; i++)
        {
            var (concept, stem) = (tokens[i].Concept, tokens[i].Stem);
            var isKnown = concept != PassageTokens.Unknown && concept < PassageTokens.Number;
            buffer.Add(Mixed, stem);
            for (var d = 1; d <= 3 && i + d < tokens.Length; d++)
            {
                var next = tokens[i + d];
                if (next.Concept != PassageTokens.Unknown && next.Concept < PassageTokens.Number)
                    buffer.Add(Mixed, PassageHash.Of(31, stem, hashes[next.Concept]));
                if (isKnown) buffer.Add(Mixed, PassageHash.Of(32, hashes[concept], next.Stem));
            }

            if (i > 0 && i + 1 < tokens.Length)
                buffer.Add(Mixed, PassageHash.Of(33, hashes[tokens[i - 1].Concept], stem, hashes[tokens[i + 1].Concept]));
        }
    }
}
