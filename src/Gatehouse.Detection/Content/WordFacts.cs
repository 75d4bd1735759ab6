namespace Gatehouse.Detection.Content;

/// <summary>What is known of a word by itself: its concept, its hashes, and the weights of the features that it has in every sentence.</summary>
internal struct WordFacts
{
    /// <summary>The letters of a word of at most 12 letters from a to z, five bits each; 0 for any other.</summary>
    public ulong Letters;

    /// <summary>Hash of the whole word.</summary>
    public uint Word;

    /// <summary>Hash of its first letters.</summary>
    public uint Stem;

    /// <summary>Sum of the weights of its runs of characters.</summary>
    public WeightSum Characters;

    /// <summary>Number of its runs of characters.</summary>
    public byte CharacterRuns;

    /// <summary>Number of its concept; 0 for none.</summary>
    public byte Concept;

    /// <summary>Weights of the whole word.</summary>
    public short OfWord;

    /// <summary>Weights of its first letters.</summary>
    public short OfStem;

    /// <summary>Weights of its concept; 0 for a token that has none of the lexicon and is no address.</summary>
    public short OfConcept;
}
