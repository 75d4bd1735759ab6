namespace Gatehouse.Detection.Content;

/// <summary>A token of a sentence.</summary>
internal struct PassageToken
{
    /// <summary>Hash of the whole word.</summary>
    public uint Word;

    /// <summary>Hash of its first letters.</summary>
    public uint Stem;

    /// <summary>Its place in the table of words; good until the next sentence is read.</summary>
    public ushort Slot;

    /// <summary>First character in the sentence.</summary>
    public ushort Start;

    /// <summary>Its length.</summary>
    public ushort Length;

    /// <summary>Number of its concept; 0 for a word without one.</summary>
    public byte Concept;

    /// <summary>True for a word; false for a number, an address or a sign.</summary>
    public bool IsWord;
}
