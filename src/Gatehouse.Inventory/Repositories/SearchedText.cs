using System.Text;

namespace Gatehouse.Inventory.Repositories;

/// <summary>The text of a file's bytes, or nothing for a binary file.</summary>
internal static class SearchedText
{
    // git looks at as many bytes to tell text from binary data.
    private const int Sample = 8000;

    /// <summary>Returns whether the beginning of a file is text in UTF-8, an ASCII code page, UTF-16 or UTF-32.</summary>
    public static bool IsText(ReadOnlySpan<byte> beginning)
    {
        var sample = beginning[..Math.Min(beginning.Length, Sample)];
        return EncodingOf(sample) is not UTF8Encoding || !sample.Contains((byte)0);
    }

    /// <summary>Returns the text; null for a binary file.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        if (!IsText(bytes)) return null;
        var encoding = EncodingOf(bytes);
        var text = encoding.GetString(bytes);
        return text.Length > 0 && text[0] == '\uFEFF' ? text[1..] : text;
    }

    // Keys are ASCII, so bytes that are not UTF-8 may be replaced: the text around them is the same.
    private static Encoding EncodingOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0])) return Encoding.UTF32;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF])) return new UTF32Encoding(bigEndian: true, byteOrderMark: true);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Encoding.Unicode;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Encoding.BigEndianUnicode;
        return HalfIsZero(bytes, 1) ? Encoding.Unicode : HalfIsZero(bytes, 0) ? Encoding.BigEndianUnicode : Encoding.UTF8;
    }

    // UTF-16 without a mark, as some tools of Windows write it: every other byte of ASCII text is zero.
    private static bool HalfIsZero(ReadOnlySpan<byte> bytes, int first)
    {
        var sample = bytes[..Math.Min(bytes.Length, 512)];
        if (sample.Length < 16) return false;
        var (zeros, others) = (0, 0);
        for (var i = 0; i < sample.Length; i++)
        {
            if (sample[i] != 0) continue;
            if (i % 2 == first) zeros++;
            else others++;
        }

        return others == 0 && zeros >= sample.Length / 2 * 9 / 10;
    }
}
