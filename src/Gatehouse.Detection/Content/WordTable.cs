namespace Gatehouse.Detection.Content;

/// <summary>
/// What is known of words, computed once for the words that a text repeats. Reused; not safe for concurrent use. It grows with the different words
/// of the texts up to a bound: a full table is emptied between two sentences, and a text of words that all differ costs what their features cost.
/// </summary>
/// <remarks>Words are distinguished by all of their letters, never by a hash: a sender cannot give a word the facts of another.</remarks>
internal sealed class WordTable
{
    /// <summary>Most letters of a word that is remembered.</summary>
    public const int LongestRemembered = 12;

    /// <summary>Place of a run of digits.</summary>
    public const ushort Number = 1;

    /// <summary>Place of an address.</summary>
    public const ushort Address = 2;

    /// <summary>Place of a sign of code, and of an encoding.</summary>
    public const ushort Code = 3;

    /// <summary>Place of a bracket.</summary>
    public const ushort Bracket = 4;

    /// <summary>Most places of the table.</summary>
    public const int Most = 16_384;

    // More than a sentence has (PassageTokens.Most), so that one doubling makes room for the next one.
    private const int First = 1_024;
    private const int Bits = 15;
    private const int Stem = 6;

    private WordFacts[] facts = new WordFacts[First];

    // Places of remembered words, by a hash of their letters; 0 is free. At most half of them are taken.
    private readonly ushort[] places = new ushort[1 << Bits];
    private readonly HeadWeights? head;
    private readonly FeatureRoom? room;
    private int count = Bracket + 1;

    /// <summary>Makes an empty table.</summary>
    /// <param name="head">The weights; null where only concepts and hashes are wanted.</param>
    public WordTable(HeadWeights? head)
    {
        this.head = head;
        room = head is null ? null : new FeatureRoom();
        facts[Number] = Sign(PassageTokens.Number, PassageHash.Of("0"));
        facts[Address] = Sign(PassageTokens.Address, PassageHash.Of("@"));
        facts[Code] = Sign(PassageTokens.Code, PassageHash.Of((uint)PassageTokens.Code));
        facts[Bracket] = Sign(PassageTokens.Bracket, PassageHash.Of((uint)PassageTokens.Bracket));
    }

    /// <summary>The facts at a place.</summary>
    public ref readonly WordFacts this[ushort place] => ref facts[place];

    /// <summary>Makes room for the words of a sentence. A full table is emptied; earlier places are invalid then.</summary>
    public void BeginSentence()
    {
        if (count + PassageTokens.Most <= facts.Length) return;
        if (facts.Length < Most)
        {
            Array.Resize(ref facts, 2 * facts.Length);
            return;
        }

        Array.Clear(places);
        count = Bracket + 1;
    }

    /// <summary>Returns the place of a word of at most 12 letters from a to z.</summary>
    /// <param name="letters">The letters, five bits each.</param>
    /// <param name="word">The word.</param>
    public ushort PlaceOf(ulong letters, ReadOnlySpan<char> word)
    {
        var at = (uint)((letters * 0x9E3779B97F4A7C15) >> (64 - Bits));
        for (; places[at] is var place and not 0; at = (at + 1) & ((1 << Bits) - 1))
        {
            if (facts[place].Letters == letters) return place;
        }

        var added = PlaceOf(word);
        facts[added].Letters = letters;
        return places[at] = added;
    }

    /// <summary>Returns a place for a word that is not remembered.</summary>
    public ushort PlaceOf(ReadOnlySpan<char> word) => Put(Of(word, Lexicon.Default.Find(word)));

    /// <summary>Returns a place for a word of a known concept, in a script without spaces.</summary>
    public ushort PlaceOfWhole(ReadOnlySpan<char> word, int concept) => Put(Weighed(word, concept, PassageHash.Of(word), PassageHash.Of(word)));

    private ushort Put(in WordFacts one)
    {
        facts[count] = one;
        return (ushort)count++;
    }

    private WordFacts Of(ReadOnlySpan<char> word, int concept) =>
        Weighed(word, concept, PassageHash.Of(word), PassageHash.Of(word[..Math.Min(word.Length, Stem)]));

    private WordFacts Weighed(ReadOnlySpan<char> word, int concept, uint whole, uint stem)
    {
        var facts = Weighed(concept, whole, stem);
        if (head is null) return facts;
        var characters = new FeatureList(room!);
        PassageFeatures.AddCharacters(word, ref characters);
        (facts.Characters, facts.CharacterRuns) = (characters.Sum(head, PassageFeatures.Characters), checked((byte)characters.Count));
        return facts;
    }

    private WordFacts Sign(int concept, uint hash) => Weighed(concept, hash, hash);

    private WordFacts Weighed(int concept, uint whole, uint stem)
    {
        var facts = new WordFacts { Concept = checked((byte)concept), Word = whole, Stem = stem };
        if (head is null) return facts;
        facts.OfWord = head.Of(PassageFeatures.Words, whole);
        facts.OfStem = head.Of(PassageFeatures.Mixed, stem);
        if (PassageTokens.IsKnown(concept)) facts.OfConcept = head.Of(PassageFeatures.Following, ConceptPairs.HashOf(concept));
        return facts;
    }
}
