namespace Gatehouse.Detection.Content;

/// <summary>A token of a sentence.</summary>
/// <param name="Facts">What is known of its word, wherever it stands.</param>
/// <param name="Start">First character in the sentence.</param>
/// <param name="Length">Its length.</param>
/// <param name="IsWord">True for a word; false for a number, an address or a sign.</param>
internal readonly record struct PassageToken(WordFacts Facts, int Start, int Length, bool IsWord)
{
    /// <summary>Number of its concept; 0 for a word without one.</summary>
    public int Concept => Facts.Concept;

    /// <summary>Hash of its first letters.</summary>
    public uint Stem => Facts.Stem;

    /// <summary>Hash of the whole word.</summary>
    public uint Word => Facts.Word;
}
