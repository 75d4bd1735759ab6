using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// The beginnings and the ends of the texts of a message, where a sentence may continue in another message. Texts are the strings of members with the
/// name <c>text</c>; in a message without such a member all strings that are no words of the protocol.
/// </summary>
/// <remarks>
/// Ends are folded, and signs and spaces around them are left out: a space, a bullet or a character without appearance between two parts of a
/// sentence must not hide it (MCP06).
/// </remarks>
public static class TextEdges
{
    /// <summary>Most characters of a beginning or an end: about what a window of the model holds.</summary>
    public const int Longest = 200;

    /// <summary>Most texts of a message of which beginnings are read, and of which ends are read.</summary>
    public const int MostTexts = 4;

    // Bytes in which the characters of an end are looked for: three for each, as a character of Chinese has.
    private const int LongestBytes = 3 * Longest;

    /// <summary>Returns the beginnings of the first texts of a value.</summary>
    /// <param name="message">The message, validated.</param>
    /// <param name="value">The value: its params, result or error.</param>
    public static IReadOnlyList<TextBeginning> Beginnings(ReadOnlySpan<byte> message, ByteRange value)
    {
        List<TextBeginning> found = [];
        Span<ByteRange> room = stackalloc ByteRange[MostTexts];
        var scan = MessageJudge.Scans.Take();
        foreach (var token in Texts(message, value, room, fromEnd: false))
        {
            var at = token.Start + 1;
            var folded = scan.Fold(message, at, Math.Min(token.End - 1, at + LongestBytes));
            var letters = folded.Letters;
            var start = 0;
            while (start < letters.Length && !char.IsLetterOrDigit(letters[start])) start++;
            var length = Math.Min(letters.Length - start, Longest);
            if (length == 0) continue;
            found.Add(new TextBeginning(new string(letters.Slice(start, length)), folded.Span(start, length), IsWithin(scan.Letters)));
        }

        MessageJudge.Scans.Return(scan);
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
        foreach (var token in Texts(message, value, room, fromEnd: true))
        {
            var raw = WithoutSpaceAtEnd(message[(token.Start + 1)..(token.End - 1)]);
            if (EndsSentence(raw)) continue;
            var from = token.Start + 1 + BeginningOfEnd(raw);
            if (EndOf(message, from, token.Start + 1 + raw.Length) is { } end) (found ??= []).Add(end);
        }

        return (IReadOnlyList<string>?)found ?? [];
    }

    private static string? EndOf(ReadOnlySpan<byte> message, int from, int to)
    {
        var scan = MessageJudge.Scans.Take();
        var letters = scan.Fold(message, from, to).Letters;
        var length = letters.Length;
        while (length > 0 && IsAround(letters[length - 1])) length--;
        var end = length > 0 && char.IsLetter(letters[length - 1]) ? new string(letters[Math.Max(0, length - Longest)..length]) : null;
        MessageJudge.Scans.Return(scan);
        return end;
    }

    // Where the last bytes of a text begin: between words where there are some. Within a word, not behind the first half of an escape.
    private static int BeginningOfEnd(ReadOnlySpan<byte> raw)
    {
        if (raw.Length <= LongestBytes) return 0;
        var from = raw.Length - LongestBytes;
        from += raw[from..].IndexOf((byte)' ') + 1;
        var before = raw[..from];
        var backslashes = before.Length - before.TrimEnd((byte)'\\').Length;
        return from + (backslashes % 2);
    }

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
