using System.Text;

namespace Gatehouse.Storage;

/// <summary>Text on its way into the store.</summary>
internal static class StoredText
{
    /// <summary>The most UTF-8 bytes of one value.</summary>
    public const int MostBytes = 4096;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Lets through what comes back as it went in. A lone surrogate would be replaced on the way, and two values with one
    /// would become the same row; a NUL ends a text for some readers.
    /// </summary>
    /// <exception cref="ArgumentException">The value is null, too long, holds NUL or is no text.</exception>
    public static void Check(string value, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        if (value.Length > MostBytes || value.Contains('\0', StringComparison.Ordinal) || !IsText(value))
            throw new ArgumentException($"The value is longer than {MostBytes} bytes, holds NUL or a lone surrogate.", name);
    }

    private static bool IsText(string value)
    {
        try
        {
            return Strict.GetByteCount(value) <= MostBytes;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
