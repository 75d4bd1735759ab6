namespace Gatehouse.Detection.Text;

/// <summary>
/// Words of a few letters that nearly every sentence of a language has, as they are written, turned by thirteen letters, and from behind: they show
/// the direction in which a sentence is to be read.
/// </summary>
internal static class FunctionWords
{
    /// <summary>Most letters of a word.</summary>
    public const int Longest = 5;

    private const int Bits = 10;

    private static readonly string[] Words =
    [
        "the", "and", "you", "of", "in", "is", "for", "not", "are", "all", "this", "that", "with", "your", "from", "have", "must", "when", "will",
        "send", "user", "file", "tool", "to", "der", "die", "das", "und", "ist", "nicht", "ein", "den", "mit", "sie", "auf", "les", "des", "que",
        "est", "pas", "vous", "pour", "dans", "une", "los", "las", "por", "con", "una", "para", "del", "det", "til", "ikke", "som", "het", "een",
        "van", "che", "non", "per", "og", "er", "zu",
    ];

    // A table of open addressing; the letters of a word are its key, and 0 is free.
    private static readonly (int Letters, TurnKind Turn)[] Table = Fill();

    /// <summary>Returns the direction in which a word of at most five letters is a function word.</summary>
    /// <param name="letters">Its letters, five bits each, whatever their case.</param>
    public static TurnKind TurnOf(int letters)
    {
        var at = Slot(letters);
        while (Table[at].Letters != letters && Table[at].Letters != 0) at = (at + 1) & ((1 << Bits) - 1);
        return Table[at].Turn;
    }

    private static int Slot(int letters) => (int)(((uint)letters * 0x9E3779B1) >> (32 - Bits));

    private static (int, TurnKind)[] Fill()
    {
        var table = new (int Letters, TurnKind)[1 << Bits];
        foreach (var word in Words) Add(word, TurnKind.Plain);
        foreach (var word in Words)
        {
            Add(string.Concat(word.Select(TurnedText.Rot13)), TurnKind.Rot13);
            Add(string.Concat(word.Reverse()), TurnKind.Mirrored);
        }

        return table;

        // Of two readings of one word, the first counts.
        void Add(string word, TurnKind turn)
        {
            var letters = word.Aggregate(0, (packed, letter) => (packed << 5) | (letter & 0x1F));
            var at = Slot(letters);
            while (table[at].Letters != 0 && table[at].Letters != letters) at = (at + 1) & ((1 << Bits) - 1);
            if (table[at].Letters == 0) table[at] = (letters, turn);
        }
    }
}
