using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// The beginnings and the ends of the texts of a message, where a sentence may continue in another message. Texts are the strings of members with the
/// name <c>text</c>; in a message without such a member all strings that are no words of the protocol.
/// </summary>
/// <remarks>
/// Ends are folded, in one line, and signs and spaces around them are left out: a space, a bullet or a character without appearance between two
/// parts of a sentence must not hide it (MCP06).
/// </remarks>
public static class TextEdges
{
    /// <summary>Most characters of a beginning or an end: about what a window of the model holds.</summary>
    public const int Longest = 200;

    /// <summary>Most texts of a message of which beginnings are read, and of which ends are read.</summary>
    public const int MostTexts = 4;

    // Bytes in which the characters of an end are looked for: three for each, as a character of Chinese has.
    private const int LongestBytes = 3 * Longest;

    private const int LongestWordBytes = 40;
    private const int LongestEscape = 6; // \u and four digits (RFC 8259, section 7)

    /// <summary>Returns the beginnings of the first texts of a value.</summary>
    /// <param name="message">The message, validated.</param>
    /// <param name="value">The value: its params, result or error.</param>
    public static IReadOnlyList<TextBeginning> Beginnings(ReadOnlySpan<byte> message, ByteRange value)
    {
        List<TextBeginning> found = [];
        Span<ByteRange> room = stackalloc ByteRange[MostTexts];
        var scan = MessageJudge.Scans.Take();
        try
        {
            foreach (var token in Texts(message, value, room, fromEnd: false))
            {
                if (BeginningOf(scan, message, token.Start + 1, token.End - 1) is { } beginning) found.Add(beginning);
            }
        }
        finally
        {
            MessageJudge.Scans.Return(scan);
        }

        return found;
    }

    /// <summary>
    /// Returns the ends of the last texts of a value that end within a sentence, the last one last; empty for nearly every message.
    /// </summary>
    /// <inheritdoc cref="Beginnings"/>
    public static IReadOnlyList<string> Ends(ReadOnlySpan<byte> message, ByteRange value)
    {
        List<string>? found = null;
        Span<ByteRange> room = stackalloc ByteRange[MostTexts];
        var scan = MessageJudge.Scans.Take();
        try
        {
            foreach (var token in Texts(message, value, room, fromEnd: true))
            {
                var raw = WithoutSpaceAtEnd(message[(token.Start + 1)..(token.End - 1)]);
                if (!EndsSentence(raw) && EndOf(scan, message, token.Start + 1, token.Start + 1 + raw.Length) is { } end) (found ??= []).Add(end);
            }
        }
        finally
        {
            MessageJudge.Scans.Return(scan);
        }

        return (IReadOnlyList<string>?)found ?? [];
    }

    // Threat: so many spaces or signs in front that the sentence behind them is not read (MCP06).
    private static TextBeginning? BeginningOf(MessageScan scan, ReadOnlySpan<byte> message, int at, int end)
    {
        while (at < end)
        {
            var from = at;
            var folded = scan.Fold(message, ref at, Math.Min(end, from + LongestBytes));
            var start = FirstOfWord(folded.Letters);
            if (start < 0) continue;
            var first = folded.Span(start, 1).Start;
            if (first > from)
            {
                (from, at) = (first, first);
                folded = scan.Fold(message, ref at, Math.Min(end, from + LongestBytes));
                start = Math.Max(0, FirstOfWord(folded.Letters));
            }

            var length = Math.Min(folded.Letters.Length - start, Longest);
            return new TextBeginning(InOneLine(folded.Letters.Slice(start, length)), folded.Span(start, length), IsWithin(scan.UnfoldedLetters));
        }

        return null;
    }

    // Threat: so many spaces or signs at the end that the sentence before them is not read (MCP06).
    private static string? EndOf(MessageScan scan, ReadOnlySpan<byte> message, int begin, int end)
    {
        while (end > begin)
        {
            var from = BeginningOfEnd(message, begin, end);
            var folded = FoldedTo(scan, message, from, end);
            var length = LengthToLetter(folded.Letters);
            if (length == 0)
            {
                end = from;
                continue;
            }

            if (!char.IsLetter(folded.Letters[length - 1])) return null;
            // Signs took a part of the room: it is read again without them.
            if (length < Longest && from > begin && folded.Span(length - 1, 1).End is var last && last < end)
            {
                folded = FoldedTo(scan, message, BeginningOfEnd(message, begin, last), last);
                length = LengthToLetter(folded.Letters);
            }

            return InOneLine(folded.Letters[Math.Max(0, length - Longest)..length]);
        }

        return null;
    }

    private static ReadingFlow FoldedTo(MessageScan scan, ReadOnlySpan<byte> message, int from, int end) => scan.Fold(message, ref from, end);

    private static int FirstOfWord(ReadOnlySpan<char> letters)
    {
        for (var i = 0; i < letters.Length; i++)
        {
            if (char.IsLetterOrDigit(letters[i])) return i;
        }

        return -1;
    }

    private static int LengthToLetter(ReadOnlySpan<char> letters)
    {
        var length = letters.Length;
        while (length > 0 && IsAround(letters[length - 1])) length--;
        return length;
    }

    // Threat: a line break within a sentence, at which a reading of one text ends the sentence, hides what two texts say together.
    private static string InOneLine(ReadOnlySpan<char> letters) => new string(letters).Replace('\n', ' ');

    // Returns where the last bytes of a text begin, at the beginning of a character or an escape: after a space if there is one soon, so that the
    // first word is whole. A space anywhere would let a sender choose how little is read.
    private static int BeginningOfEnd(ReadOnlySpan<byte> message, int begin, int end)
    {
        if (end - begin <= LongestBytes) return begin;
        var from = end - LongestBytes;
        var space = message.Slice(from, LongestWordBytes).IndexOf((byte)' ');
        return space >= 0 ? from + space + 1 : BehindCharacter(message, begin, from);
    }

    // Returns the place itself where a character or an escape begins there, and otherwise the one behind it.
    private static int BehindCharacter(ReadOnlySpan<byte> message, int begin, int at)
    {
        for (var before = at - 1; before >= begin && before > at - LongestEscape; before--)
        {
            if (message[before] == '\\' && IsEscape(message[begin..(before + 1)]))
                return Math.Max(at, before + (message[before + 1] == 'u' ? LongestEscape : 2));
        }

        while ((message[at] & 0xC0) == 0x80) at++;
        return at;
    }

    // The last backslash of these begins an escape where an even number of them is before it.
    private static bool IsEscape(ReadOnlySpan<byte> toBackslash) => (toBackslash.Length - toBackslash.TrimEnd((byte)'\\').Length) % 2 == 1;

    // The first or the last texts, in order.
    private static ReadOnlySpan<ByteRange> Texts(ReadOnlySpan<byte> message, ByteRange value, Span<ByteRange> room, bool fromEnd)
    {
        Span<ByteRange> others = stackalloc ByteRange[MostTexts];
        var (count, countOfOthers) = (0, 0);
        var (isText, isConstant) = (false, false);
        foreach (var token in new JsonTexts(message, value))
        {
            if (token.IsName)
            {
                var name = token.Token.Of(message);
                (isText, isConstant) = (name.SequenceEqual("\"text\""u8), MessageScan.IsConstant(name));
            }
            else if (!isConstant && token.Token.Length > 2)
            {
                if (isText) Put(room, ref count, token.Token, fromEnd);
                else Put(others, ref countOfOthers, token.Token, fromEnd);
            }
        }

        if (count > 0) return room[..count];
        others[..countOfOthers].CopyTo(room);
        return room[..countOfOthers];
    }

    private static void Put(Span<ByteRange> room, ref int count, ByteRange token, bool fromEnd)
    {
        if (count == room.Length)
        {
            if (!fromEnd) return;
            room[1..].CopyTo(room);
            count--;
        }

        room[count++] = token;
    }

    // White space is written as it is or as an escape.
    private static ReadOnlySpan<byte> WithoutSpaceAtEnd(ReadOnlySpan<byte> raw)
    {
        while (true)
        {
            if (raw is [.., (byte)' ']) raw = raw[..^1];
            else if (raw is [.., (byte)'\\', (byte)'n' or (byte)'r' or (byte)'t'] and not [.., (byte)'\\', (byte)'\\', _]) raw = raw[..^2];
            else return raw;
        }
    }

    // Nearly every text ends with a sign or a digit; nothing of it is decoded.
    private static bool EndsSentence(ReadOnlySpan<byte> raw) =>
        raw is not [.., (byte)'\\', (byte)'u', _, _, _, _]
        && (raw.Length == 0 || (raw[^1] < 0x80 && !char.IsAsciiLetter((char)raw[^1]) && !IsAround((char)raw[^1])));

    // What may be written between two parts of a sentence.
    private static bool IsAround(char letter) => char.IsWhiteSpace(letter) || letter is '-' or '–' or '—' or '*' or '_' or ',' or '"' or '\'' or '…';

    // A sentence begins with a capital letter where its script has them.
    private static bool IsWithin(ReadOnlySpan<char> unfolded)
    {
        foreach (var letter in unfolded)
        {
            if (char.IsLetterOrDigit(letter)) return char.IsLetter(letter) && !char.IsUpper(letter);
        }

        return false;
    }
}
