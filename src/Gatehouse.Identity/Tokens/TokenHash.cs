using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gatehouse.Identity.Tokens;

/// <summary>The SHA-256 of a token's characters. It correlates and revokes a token without holding it.</summary>
/// <remarks>The hash shows nothing about the token's text: tokens carry a signature, which cannot be guessed from the hash.</remarks>
public readonly record struct TokenHash
{
    /// <summary>Length in bytes.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private readonly ulong first;
    private readonly ulong second;
    private readonly ulong third;
    private readonly ulong fourth;

    private TokenHash(ReadOnlySpan<byte> digest)
    {
        first = BinaryPrimitives.ReadUInt64BigEndian(digest);
        second = BinaryPrimitives.ReadUInt64BigEndian(digest[8..]);
        third = BinaryPrimitives.ReadUInt64BigEndian(digest[16..]);
        fourth = BinaryPrimitives.ReadUInt64BigEndian(digest[24..]);
    }

    /// <summary>Hashes a token given as ASCII bytes.</summary>
    internal static TokenHash Of(ReadOnlySpan<byte> token)
    {
        Span<byte> digest = stackalloc byte[Size];
        SHA256.HashData(token, digest);
        return new TokenHash(digest);
    }

    /// <summary>Reads 64 hexadecimal digits, as <see cref="ToString"/> writes them.</summary>
    /// <returns>False when the text is anything else.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TokenHash hash)
    {
        Span<byte> digest = stackalloc byte[Size];
        var isHash = text.Length == 2 * Size
            && Convert.FromHexString(text, digest, out _, out var written) == System.Buffers.OperationStatus.Done
            && written == Size;
        hash = isHash ? new TokenHash(digest) : default;
        return isHash;
    }

    /// <summary>Returns the hash as 64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> digest = stackalloc byte[Size];
        CopyTo(digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>Returns the hash as <see cref="Size"/> bytes.</summary>
    public byte[] ToArray()
    {
        var digest = new byte[Size];
        CopyTo(digest);
        return digest;
    }

    /// <summary>Returns the hash as base64url, as <c>ath</c> of a proof has it (RFC 9449 §4.2).</summary>
    internal string ToBase64Url()
    {
        Span<byte> digest = stackalloc byte[Size];
        CopyTo(digest);
        return System.Buffers.Text.Base64Url.EncodeToString(digest);
    }

    private void CopyTo(Span<byte> digest)
    {
        BinaryPrimitives.WriteUInt64BigEndian(digest, first);
        BinaryPrimitives.WriteUInt64BigEndian(digest[8..], second);
        BinaryPrimitives.WriteUInt64BigEndian(digest[16..], third);
        BinaryPrimitives.WriteUInt64BigEndian(digest[24..], fourth);
    }

    /// <summary>Returns a hash code that is seeded per process, so that no client can choose tokens that fall into one bucket of a table.</summary>
    public override int GetHashCode() => HashCode.Combine(first, second);
}
