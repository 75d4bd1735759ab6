namespace Gatehouse.Detection.Content;

/// <summary>
/// What is known of words, computed once for the words that a text repeats. Reused; not safe for concurrent use. Its size is fixed: a word takes the
/// place of another one, and a text of words that all differ costs what their features cost.
/// </summary>
/// <remarks>Words are told apart by all of their letters, never by a hash: a sender cannot give a word the facts of another.</remarks>
internal sealed class WordTable
{
    /// <summary>Most letters of a word that is remembered.</summary>
    public const int LongestRemembered = 12;

    private const int Bits = 11;
    private const int Stem = 6;

    private readonly WordFacts[] known = new WordFacts[1 << Bits];
    private readonly HeadWeights? head;
    private readonly WordFacts number;
    private readonly WordFacts address;
    private readonly WordFacts code;
    private readonly WordFacts bracket;

    /// <summary>Makes an empty table.</summary>
    /// <param name="head">The weights; null where only concepts and hashes are wanted.</param>
    public WordTable(HeadWeights? head)
    {
        this.head = head;
        number = Sign(PassageTokens.Number, PassageHash.Of("0"));
        address = Sign(PassageTokens.Address, PassageHash.Of("@"));
        code = Sign(PassageTokens.Code, PassageHash.Of((uint)PassageTokens.Code));
        bracket = Sign(PassageTokens.Bracket, PassageHash.Of((uint)PassageTokens.Bracket));
    }

    /// <summary>Facts of a run of digits.</summary>
    public ref readonly WordFacts Number => ref number;

    /// <summary>Facts of an address.</summary>
    public ref readonly WordFacts Address => ref address;

    /// <summary>Facts of a sign of code, and of an encoding.</summary>
    public ref readonly WordFacts Code => ref code;

    /// <summary>Facts of a bracket.</summary>
    public ref readonly WordFacts Bracket => ref bracket;

    /// <summary>Returns the facts of a word of at most 12 letters from a to z.</summary>
    /// <param name="letters">The letters, five bits each.</param>
    /// <param name="word">The word.</param>
    public ref readonly WordFacts Of(ulong letters, ReadOnlySpan<char> word)
    {
        ref var facts = ref known[(letters * 0x9E3779B97F4A7C15) >> (64 - Bits)];
        if (facts.Letters != letters)
        {
            facts = Of(word);
            facts.Letters = letters;
        }

        return ref facts;
    }

    /// <summary>Returns the facts of a word.</summary>
    public WordFacts Of(ReadOnlySpan<char> word) => Of(word, Lexicon.Default.Find(word));

    /// <summary>Returns the facts of a word of a known concept, in a script without spaces.</summary>
    public WordFacts OfWhole(ReadOnlySpan<char> word, int concept) => Weighed(word, concept, PassageHash.Of(word), PassageHash.Of(word));

    private WordFacts Of(ReadOnlySpan<char> word, int concept) =>
        Weighed(word, concept, PassageHash.Of(word), PassageHash.Of(word[..Math.Min(word.Length, Stem)]));

    private WordFacts Weighed(ReadOnlySpan<char> word, int concept, uint whole, uint stem)
    {
        var facts = Weighed(concept, whole, stem);
        if (head is null) return facts;
        var characters = new WeightCursor(head, PassageFeatures.Characters);
        PassageFeatures.AddCharacters(word, ref characters);
        (facts.Characters, facts.CharacterRuns) = (characters.Sum, checked((byte)characters.Count));
        return facts;
    }

    private WordFacts Sign(int concept, uint hash) => Weighed(concept, hash, hash);

    private WordFacts Weighed(int concept, uint whole, uint stem)
    {
        var facts = new WordFacts { Concept = checked((byte)concept), Word = whole, Stem = stem };
        if (head is null) return facts;
        facts.OfWord = head.Of(PassageFeatures.Words, whole);
        facts.OfStem = head.Of(PassageFeatures.Mixed, stem);
        facts.OfConcept = head.Of(PassageFeatures.Following, ConceptPairs.HashOf(concept));
        return facts;
    }
}
