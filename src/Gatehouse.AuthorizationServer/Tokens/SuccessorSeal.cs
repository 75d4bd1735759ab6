using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// The encryption of the tokens that followed from a refresh token, under a key that is derived from that refresh token.
/// </summary>
/// <remarks>
/// Threat: with the store and the key ring, a thief would read tokens in force out of the store. The store has only the digest of the refresh
/// token, so that the ring does not open this layer (MCP rows B28, B30).
/// </remarks>
internal static class SuccessorSeal
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Encrypts tokens.</summary>
    public static SuccessorFacts Seal(string refreshToken, MintedTokens tokens)
    {
        var plaintext = Write(tokens);
        var message = new byte[NonceBytes + TagBytes + plaintext.Length];
        RandomNumberGenerator.Fill(message.AsSpan(0, NonceBytes));
        using var cipher = CipherOf(refreshToken);
        cipher.Encrypt(
            message.AsSpan(0, NonceBytes), plaintext, message.AsSpan(NonceBytes + TagBytes), message.AsSpan(NonceBytes, TagBytes));
        CryptographicOperations.ZeroMemory(plaintext);
        return new SuccessorFacts(message);
    }

    /// <summary>Decrypts tokens.</summary>
    /// <returns>Null when they were encrypted for another refresh token.</returns>
    public static MintedTokens? Open(string refreshToken, SuccessorFacts facts)
    {
        var message = facts.Tokens.AsSpan();
        if (message.Length < NonceBytes + TagBytes)
            return null;
        var plaintext = new byte[message.Length - NonceBytes - TagBytes];
        try
        {
            using var cipher = CipherOf(refreshToken);
            cipher.Decrypt(message[..NonceBytes], message[(NonceBytes + TagBytes)..], message.Slice(NonceBytes, TagBytes), plaintext);
            return Read(plaintext);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static AesGcm CipherOf(string refreshToken)
    {
        var material = Encoding.ASCII.GetBytes(refreshToken);
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, KeyBytes, info: "gatehouse refresh successor 1"u8.ToArray());
        var cipher = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(material);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    private static byte[] Write(MintedTokens tokens)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("access"u8, tokens.Access.Reveal());
            writer.WriteString("refresh"u8, tokens.Refresh.Reveal());
            writer.WriteString("scheme"u8, tokens.Scheme);
            writer.WriteString("scope"u8, tokens.Scope);
            writer.WriteNumber("until"u8, tokens.ExpiresAt.ToUnixTimeSeconds());
            writer.WriteEndObject();
        }

        var written = buffer.WrittenSpan.ToArray();
        buffer.Clear();
        return written;
    }

    private static MintedTokens Read(byte[] plaintext)
    {
        using var document = JsonDocument.Parse(plaintext);
        var root = document.RootElement;
        return new MintedTokens(
            new SecretText(root.GetProperty("access"u8).GetString()), new SecretText(root.GetProperty("refresh"u8).GetString()),
            root.GetProperty("scheme"u8).GetString()!, root.GetProperty("scope"u8).GetString()!,
            DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("until"u8).GetInt64()), [], []);
    }
}
