namespace Gatehouse.Detection.Text;

/// <summary>Bytes that are written as a sign and two hexadecimal digits each.</summary>
internal static class EscapedBytes
{
    /// <summary>Reads bytes at the beginning of a text, as many as a character of UTF-8 can have.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sign">The sign before the digits of each byte.</param>
    /// <param name="bytes">The bytes; room for four.</param>
    /// <returns>Number of bytes; 0 where the text does not begin with one.</returns>
    public static int Read(ReadOnlySpan<char> text, char sign, Span<byte> bytes)
    {
        var count = 0;
        for (; count < bytes.Length && text.Length >= 3 && text[0] == sign; text = text[3..])
        {
            var (high, low) = (Digit(text[1]), Digit(text[2]));
            if (high < 0 || low < 0) break;
            bytes[count++] = (byte)((high << 4) | low);
        }

        return count;
    }

    private static int Digit(char letter) => letter switch
    {
        >= '0' and <= '9' => letter - '0',
        >= 'a' and <= 'f' => letter - 'a' + 10,
        >= 'A' and <= 'F' => letter - 'A' + 10,
        _ => -1,
    };
}
