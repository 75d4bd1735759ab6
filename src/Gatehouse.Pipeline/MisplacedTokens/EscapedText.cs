using System.Globalization;

namespace Gatehouse.Pipeline.MisplacedTokens;

/// <summary>Decodes escape sequences of JSON and percent-encoding, in place.</summary>
internal static class EscapedText
{
    private const byte NotAscii = 0;

    /// <summary>Tells whether the text may hold an escape sequence.</summary>
    public static bool IsIn(ReadOnlySpan<byte> text) => text.IndexOfAny((byte)'\\', (byte)'%') >= 0;

    /// <summary>Decodes one layer, and returns the length of the decoded text. A sequence that is none stays as it is.</summary>
    public static int DecodeOnce(Span<byte> text)
    {
        var written = 0;
        for (var at = 0; at < text.Length; written++)
        {
            var (value, length) = text[at] switch
            {
                (byte)'%' => Percent(text[at..]),
                (byte)'\\' => Json(text[at..]),
                var plain => (plain, 1),
            };
            text[written] = value;
            at += length;
        }

        return written;
    }

    private static (byte Value, int Length) Percent(ReadOnlySpan<byte> text) =>
        text.Length >= 3 && byte.TryParse(text.Slice(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? (value, 3)
            : (text[0], 1);

    // RFC 8259 §7. Tokens are ASCII, so any other character is only a boundary.
    private static (byte Value, int Length) Json(ReadOnlySpan<byte> text) => text.Length < 2 ? (text[0], 1) : text[1] switch
    {
        (byte)'u' => text.Length >= 6
            && ushort.TryParse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
                ? (value < 0x80 ? (byte)value : NotAscii, 6)
                : (text[0], 1),
        (byte)'n' or (byte)'r' or (byte)'t' or (byte)'b' or (byte)'f' => ((byte)' ', 2),
        var plain => (plain, 2),
    };
}
