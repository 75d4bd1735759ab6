using System.Security.Cryptography;

namespace Gatehouse.Storage;

/// <summary>
/// The bytes of a sealed message: version (1 byte, 1), key id (8), salt (12), nonce (12), ciphertext, tag (16).
/// </summary>
/// <remarks>
/// The construction of XAES-256-GCM with HMAC-SHA-256 in place of CMAC: the first half of 24 random bytes derives the AES key
/// of the message from that of the purpose, the second half is its nonce. A key of AES-GCM with random nonces is exhausted
/// after 2^32 messages; here two messages meet in key and nonce with a chance of 2^-65 after 2^64. The header is part
/// of the associated data.
/// </remarks>
internal static class SealedFormat
{
    public const byte Version = 1;
    public const int SaltBytes = 12;
    public const int NonceBytes = 12;
    public const int TagBytes = 16;
    public const int HeaderBytes = 1 + RingKey.IdBytes + SaltBytes + NonceBytes;
    public const int Overhead = HeaderBytes + TagBytes;

    public static ReadOnlySpan<byte> KeyId(ReadOnlySpan<byte> message) => message.Slice(1, RingKey.IdBytes);

    public static byte[] Seal(RingKey key, ReadOnlySpan<byte> sealingKey, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext)
    {
        var message = new byte[plaintext.Length + Overhead];
        message[0] = Version;
        key.IdSpan.CopyTo(message.AsSpan(1));
        RandomNumberGenerator.Fill(message.AsSpan(1 + RingKey.IdBytes, SaltBytes + NonceBytes));
        var bound = Bind(message, associatedData);
        using var cipher = Cipher(sealingKey, message);
        cipher.Encrypt(Nonce(message), plaintext, Body(message), message.AsSpan(^TagBytes..), bound);
        return message;
    }

    /// <param name="message">At least <see cref="Overhead"/> bytes.</param>
    public static bool TryOpen(ReadOnlySpan<byte> sealingKey, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> message, out byte[] plaintext)
    {
        var opened = new byte[message.Length - Overhead];
        var bound = Bind(message, associatedData);
        using var cipher = Cipher(sealingKey, message);
        try
        {
            cipher.Decrypt(Nonce(message), message[HeaderBytes..^TagBytes], message[^TagBytes..], opened, bound);
            plaintext = opened;
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            plaintext = [];
            return false;
        }
    }

    private static AesGcm Cipher(ReadOnlySpan<byte> sealingKey, ReadOnlySpan<byte> message)
    {
        Span<byte> messageKey = stackalloc byte[RingKey.KeyBytes];
        HMACSHA256.HashData(sealingKey, message.Slice(1 + RingKey.IdBytes, SaltBytes), messageKey);
        var cipher = new AesGcm(messageKey, TagBytes);
        CryptographicOperations.ZeroMemory(messageKey);
        return cipher;
    }

    private static byte[] Bind(ReadOnlySpan<byte> message, ReadOnlySpan<byte> associatedData)
    {
        // The header has one length, so the end of the header and the beginning of the caller's data are unambiguous.
        var bound = new byte[HeaderBytes + associatedData.Length];
        message[..HeaderBytes].CopyTo(bound);
        associatedData.CopyTo(bound.AsSpan(HeaderBytes));
        return bound;
    }

    private static ReadOnlySpan<byte> Nonce(ReadOnlySpan<byte> message) => message.Slice(HeaderBytes - NonceBytes, NonceBytes);

    private static Span<byte> Body(Span<byte> message) => message[HeaderBytes..^TagBytes];
}
