using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Audit.Search;

/// <summary>
/// The keys of one index, from the newest key of the ring, the salt of the index and its secret by HKDF. Tokens are HMAC-SHA-256 cut to 128
/// bits, boxes are AES-256-GCM with a random nonce. An index has fewer than 2^32 boxes, which random nonces of 96 bits allow (NIST SP 800-38D,
/// section 8.3).
/// </summary>
internal sealed class IndexKeys : IDisposable
{
    public const int SaltBytes = 16;

    private const string TokenPurpose = "audit-index/tokens";
    private const string BoxPurpose = "audit-index/boxes";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    // Tokens that are remembered: names and words come again and again. Beyond it all are forgotten.
    private const int LargestRemembered = 100_000;

    private readonly byte[] tokenKey;
    private readonly AesGcm boxes;
    private readonly Dictionary<EntryTerm, IndexToken> remembered = [];
    private readonly Lock gate = new();

    public IndexKeys(KeyRing ring, ReadOnlySpan<byte> salt)
    {
        tokenKey = ring.DeriveKey(TokenPurpose, salt, 32);
        var key = ring.DeriveKey(BoxPurpose, salt, 32);
        boxes = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Returns the digest by which an index recognizes its key, and the state in which the entries of the log were read.</summary>
    public byte[] Check(string state) => Digest([.. "key check "u8, .. Encoding.UTF8.GetBytes(state)]);

    /// <summary>Returns a keyed digest of 32 bytes.</summary>
    public byte[] Digest(ReadOnlySpan<byte> data) => HMACSHA256.HashData(tokenKey, data);

    /// <summary>Returns the token of a property.</summary>
    public IndexToken TokenOf(in EntryTerm term)
    {
        lock (gate)
        {
            if (remembered.TryGetValue(term, out var token)) return token;
            if (remembered.Count >= LargestRemembered) remembered.Clear();
            return remembered[term] = Make(term);
        }
    }

    /// <summary>Seals bytes to what they are bound to.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> boundTo)
    {
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = box.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        lock (gate) boxes.Encrypt(nonce, plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), boundTo);
        return box;
    }

    /// <summary>Opens a box.</summary>
    /// <exception cref="DamagedIndexException">The box is not one of this index and place.</exception>
    public byte[] Open(ReadOnlySpan<byte> box, ReadOnlySpan<byte> boundTo)
    {
        if (box.Length < NonceBytes + TagBytes) throw new DamagedIndexException("an entry of the index is too short");
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        try
        {
            lock (gate) boxes.Decrypt(box[..NonceBytes], box[(NonceBytes + TagBytes)..], box.Slice(NonceBytes, TagBytes), plain, boundTo);
            return plain;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new DamagedIndexException("an entry of the index does not open at its position", e);
        }
    }

    /// <summary>Returns the bytes that the box of an entry is bound to.</summary>
    public static byte[] BoundTo(string log, long index)
    {
        var bytes = new byte[8 + Encoding.UTF8.GetByteCount(log)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, index);
        Encoding.UTF8.GetBytes(log, bytes.AsSpan(8));
        return bytes;
    }

    public void Dispose()
    {
        boxes.Dispose();
        CryptographicOperations.ZeroMemory(tokenKey);
    }

    private IndexToken Make(in EntryTerm term)
    {
        var label = Encoding.UTF8.GetBytes(term.Label);
        var bytes = new byte[4 + label.Length + Encoding.UTF8.GetByteCount(term.Value)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, label.Length);
        label.CopyTo(bytes, 4);
        Encoding.UTF8.GetBytes(term.Value, bytes.AsSpan(4 + label.Length));
        return IndexToken.Of(Digest(bytes));
    }
}
