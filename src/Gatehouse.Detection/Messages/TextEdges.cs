using System.Text;
using Gatehouse.Detection.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// The two ends of the texts of a message where a sentence may continue in another message: the first text begins within a sentence, the last one
/// ends within one.
/// </summary>
/// <param name="First">The beginning of the first text; empty when it begins a sentence.</param>
/// <param name="FirstSpan">The bytes of the message that it comes from.</param>
/// <param name="Last">The end of the last text; empty when it ends a sentence.</param>
/// <param name="IsOne">True when both are the whole of one text.</param>
public sealed record TextEdges(string First, ByteRange FirstSpan, string Last, bool IsOne)
{
    /// <summary>Most characters of an end: about what a window of the model holds.</summary>
    public const int Longest = 200;

    // Bytes in which the characters of an end are looked for: six for each, as an escape has.
    private const int LongestBytes = 6 * Longest;

    /// <summary>Returns the ends of the texts of a value; null where neither continues a sentence, as for nearly every message.</summary>
    /// <param name="message">The message, validated.</param>
    /// <param name="value">The value: its params, result or error.</param>
    public static TextEdges? Of(ReadOnlySpan<byte> message, ByteRange value)
    {
        var (first, last) = (default(ByteRange), default(ByteRange));
        var isConstant = false;
        foreach (var text in new JsonTexts(message, value))
        {
            if (text.IsName) isConstant = MessageScan.IsConstant(text.Token.Of(message));
            else if (!isConstant && text.Token.Length > 2) (first, last) = (first.IsAbsent ? text.Token : first, text.Token);
        }

        if (first.IsAbsent) return null;
        var beginning = Beginning(message, first);
        var end = End(message, last);
        if (beginning.Length == 0 && end.Length == 0) return null;
        var span = beginning.Length == 0 ? default : beginning.Span(0, Math.Min(beginning.Length, Longest));
        var from = beginning.Text[..Math.Min(beginning.Length, Longest)];
        return new TextEdges(from, span, end, first == last && from == end);
    }

    private static TextView Beginning(ReadOnlySpan<byte> message, ByteRange token)
    {
        var raw = message[(token.Start + 1)..(token.End - 1)];
        // A sentence of a script without capital letters may begin here; it is judged together with an earlier one as well.
        var isWithin = raw[0] == '\\' || (Rune.DecodeFromUtf8(raw, out var rune, out _) == System.Buffers.OperationStatus.Done
            && Rune.IsLetter(rune) && !Rune.IsUpper(rune));
        var view = isWithin ? BackslashEscapes.Read(raw[..Math.Min(raw.Length, LongestBytes)], token.Start + 1) : new TextView(pool: null);
        return view.Length > 0 && char.IsLetter(view.Letters[0]) && !char.IsUpper(view.Letters[0]) ? view : new TextView(pool: null);
    }

    private static string End(ReadOnlySpan<byte> message, ByteRange token)
    {
        var raw = WithoutSpaceAtEnd(message[(token.Start + 1)..(token.End - 1)]);
        if (raw is not [.., var last] || !(last >= 0x80 || char.IsAsciiLetter((char)last) || last == ',')) return "";
        if (raw.Length > LongestBytes)
        {
            // Between words: within one, the bytes may begin in the middle of a character or of an escape.
            var end = raw[^LongestBytes..];
            var space = end.IndexOf((byte)' ');
            if (space < 0) return "";
            raw = end[(space + 1)..];
        }

        var letters = BackslashEscapes.Read(raw, 0).Letters;
        if (letters is not [.., var letter] || !(char.IsLetter(letter) || letter == ',')) return "";
        return new string(letters[Math.Max(0, letters.Length - Longest)..]);
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
}
