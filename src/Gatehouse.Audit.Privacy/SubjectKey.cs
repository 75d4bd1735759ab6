using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Audit.Privacy;

/// <summary>
/// One key: AES-256-GCM with random nonces, for fewer than 2^32 boxes (NIST SP 800-38D, section 8.3), which one person does not have in a month.
/// Safe for concurrent use.
/// </summary>
internal sealed class SubjectKey
{
    public const int KeyBytes = 32;
    public const int Overhead = 1 + NonceBytes + TagBytes;

    private const byte Version = 1;
    private const int NonceBytes = RandomNonce.Bytes;
    private const int TagBytes = 16;
    private const int OnStack = 512;

    private readonly Lock gate = new();
    private readonly AesGcm cipher;

    /// <param name="pseudonym">The name of the key.</param>
    /// <param name="key">32 bytes, which are the caller's to clear.</param>
    public SubjectKey(ReadOnlyMemory<byte> pseudonym, ReadOnlySpan<byte> key)
    {
        Pseudonym = Base64Url.EncodeToString(pseudonym.Span);
        cipher = new AesGcm(key, TagBytes);
    }

    /// <summary>The name of the key, as entries have it: 22 characters.</summary>
    public string Pseudonym { get; }

    /// <summary>Seals bytes. The id of their exchange is the associated data: a box opens only in entries of that exchange.</summary>
    public string Seal(ReadOnlySpan<byte> plain, string boundTo)
    {
        var length = Overhead + plain.Length;
        var box = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
        box = box[..length];
        box[0] = Version;
        var nonce = box.Slice(1, NonceBytes);
        RandomNonce.Fill(nonce);
        Span<byte> binding = stackalloc byte[BindingBytes(boundTo)];
        Encoding.UTF8.GetBytes(boundTo, binding);
        lock (gate) cipher.Encrypt(nonce, plain, box[Overhead..], box.Slice(1 + NonceBytes, TagBytes), binding);
        return Base64Url.EncodeToString(box);
    }

    /// <summary>Opens a box. Null where it is none of this key and exchange.</summary>
    public byte[]? Open(ReadOnlySpan<char> text, string boundTo)
    {
        if (!Base64Url.IsValid(text)) return null;
        var box = Base64Url.DecodeFromChars(text);
        if (box.Length < Overhead || box[0] != Version) return null;
        var plain = new byte[box.Length - Overhead];
        try
        {
            lock (gate)
                cipher.Decrypt(box.AsSpan(1, NonceBytes), box.AsSpan(Overhead), box.AsSpan(1 + NonceBytes, TagBytes), plain,
                    Encoding.UTF8.GetBytes(boundTo));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static int BindingBytes(string boundTo) => Encoding.UTF8.GetByteCount(boundTo);
}
