using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Identity.Formats;

/// <summary>Base64url exactly as JOSE writes it: no padding, no white space, one spelling per value (RFC 7515 §2).</summary>
internal static class Base64UrlText
{
    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>Decodes the text. Returns false for any text that an encoder would not have written.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        // Threat: one token in several spellings slips past a revocation by hash. Only the canonical spelling is read.
        bytes = null;
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(Alphabet) || !HasZeroTrailingBits(text))
            return false;
        bytes = Base64Url.DecodeFromUtf8(text);
        return true;
    }

    /// <summary>
    /// Returns whether the unused bits of an incomplete group are zero, as an encoder leaves them (RFC 4648 §3.5).
    /// </summary>
    private static bool HasZeroTrailingBits(ReadOnlySpan<byte> text) => (text.Length % 4) switch
    {
        2 => (ValueOf(text[^1]) & 0b1111) == 0,
        3 => (ValueOf(text[^1]) & 0b11) == 0,
        _ => true,
    };

    private static int ValueOf(byte character) => character switch
    {
        >= (byte)'A' and <= (byte)'Z' => character - 'A',
        >= (byte)'a' and <= (byte)'z' => character - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => character - '0' + 52,
        (byte)'-' => 62,
        _ => 63,
    };
}
