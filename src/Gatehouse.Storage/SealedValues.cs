using System.Security.Cryptography;

namespace Gatehouse.Storage;

/// <summary>The bytes of a sealed value: version (1 byte, 1), nonce (12), ciphertext, tag (16); AES-256-GCM under a key of its own.</summary>
internal static class SealedValues
{
    public const int KeyBytes = 32;
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int Overhead = 1 + NonceBytes + TagBytes;

    /// <param name="key">A key that seals this value only.</param>
    /// <param name="bound">The associated data; the version is bound too.</param>
    /// <param name="value">The value.</param>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bound, ReadOnlySpan<byte> value)
    {
        var message = new byte[value.Length + Overhead];
        message[0] = Version;
        var nonce = message.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, value, message.AsSpan(1 + NonceBytes, value.Length), message.AsSpan(^TagBytes..), [Version, .. bound]);
        return message;
    }

    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bound, ReadOnlySpan<byte> message, out byte[] value)
    {
        value = [];
        if (message.Length < Overhead || message[0] != Version || key.Length != KeyBytes) return false;
        var opened = new byte[message.Length - Overhead];
        using var cipher = new AesGcm(key, TagBytes);
        try
        {
            cipher.Decrypt(message.Slice(1, NonceBytes), message[(1 + NonceBytes)..^TagBytes], message[^TagBytes..], opened, [Version, .. bound]);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        value = opened;
        return true;
    }
}
