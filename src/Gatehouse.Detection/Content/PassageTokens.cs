using System.Globalization;

namespace Gatehouse.Detection.Content;

/// <summary>
/// The tokens of a sentence: words with their concepts, numbers, addresses and signs. Reused; not safe for concurrent use.
/// </summary>
/// <param name="words">The table of what is known of words.</param>
internal sealed class PassageTokens(WordTable words)
{
    /// <summary>Most tokens of a sentence; the rest of a longer one is left out, which no sentence within its bound of characters has.</summary>
    public const int Most = 400;

    /// <summary>Concept of a word that the lexicon does not have.</summary>
    public const int Unknown = 0;

    /// <summary>Longest word, in characters; a longer one is several.</summary>
    public const int LongestWord = 40;

    private readonly PassageToken[] tokens = new PassageToken[Most];
    private readonly ushort[] known = new ushort[Most];
    private readonly ulong[] concepts = new ulong[ConceptPairs.Numbers / 64];
    private int knownCount;

    /// <summary>Number of a digit run, an address, a sign of code, and a bracket, as concepts after those of the lexicon.</summary>
    public static int Number { get; } = Lexicon.Default.Names.Count + 1;

    /// <summary>Concept of an address: URL, mail address, path.</summary>
    public static int Address { get; } = Number + 1;

    /// <summary>Concept of a sign of code.</summary>
    public static int Code { get; } = Number + 2;

    /// <summary>Concept of a bracket.</summary>
    public static int Bracket { get; } = Number + 3;

    /// <summary>Number of tokens.</summary>
    public int Count { get; private set; }

    /// <summary>The tokens.</summary>
    public ReadOnlySpan<PassageToken> Tokens => tokens.AsSpan(0, Count);

    /// <summary>Places of the tokens that are words with a concept, or addresses.</summary>
    public ReadOnlySpan<ushort> Known => known.AsSpan(0, knownCount);

    /// <summary>The concepts of <see cref="Known"/>, a bit each.</summary>
    public ReadOnlySpan<ulong> Concepts => concepts;

    /// <summary>The table that the places of tokens are of.</summary>
    public WordTable Table => words;

    /// <summary>Returns whether tokens of a concept are among <see cref="Known"/>.</summary>
    public static bool IsKnown(int concept) => concept != Unknown & (concept < Number | concept == Address);

    /// <summary>Reads the tokens of a folded sentence.</summary>
    public void Read(ReadOnlySpan<char> sentence)
    {
        (Count, knownCount) = (0, 0);
        Array.Clear(concepts);
        words.BeginSentence();
        for (var at = 0; at < sentence.Length && Count < Most;)
        {
            var length = ReadPlain(sentence, at);
            if (length == 0 && !char.IsWhiteSpace(sentence[at])) length = ReadMixed(sentence, at);
            at += Math.Max(1, length);
        }
    }

    // A word of a few letters with a space, the end, or a sign of punctuation and a space after it: nearly all of prose.
    private int ReadPlain(ReadOnlySpan<char> sentence, int at)
    {
        var letters = 0UL;
        var end = at;
        for (; end < sentence.Length && (uint)(sentence[end] - 'a') < 26; end++) letters = (letters << 5) | (sentence[end] & 0x1Fu);
        var length = end - at;
        if (length is 0 or > WordTable.LongestRemembered) return 0;
        var taken = length;
        if (end < sentence.Length && sentence[end] is '.' or ',' or ';' or ':' or '!' or '?' or ')')
        {
            taken++;
            end++;
        }

        if (end < sentence.Length && sentence[end] is not (' ' or '\n')) return 0;
        Add(words.PlaceOf(letters, sentence.Slice(at, length)), at, length, isWord: true);
        return taken;
    }

    // Everything up to the next space.
    private int ReadMixed(ReadOnlySpan<char> sentence, int at)
    {
        var chunk = sentence[at..];
        var length = chunk.IndexOfAny(' ', '\n');
        if (length >= 0) chunk = chunk[..length];
        if (IsOpaque(chunk)) Add(WordTable.Code, at, 1, isWord: false);
        else if (IsAddress(chunk)) Add(WordTable.Address, at, chunk.Length, isWord: false);
        else ReadChunk(sentence, at, chunk.Length);
        return chunk.Length;
    }

    private void ReadChunk(ReadOnlySpan<char> sentence, int at, int length)
    {
        for (var end = at + length; at < end && Count < Most;)
        {
            var letter = sentence[at];
            if (!char.IsLetterOrDigit(letter))
            {
                if (letter == '\'' && at > 0 && at + 1 < end && char.IsLetter(sentence[at - 1]) && char.IsLetter(sentence[at + 1]))
                {
                    at++;
                    continue;
                }

                if (letter is '{' or '}' or '<' or '>' or '[' or ']' or '#') Add(WordTable.Bracket, at, 1, isWord: false);
                else if (letter is '=' or '_' or '|' or '\\') Add(WordTable.Code, at, 1, isWord: false);
                at++;
                continue;
            }

            at += IsUnspaced(letter) ? ReadUnspaced(sentence[at..end], at) : ReadWord(sentence[at..end], at);
        }
    }

    private int ReadWord(ReadOnlySpan<char> text, int at)
    {
        var isNumber = char.IsAsciiDigit(text[0]);
        var length = 1;
        while (length < text.Length && length < LongestWord && GoesOn(text, length) && !IsUnspaced(text[length])
            && char.IsAsciiDigit(text[length]) == isNumber) length++;
        if (isNumber) Add(WordTable.Number, at, length, isWord: false);
        else if (LettersOf(text[..length]) is var letters and > 0) Add(words.PlaceOf(letters, text[..length]), at, length, isWord: true);
        else Add(words.PlaceOf(text[..length]), at, length, isWord: true);
        return length;
    }

    // Vowel signs of Indic scripts are neither letters nor digits. Behind a letter of another script they end a word, so that no sender makes a known
    // word an unknown one by them.
    private static bool GoesOn(ReadOnlySpan<char> text, int at) =>
        char.IsLetterOrDigit(text[at])
        || (IsIndic(text[at]) && IsIndic(text[at - 1]) && char.GetUnicodeCategory(text[at]) == UnicodeCategory.SpacingCombiningMark);

    private static bool IsIndic(char letter) => letter is >= '\u0900' and <= '\u0DFF';

    // Scripts without spaces: a known word, or a character.
    private int ReadUnspaced(ReadOnlySpan<char> text, int at)
    {
        var concept = Lexicon.Default.FindLongest(text, out var length);
        if (concept == 0) length = 1;
        Add(words.PlaceOfWhole(text[..length], concept), at, length, isWord: true);
        return length;
    }

    private void Add(ushort place, int start, int length, bool isWord)
    {
        if (Count == Most) return;
        ref readonly var facts = ref words[place];
        var concept = facts.Concept;
        // No branch, since words with and without a concept come without a rule.
        var isKnown = IsKnown(concept);
        known[knownCount] = (ushort)Count;
        knownCount += isKnown ? 1 : 0;
        concepts[concept >> 6] |= (isKnown ? 1UL : 0) << concept;

        ref var token = ref tokens[Count++];
        (token.Word, token.Stem, token.Slot, token.Concept, token.IsWord) = (facts.Word, facts.Stem, place, concept, isWord);
        (token.Start, token.Length) = ((ushort)start, (ushort)length);
    }

    // 0 for a word that the table does not remember.
    private static ulong LettersOf(ReadOnlySpan<char> word)
    {
        if (word.Length > WordTable.LongestRemembered) return 0;
        var letters = 0UL;
        foreach (var letter in word)
        {
            if ((uint)(letter - 'a') >= 26) return 0;
            letters = (letters << 5) | (letter & 0x1Fu);
        }

        return letters;
    }

    // An encoding, a key, a digest: its letters are no words.
    private static bool IsOpaque(ReadOnlySpan<char> chunk) =>
        chunk.Length >= LongestWord && chunk.IndexOfAnyInRange('0', '9') >= 0 && !chunk.ContainsAnyInRange('\u3040', '\u9FFF');

    private static bool IsAddress(ReadOnlySpan<char> chunk)
    {
        if (chunk.Length <= 4 || chunk.IndexOfAny('/', '@') is not (> 0 and var at)) return false;
        return chunk[at] == '@' ? chunk[at..].Contains('.') : chunk[(at + 1)..].Contains('/');
    }

    private static bool IsUnspaced(char letter) => letter is (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF');
}
