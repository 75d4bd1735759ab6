using System.Text;

namespace Gatehouse.Storage.Abstractions;

/// <summary>Texts and digests on their way into a store.</summary>
public static class StoredText
{
    /// <summary>The most UTF-8 bytes of one value.</summary>
    public const int MostBytes = 4096;

    private const int ShortestDigest = 16;
    private const int LongestDigest = 64;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Lets through what comes back as it went in. A lone surrogate would be replaced on the way, and two values with one
    /// would become the same row; a NUL ends a text for some readers.
    /// </summary>
    /// <exception cref="ArgumentException">The value is null, too long, holds NUL or is no text.</exception>
    public static void Check(string value, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        if (value.Length > MostBytes || value.Contains('\0', StringComparison.Ordinal) || CountBytes(value) is < 0 or > MostBytes)
            throw new ArgumentException($"The value is longer than {MostBytes} bytes, holds NUL or a lone surrogate.", name);
    }

    /// <summary>Lets a text through that may be longer than <see cref="MostBytes"/>, and still comes back unchanged.</summary>
    /// <exception cref="ArgumentException">The value is null, holds NUL or is no text.</exception>
    public static void CheckLong(string value, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        if (value.Contains('\0', StringComparison.Ordinal) || CountBytes(value) < 0)
            throw new ArgumentException("The value holds NUL or a lone surrogate.", name);
    }

    /// <summary>Lets a digest of 16 to 64 bytes through.</summary>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public static void CheckDigest(ReadOnlyMemory<byte> digest, string name)
    {
        if (digest.Length is < ShortestDigest or > LongestDigest)
            throw new ArgumentException($"The digest has {digest.Length} bytes; {ShortestDigest} to {LongestDigest} are needed.", name);
    }

    // Less than 0 for a lone surrogate.
    private static int CountBytes(string value)
    {
        try
        {
            return Strict.GetByteCount(value);
        }
        catch (EncoderFallbackException)
        {
            return -1;
        }
    }
}
