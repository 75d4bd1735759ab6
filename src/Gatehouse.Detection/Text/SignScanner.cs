using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>
/// The scanner that says which decoders a text needs, and where. It sees every character once and allocates nothing, so that a text without signs, as
/// nearly all are, is decoded by none.
/// </summary>
internal static class SignScanner
{
    // Signs of a kind that are no farther from each other belong to one stretch, in characters.
    private const int Reach = 600;

    // Shorter runs are words and identifiers. A shorter text is no instruction.
    private const int ShortestRun = 16;
    private const int FewestTurned = 2;
    private const int LongestSentence = 240;

    private const int Kinds = 10;

    private static readonly CharacterClass[] Classes = [.. Enumerable.Range(0, 128).Select(code => ClassOf((char)code))];

    [Flags]
    private enum CharacterClass : byte
    {
        None = 0,
        Letter = 1,
        Digit = 2,

        // A sign of the alphabets of base64 and of names.
        Joiner = 4,
        EndOfSentence = 8,

        // It may begin an encoding.
        Sign = 16,
        Run = Letter | Digit | Joiner,
    }

    /// <summary>Returns the signs of a text.</summary>
    public static TextSigns Of(ReadOnlySpan<char> text) => Find(text, null);

    /// <summary>Finds the stretches of a text that have signs, one kind each, in no order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="stretches">The list that receives them; null where only the kinds are wanted.</param>
    /// <returns>The signs of all of them.</returns>
    public static TextSigns Find(ReadOnlySpan<char> text, List<SignStretch>? stretches)
    {
        var scan = new Scan(text, stretches);
        for (var at = 0; at < text.Length;)
        {
            var letter = text[at];
            if (letter < 0x80 && (Classes[letter] & CharacterClass.Run) != 0) at += scan.Run(at);
            else scan.Sign(at++);
        }

        return scan.End();
    }

    /// <summary>Returns the way in which a sentence is turned: its function words count.</summary>
    public static (bool IsRot13, bool IsMirrored) TurnOf(ReadOnlySpan<char> sentence)
    {
        var words = default(WordCounts);
        for (var at = 0; at < sentence.Length;)
        {
            var (length, letters, classes) = RunAt(sentence[at..]);
            if (length is > 1 and <= FunctionWords.Longest && classes == CharacterClass.Letter) words.Add(letters);
            at += length + 1;
        }

        return (words.IsRot13, words.IsMirrored);
    }

    /// <summary>Returns whether a character ends a sentence, for the decision by sentences.</summary>
    public static bool EndsSentence(char letter) => letter is '.' or '!' or '?' or '\n' or ';' or ':';

    private static CharacterClass ClassOf(char letter) =>
        char.IsAsciiLetter(letter) ? CharacterClass.Letter : char.IsAsciiDigit(letter) ? CharacterClass.Digit
        : letter is '+' or '/' or '-' or '_' ? CharacterClass.Joiner
        : EndsSentence(letter) ? CharacterClass.EndOfSentence
        : letter is '%' or '&' or '\\' or '<' or '=' ? CharacterClass.Sign : CharacterClass.None;

    // The run of letters, digits and joiners at the beginning of a text: its length, its last letters of five bits each, and what it has.
    private static (int Length, int Letters, CharacterClass Classes) RunAt(ReadOnlySpan<char> text)
    {
        var (letters, all) = (0, CharacterClass.None);
        var at = 0;
        for (; at < text.Length && text[at] < 0x80; at++)
        {
            var one = Classes[text[at]];
            if ((one & CharacterClass.Run) == 0) break;
            all |= one;
            letters = (letters << 5) | (text[at] & 0x1F);
        }

        return (at, letters, all);
    }

    // The function words of a sentence by their direction, 16 bits each: no branch, since no processor could predict it.
    private struct WordCounts
    {
        private ulong counts;

        public readonly bool IsRot13 => Of(TurnKind.Rot13) >= FewestTurned && Of(TurnKind.Rot13) > Of(TurnKind.Plain);

        public readonly bool IsMirrored => Of(TurnKind.Mirrored) >= FewestTurned && Of(TurnKind.Mirrored) > Of(TurnKind.Plain);

        public void Add(int letters) => counts += 1UL << (16 * (int)FunctionWords.TurnOf(letters));

        private readonly int Of(TurnKind turn) => (ushort)(counts >> (16 * (int)turn));
    }

    // A stretch of one kind that is not at its end.
    private struct Open
    {
        public int Start;
        public int End;
        public int Weight;
    }

    [InlineArray(Kinds)]
    private struct OpenOfKinds
    {
        private Open first;
    }

    [InlineArray(Kinds)]
    private struct WeightOfKinds
    {
        private int first;
    }

    private ref struct Scan(ReadOnlySpan<char> text, List<SignStretch>? stretches)
    {
        private readonly ReadOnlySpan<char> text = text;
        private OpenOfKinds open;
        private WeightOfKinds weights;
        private WordCounts words;
        private int sentenceStart;
        private int sentenceLength;
        private int singles;
        private int lastSingle;
        private int close = -1;

        public int Run(int at)
        {
            var (length, letters, classes) = RunAt(text[at..]);
            sentenceLength += length;
            if (length == 1)
            {
                singles = classes == CharacterClass.Letter ? (at == lastSingle + 2 ? singles + 1 : 1) : 0;
                lastSingle = at;
                if (singles >= 5) Add(TextSigns.Spaced, at - 8, at + 1);
            }
            else if (length <= FunctionWords.Longest && classes == CharacterClass.Letter) words.Add(letters);
            else if (length >= ShortestRun && IsEncoded(text.Slice(at, length))) Add(TextSigns.Runs, at, at + length);
            if (length >= 4 && (classes & (CharacterClass.Letter | CharacterClass.Digit)) == (CharacterClass.Letter | CharacterClass.Digit)
                && IsLeet(text.Slice(at, length)))
                Add(TextSigns.Leet, at, at + length);
            return length;
        }

        public void Sign(int at)
        {
            var letter = text[at];
            var kind = letter < 0x80 ? Classes[letter] : CharacterClass.None;
            if (kind == CharacterClass.EndOfSentence || ++sentenceLength > LongestSentence) EndSentence(at + 1);
            if (letter >= 0x80) Unseen(letter, at);
            else if (kind == CharacterClass.Sign) Encoding(letter, at);
        }

        public TextSigns End()
        {
            EndSentence(text.Length);
            var found = TextSigns.None;
            for (var number = 0; number < Kinds; number++)
            {
                Close(number);
                var kind = (TextSigns)(1 << number);
                if (weights[number] >= FewestOf(kind)) found |= kind;
            }

            for (var at = (stretches?.Count ?? 0) - 1; at >= 0; at--)
            {
                if ((stretches![at].Signs & found) == 0) stretches.RemoveAt(at);
            }

            return found;
        }

        private void EndSentence(int at)
        {
            if (words.IsRot13 || words.IsMirrored) Add(TextSigns.Turned, sentenceStart, at);
            (words, sentenceStart, sentenceLength) = (default, at, 0);
        }

        private void Encoding(char letter, int at)
        {
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            switch (letter)
            {
                case '%' when char.IsAsciiHexDigit(next):
                    Add(TextSigns.Percent, at, at + 3);
                    break;
                case '&' when next == '#' || char.IsAsciiLetter(next):
                    Add(TextSigns.Entities, at, at + 2);
                    break;
                case '\\' when next is 'u' or 'x' or 'n' or 't' or 'r':
                    Add(TextSigns.Escapes, at, at + 2);
                    break;
                case '<' when next is '/' or '!' || char.IsAsciiLetter(next):
                    Add(TextSigns.Markup, at, EndOfTag(at));
                    break;
                case '=' when char.IsAsciiHexDigitUpper(next) || next is '\r' or '\n':
                    Add(TextSigns.QuotedPrintable, at, at + 3);
                    break;
            }
        }

        private void Unseen(char letter, int at)
        {
            if (letter is '\u200B' or '\u200C' or '\u200D' or '\u2062' or '\u2064') Add(TextSigns.Unseen, at, at + 1);
            else if (letter is >= '\uFE00' and <= '\uFE0F') Add(TextSigns.Unseen, at, at + 1, weight: 2);
            // U+E0000 to U+E01FF: tags and further variation selectors.
            else if (letter == '\uDB40' && at + 1 < text.Length && text[at + 1] is >= '\uDC00' and <= '\uDDEF')
                Add(TextSigns.Unseen, at, at + 2, weight: 8);
        }

        // Up to its closing sign, which is looked for once, however many tags are opened before it.
        private int EndOfTag(int at)
        {
            if (close < at)
            {
                close = text[at..].IndexOf('>');
                close = close < 0 ? int.MaxValue : close + at;
            }

            return close < at + MarkupText.LongestTag ? close + 1 : at + 1;
        }

        private void Add(TextSigns kind, int start, int end, int weight = 1)
        {
            var number = BitOperations.Log2((uint)kind);
            ref var stretch = ref open[number];
            if (stretch.Weight > 0 && start > stretch.End + Reach) Close(number);
            if (stretch.Weight == 0) (stretch.Start, stretch.End) = (start, end);
            else (stretch.Start, stretch.End) = (Math.Min(stretch.Start, start), Math.Max(stretch.End, end));
            stretch.Weight += weight;
        }

        private void Close(int number)
        {
            ref var stretch = ref open[number];
            if (stretch.Weight == 0) return;
            weights[number] += stretch.Weight;
            stretches?.Add(new SignStretch(stretch.Start, Math.Min(text.Length, stretch.End), (TextSigns)(1 << number)));
            stretch = default;
        }
    }

    // Signs that text without an encoding has as well count from a number of them in the whole text.
    private static int FewestOf(TextSigns kind) =>
        kind switch { TextSigns.Leet => 2, TextSigns.QuotedPrintable => 3, TextSigns.Unseen => 8, _ => 1 };

    private static bool IsLeet(ReadOnlySpan<char> run)
    {
        for (var i = 1; i + 1 < run.Length; i++)
        {
            if (run[i] is '0' or '1' or '3' or '4' or '5' or '7' && char.IsAsciiLetter(run[i - 1]) && char.IsAsciiLetter(run[i + 1])) return true;
        }

        return false;
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
        // Most runs show with their first group that they are no text.
        if (Base64.DecodeFromUtf8(digits[..4], bytes, out _, out var written) == OperationStatus.Done && IsText(bytes[..written])
            && Base64.DecodeFromUtf8(digits[..length], bytes, out _, out written) == OperationStatus.Done && IsText(bytes[..written])) return true;
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
