using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Gatehouse.Detection.Messages;

namespace Gatehouse.Pipeline.Inspection.Texts;

/// <summary>
/// Digests by which the judgements of texts are found again: the first 128 bits of SHA-256 over a key and what was judged. The key is random and of
/// this process, so that no sender can make two texts with one digest (CWE-328).
/// </summary>
/// <remarks>
/// No digest leaves the process, so what a hash with the key in front lacks beside HMAC (RFC 2104), safety against a digest that somebody extends, is
/// not needed; one pass costs a third of two.
/// </remarks>
internal sealed class TextDigest
{
    private const int KeyBytes = 32;
    private const int OnStack = 1024;
    private const byte OfValue = 1;
    private const byte OfPair = 2;

    // The kind, the place, and eight bytes that depend on the kind.
    private const int HeadBytes = KeyBytes + 10;

    private readonly byte[] key = RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>Returns the digest of the value of a message.</summary>
    /// <param name="value">Its bytes.</param>
    /// <param name="place">Its place.</param>
    /// <param name="snapshot">The generation of the snapshot in force.</param>
    public UInt128 Of(ReadOnlySpan<byte> value, MessagePlace place, long snapshot) => Of(OfValue, place, snapshot, value, []);

    /// <summary>Returns the digest of the end of one text and the beginning of another.</summary>
    /// <param name="before">The end of the earlier one.</param>
    /// <param name="after">The beginning of the later one.</param>
    /// <param name="place">The place of the later one.</param>
    /// <param name="withModel">Whether the learned model is asked.</param>
    public UInt128 Of(string before, TextBeginning after, MessagePlace place, bool withModel)
    {
        // With the length of the first part, so that no other pair has the same bytes.
        var facts = ((long)before.Length << 2) | (withModel ? 2L : 0) | (after.IsWithin ? 1L : 0);
        return Of(OfPair, place, facts, MemoryMarshal.AsBytes(before.AsSpan()), MemoryMarshal.AsBytes(after.Text.AsSpan()));
    }

    private UInt128 Of(byte kind, MessagePlace place, long facts, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var length = HeadBytes + first.Length + second.Length;
        var rented = length <= OnStack ? null : ArrayPool<byte>.Shared.Rent(length);
        var bytes = (rented ?? stackalloc byte[OnStack])[..length];
        key.CopyTo(bytes);
        (bytes[KeyBytes], bytes[KeyBytes + 1]) = (kind, (byte)place);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[(KeyBytes + 2)..], facts);
        first.CopyTo(bytes[HeadBytes..]);
        second.CopyTo(bytes[(HeadBytes + first.Length)..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        bytes.Clear(); // neither the key nor a text stays behind
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
