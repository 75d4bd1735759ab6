namespace Gatehouse.Detection.Content;

/// <summary>
/// The tokens of a sentence: words with their concepts, numbers, addresses and signs. Reused; not safe for concurrent use.
/// </summary>
internal sealed class PassageTokens
{
    /// <summary>Most tokens of a sentence; the rest of a longer one is left out, which no sentence within its bound of characters has.</summary>
    public const int Most = 400;

    /// <summary>Concept of a word that the lexicon does not have.</summary>
    public const int Unknown = 0;

    /// <summary>Longest word, in characters; a longer one is several.</summary>
    public const int LongestWord = 40;
    private const int Stem = 6;

    private static readonly uint NumberHash = PassageHash.Of("0");
    private static readonly uint AddressHash = PassageHash.Of("@");

    private readonly Token[] tokens = new Token[Most];

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
    public ReadOnlySpan<Token> Tokens => tokens.AsSpan(0, Count);

    /// <summary>Reads the tokens of a folded sentence.</summary>
    public void Read(ReadOnlySpan<char> sentence)
    {
        Count = 0;
        for (var at = 0; at < sentence.Length && Count < Most;)
        {
            if (char.IsWhiteSpace(sentence[at]))
            {
                at++;
                continue;
            }

            var rest = sentence[at..];
            var length = rest.IndexOfAny(' ', '\n');
            if (length < 0) length = rest.Length;
            if (IsOpaque(rest[..length])) AddSign(Code, at);
            else if (IsAddress(rest[..length])) Add(Address, AddressHash, AddressHash, at, length, isWord: false);
            else ReadChunk(sentence, at, length);
            at += length;
        }
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

                if (letter is '{' or '}' or '<' or '>' or '[' or ']' or '#') AddSign(Bracket, at);
                else if (letter is '=' or '_' or '|' or '\\') AddSign(Code, at);
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
        while (length < text.Length && length < LongestWord && char.IsLetterOrDigit(text[length]) && !IsUnspaced(text[length])
            && char.IsAsciiDigit(text[length]) == isNumber) length++;
        if (isNumber) Add(Number, NumberHash, NumberHash, at, length, isWord: false);
        else
        {
            var word = text[..length];
            Add(Lexicon.Default.Find(word), PassageHash.Of(word[..Math.Min(length, Stem)]), PassageHash.Of(word), at, length, isWord: true);
        }

        return length;
    }

    // Scripts without spaces: a known word, or a character.
    private int ReadUnspaced(ReadOnlySpan<char> text, int at)
    {
        var concept = Lexicon.Default.FindLongest(text, out var length);
        if (concept == 0) length = 1;
        var hash = PassageHash.Of(text[..length]);
        Add(concept, hash, hash, at, length, isWord: true);
        return length;
    }

    private void AddSign(int concept, int at) => Add(concept, PassageHash.Of((uint)concept), PassageHash.Of((uint)concept), at, 1, isWord: false);

    private void Add(int concept, uint stem, uint word, int start, int length, bool isWord)
    {
        if (Count < Most) tokens[Count++] = new Token(concept, stem, word, start, length, isWord);
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

    /// <summary>One token.</summary>
    /// <param name="Concept">Number of its concept; 0 for a word without one.</param>
    /// <param name="Stem">Hash of its first letters.</param>
    /// <param name="Word">Hash of the whole word.</param>
    /// <param name="Start">First character in the sentence.</param>
    /// <param name="Length">Its length.</param>
    /// <param name="IsWord">True for a word.</param>
    public readonly record struct Token(int Concept, uint Stem, uint Word, int Start, int Length, bool IsWord);
}
