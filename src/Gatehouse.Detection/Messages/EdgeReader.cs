using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// Finds the two ends of the texts of a message. Nearly every text begins and ends a sentence; then nothing is kept of it. Reused; not safe for
/// concurrent use.
/// </summary>
internal sealed class EdgeReader
{
    // Bytes in which the last characters of a text are looked for: six for each, as an escape has.
    private const int LongestEnd = 6 * TextEdges.Longest;

    private readonly TokenText room = new();
    private string first = "";
    private ByteRange firstSpan;
    private ByteRange last;
    private int texts;

    /// <summary>Begins a message.</summary>
    public void Begin() => (first, firstSpan, last, texts) = ("", default, default, 0);

    /// <summary>Takes the next text of the message.</summary>
    /// <param name="token">Its string, quotation marks included.</param>
    /// <param name="slice">Its first slice.</param>
    public void Take(ByteRange token, TokenText slice)
    {
        last = token;
        if (texts++ > 0 || slice.Letters is not [var letter, ..] || !char.IsLetter(letter) || char.IsUpper(letter)) return;
        var length = Math.Min(slice.Letters.Length, TextEdges.Longest);
        first = new string(slice.Letters[..length]);
        firstSpan = new ByteRange(slice.Starts[0], slice.Ends[length - 1] - slice.Starts[0]);
    }

    /// <summary>Returns the ends; null where neither continues a sentence.</summary>
    public TextEdges? Read(ReadOnlySpan<byte> message)
    {
        var end = texts == 0 ? "" : End(message);
        return first.Length == 0 && end.Length == 0 ? null : new TextEdges(first, firstSpan, end, texts == 1 && first == end);
    }

    private string End(ReadOnlySpan<byte> message)
    {
        var (start, after) = (last.Start + 1, last.End - 1);
        // White space after the last word, written as it is or as an escape.
        while (after > start && (message[after - 1] == ' ' || IsEscapedSpace(message[start..after]))) after -= message[after - 1] == ' ' ? 1 : 2;
        if (after <= start || !(message[after - 1] >= 0x80 || char.IsAsciiLetter((char)message[after - 1]) || message[after - 1] == ',')) return "";
        var from = after - start <= LongestEnd ? start : after - LongestEnd;
        if (from > start)
        {
            // Between words: within one, the bytes may begin in the middle of a character or of an escape.
            var space = message[from..after].IndexOf((byte)' ');
            if (space < 0) return "";
            from += space + 1;
        }

        room.Read(message, from, after, isFirst: true);
        var letters = room.Letters;
        var isOpen = letters is [.., var letter] && (char.IsLetter(letter) || letter == ',');
        return isOpen ? new string(letters[Math.Max(0, letters.Length - TextEdges.Longest)..]) : "";
    }

    private static bool IsEscapedSpace(ReadOnlySpan<byte> text) =>
        text is [.., (byte)'\\', (byte)'n' or (byte)'r' or (byte)'t'] and not [.., (byte)'\\', (byte)'\\', _];
}
