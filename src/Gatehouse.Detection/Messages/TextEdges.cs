using System.Buffers;
using System.Text;
using Gatehouse.Detection.Text;
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

    // A letter or a digit, or a part of a character beyond ASCII.
    private static readonly SearchValues<byte> OfWords = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Where(static one => one >= 0x80 || char.IsAsciiLetterOrDigit((char)one)).Select(static one => (byte)one)]);

    private static readonly ObjectPool<EdgeScan> Scans = new(static () => new EdgeScan());

    /// <summary>Returns the beginnings of the first texts of a value.</summary>
    /// <param name="message">The message, validated.</param>
    /// <param name="value">The value: its params, result or error.</param>
    public static IReadOnlyList<TextBeginning> Beginnings(ReadOnlySpan<byte> message, ByteRange value)
    {
        List<TextBeginning> found = [];
        Span<ByteRange> room = stackalloc ByteRange[MostTexts];
        var scan = Scans.Take();
        try
        {
            foreach (var token in Texts(message, value, room, fromEnd: false))
            {
                if (scan.Beginning(message, token.Start + 1, token.End - 1) is { } beginning) found.Add(beginning);
            }
        }
        finally
        {
            Scans.Return(scan);
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
        var scan = Scans.Take();
        try
        {
            foreach (var token in Texts(message, value, room, fromEnd: true))
            {
                var raw = WithoutSpaceAtEnd(message[(token.Start + 1)..(token.End - 1)]);
                if (!EndsSentence(raw) && scan.End(message, token.Start + 1, token.Start + 1 + raw.Length) is { } end) (found ??= []).Add(end);
            }
        }
        finally
        {
            Scans.Return(scan);
        }

        return (IReadOnlyList<string>?)found ?? [];
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
                (isText, isConstant) = (JsonText.Is(name, "text"u8), MessageScan.IsConstant(name)); // names may have escapes
            }
            else if (!isConstant && HasWord(token.Token.Of(message)))
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
    private static bool EndsSentence(ReadOnlySpan<byte> raw) => raw is not ([.., (byte)'\\', (byte)'u', _, _, _, _] or [.., (byte)'.', (byte)'.'])
        && (raw.Length == 0 || (raw[^1] < 0x80 && !char.IsAsciiLetter((char)raw[^1]) && !EdgeScan.IsAround(new Rune(raw[^1]))));

    // Threat: strings without a word take the places of those that are read. An escape counts as a word where it may be one.
    private static bool HasWord(ReadOnlySpan<byte> raw)
    {
        for (var at = raw.IndexOfAny(OfWords); at >= 0;)
        {
            if (at == 0 || raw[at - 1] != '\\' || raw[at] == 'u') return true;
            raw = raw[(at + 1)..];
            at = raw.IndexOfAny(OfWords);
        }

        return false;
    }
}
