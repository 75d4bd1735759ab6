using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>
/// The scanner that says which decoders a text needs. It sees every character once and allocates nothing, so that a text without signs, as nearly
/// all are, is decoded by none.
/// </summary>
internal static class SignScanner
{
    // Shorter runs are words and identifiers. A shorter text is no instruction.
    private const int ShortestRun = 16;
    private const int LongestFunctionWord = 5;
    private const int FewestTurned = 2;
    private const int LongestSentence = 240;

    // Words of a few letters that nearly every sentence of a language has.
    private static readonly string[] FunctionWords =
    [
        "the", "and", "you", "of", "in", "is", "for", "not", "are", "all", "this", "that", "with", "your", "from", "have", "must", "when", "will",
        "send", "user", "file", "tool", "to", "der", "die", "das", "und", "ist", "nicht", "ein", "den", "mit", "sie", "auf", "les", "des", "que",
        "est", "pas", "vous", "pour", "dans", "une", "los", "las", "por", "con", "una", "para", "del", "det", "til", "ikke", "som", "het", "een",
        "van", "che", "non", "per", "og", "er", "zu",
    ];

    private static readonly FrozenDictionary<int, Direction> Words = Pack();
    private static readonly SearchValues<char> RunLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");

    private enum Direction
    {
        Plain,
        Rot13,
        Mirrored,
    }

    /// <summary>Returns the signs of a text.</summary>
    public static TextSigns Of(ReadOnlySpan<char> text)
    {
        var found = TextSigns.None;
        var counts = new Counts();
        for (var at = 0; at < text.Length;)
        {
            var run = text[at..].IndexOfAnyExcept(RunLetters);
            if (run < 0) run = text.Length - at;
            if (run > 0) found |= counts.Run(text.Slice(at, run), at);
            at += run;
            if (at == text.Length) break;
            found |= counts.Sign(text, at++);
        }

        return found | counts.End();
    }

    /// <summary>Returns the way in which a sentence is turned: its function words count.</summary>
    public static (bool IsRot13, bool IsMirrored) TurnOf(ReadOnlySpan<char> sentence)
    {
        var counts = new Counts();
        for (var at = 0; at < sentence.Length;)
        {
            var run = sentence[at..].IndexOfAnyExcept(RunLetters);
            if (run < 0) run = sentence.Length - at;
            if (run is > 1 and <= LongestFunctionWord) counts.Word(sentence.Slice(at, run));
            at += run + 1;
        }

        return (counts.IsRot13, counts.IsMirrored);
    }

    /// <summary>Returns whether a character ends a sentence, for the decision by sentences.</summary>
    public static bool EndsSentence(char letter) => letter is '.' or '!' or '?' or '\n' or ';' or ':';

    private static FrozenDictionary<int, Direction> Pack()
    {
        var words = new Dictionary<int, Direction>();
        foreach (var word in FunctionWords) words[Pack(word)] = Direction.Plain;
        foreach (var word in FunctionWords)
        {
            words.TryAdd(Pack(string.Concat(word.Select(TurnedText.Rot13))), Direction.Rot13);
            words.TryAdd(Pack(string.Concat(word.Reverse())), Direction.Mirrored);
        }

        return words.ToFrozenDictionary();
    }

    private static int Pack(ReadOnlySpan<char> word)
    {
        var packed = 0;
        foreach (var letter in word)
        {
            if (!char.IsAsciiLetter(letter)) return -1;
            packed = (packed << 5) | (letter & 0x1F);
        }

        return packed;
    }

    private ref struct Counts
    {
        private int plain;
        private int rot13;
        private int mirrored;
        private int sentence;
        private int selectors;
        private int unseen;
        private int singles;
        private int lastSingle;
        private int leet;
        private int quoted;

        public readonly bool IsRot13 => rot13 >= FewestTurned && rot13 > plain;

        public readonly bool IsMirrored => mirrored >= FewestTurned && mirrored > plain;

        public TextSigns Run(ReadOnlySpan<char> run, int at)
        {
            sentence += run.Length;
            switch (run.Length)
            {
                case 1:
                    singles = char.IsAsciiLetter(run[0]) ? (at == lastSingle + 2 ? singles + 1 : 1) : 0;
                    lastSingle = at;
                    return singles >= 5 ? TextSigns.Spaced : TextSigns.None;
                case <= LongestFunctionWord:
                    Word(run);
                    break;
                case >= ShortestRun when IsEncoded(run):
                    return TextSigns.Runs;
            }

            return run.Length < 4 || !IsLeet(run) || ++leet < FewestTurned ? TextSigns.None : TextSigns.Leet;
        }

        public void Word(ReadOnlySpan<char> word)
        {
            if (!Words.TryGetValue(Pack(word), out var direction)) return;
            if (direction == Direction.Plain) plain++;
            else if (direction == Direction.Rot13) rot13++;
            else mirrored++;
        }

        public TextSigns Sign(ReadOnlySpan<char> text, int at)
        {
            var letter = text[at];
            var turned = EndsSentence(letter) || ++sentence > LongestSentence ? End() : TextSigns.None;
            return turned | (letter > 0x7F ? Unseen(text, at) : Plain(text, at));
        }

        private TextSigns Plain(ReadOnlySpan<char> text, int at)
        {
            var letter = text[at];
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            return letter switch
            {
                '%' when char.IsAsciiHexDigit(next) => TextSigns.Percent,
                '&' when next == '#' || char.IsAsciiLetter(next) => TextSigns.Entities,
                '\\' when next is 'u' or 'x' or 'n' or 't' or 'r' => TextSigns.Escapes,
                '<' when next is '/' or '!' || char.IsAsciiLetter(next) => TextSigns.Markup,
                '=' when (char.IsAsciiHexDigitUpper(next) || next is '\r' or '\n') && ++quoted >= 3 => TextSigns.QuotedPrintable,
                _ => TextSigns.None,
            };
        }

        public TextSigns End()
        {
            var turned = IsRot13 || IsMirrored;
            (plain, rot13, mirrored, sentence) = (0, 0, 0, 0);
            return turned ? TextSigns.Turned : TextSigns.None;
        }

        private TextSigns Unseen(ReadOnlySpan<char> text, int at)
        {
            var letter = text[at];
            if (letter is '\u200B' or '\u200C' or '\u200D' or '\u2062' or '\u2064') return ++unseen >= 8 ? TextSigns.Unseen : TextSigns.None;
            if (letter is >= '\uFE00' and <= '\uFE0F') return ++selectors >= 4 ? TextSigns.Unseen : TextSigns.None;
            // U+E0000 to U+E01FF: tags and further variation selectors.
            return letter == '\uDB40' && at + 1 < text.Length && text[at + 1] is >= '\uDC00' and <= '\uDDEF' ? TextSigns.Unseen : TextSigns.None;
        }

        private static bool IsLeet(ReadOnlySpan<char> run)
        {
            for (var i = 1; i + 1 < run.Length; i++)
            {
                if (run[i] is '0' or '1' or '3' or '4' or '5' or '7' && char.IsAsciiLetter(run[i - 1]) && char.IsAsciiLetter(run[i + 1])) return true;
            }

            return false;
        }
    }

    // The beginning of what a run encodes: junk is hardly ever text for as long as that.
    private static bool IsEncoded(ReadOnlySpan<char> run)
    {
        Span<int> starts = stackalloc int[EncodedRuns.MostStarts];
        foreach (var start in starts[..EncodedRuns.Starts(run, starts)])
        {
            if (run.Length - start >= ShortestRun && BeginsWithText(run[start..])) return true;
        }

        return false;
    }

    private static bool BeginsWithText(ReadOnlySpan<char> run)
    {
        Span<byte> digits = stackalloc byte[24];
        Span<byte> bytes = stackalloc byte[18];
        var length = Math.Min(run.Length, 24) & ~3;
        for (var i = 0; i < length; i++) digits[i] = (byte)(run[i] switch { '-' => '+', '_' => '/', var other => other });
        if (Base64.DecodeFromUtf8(digits[..length], bytes, out _, out var written) == OperationStatus.Done && IsText(bytes[..written])) return true;
        return Convert.FromHexString(run[..16], bytes, out _, out written) == OperationStatus.Done && IsText(bytes[..written]);
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var used);
            if (status == OperationStatus.NeedMoreData) return true;
            if (status != OperationStatus.Done || (Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t'))) return false;
            bytes = bytes[used..];
        }

        return true;
    }
}
