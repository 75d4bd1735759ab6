using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Gatehouse.Pipeline.MisplacedTokens;

/// <summary>The forms by which a token is recognized in a run of characters.</summary>
internal static class TokenForms
{
    /// <summary>Length of a value of the gateway: a prefix of four characters and 256 random bits in base64url.</summary>
    public const int OwnLength = 4 + RandomLength;

    /// <summary>
    /// Length of the shortest presented token that is searched for. A shorter one would also be found in texts that do not contain it.
    /// </summary>
    public const int ShortestPresented = 16;

    private const int RandomLength = 43;
    private const int NeedleLength = 24;

    /// <summary>The characters of base64url (RFC 4648 §5).</summary>
    public static readonly SearchValues<byte> Base64UrlBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>Tells whether the text holds a value of the gateway: <c>gha_</c>, <c>ghr_</c> or <c>ghc_</c> and exactly 43 characters.</summary>
    public static bool HasOwn(ReadOnlySpan<byte> text)
    {
        for (var at = 0; text.Length - at >= OwnLength; at++)
        {
            var found = text[at..].IndexOf("gh"u8);
            if (found < 0) return false;
            at += found;
            if (IsOwn(text, at)) return true;
        }

        return false;
    }

    /// <summary>Tells whether the text holds the token, plain or as part of a base64 text.</summary>
    /// <remarks>
    /// The search is for the middle of the token's last part. That of a JWT is its signature, which no other token has. Its header and the beginning
    /// of its claims are equal in all tokens of an issuer.
    /// </remarks>
    /// <param name="text">The text.</param>
    /// <param name="token">The token: ASCII, of at least <see cref="ShortestPresented"/> characters.</param>
    public static bool HasPresented(ReadOnlySpan<byte> text, ReadOnlySpan<char> token)
    {
        Span<byte> buffer = stackalloc byte[NeedleLength];
        var needle = buffer[..Encoding.UTF8.GetBytes(Middle(token), buffer)];
        return text.IndexOf(needle) >= 0 || HasBase64(text, needle);
    }

    private static ReadOnlySpan<char> Middle(ReadOnlySpan<char> token)
    {
        token = token.TrimEnd('=');
        var last = token[(token.LastIndexOf('.') + 1)..];
        var part = last.Length < ShortestPresented ? token : last;
        return part.Length <= NeedleLength ? part : part.Slice((part.Length - NeedleLength) / 2, NeedleLength);
    }

    // Base64 encodes groups of three bytes. Wherever the token begins, one of three positions in the needle is the beginning of a group.
    private static bool HasBase64(ReadOnlySpan<byte> text, ReadOnlySpan<byte> needle)
    {
        Span<byte> encoded = stackalloc byte[NeedleLength / 3 * 4];
        for (var shift = 0; shift < 3; shift++)
        {
            Base64.EncodeToUtf8(needle.Slice(shift, (needle.Length - shift) / 3 * 3), encoded, out _, out var length);
            if (text.IndexOf(encoded[..length]) >= 0) return true;
            if (ToBase64Url(encoded[..length]) && text.IndexOf(encoded[..length]) >= 0) return true;
        }

        return false;
    }

    private static bool ToBase64Url(Span<byte> base64)
    {
        var differs = base64.IndexOfAny((byte)'+', (byte)'/') >= 0;
        base64.Replace((byte)'+', (byte)'-');
        base64.Replace((byte)'/', (byte)'_');
        return differs;
    }

    private static bool IsOwn(ReadOnlySpan<byte> text, int at)
    {
        var value = text[at..];
        if (value.Length < OwnLength || value[2] is not ((byte)'a' or (byte)'r' or (byte)'c') || value[3] != (byte)'_') return false;
        if (value.Slice(4, RandomLength).ContainsAnyExcept(Base64UrlBytes)) return false;
        return !IsBase64Url(text, at - 1) && !IsBase64Url(text, at + OwnLength);
    }

    private static bool IsBase64Url(ReadOnlySpan<byte> text, int at) => at >= 0 && at < text.Length && Base64UrlBytes.Contains(text[at]);
}
