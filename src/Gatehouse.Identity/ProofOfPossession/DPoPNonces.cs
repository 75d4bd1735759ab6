using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>
/// Nonces for proofs (RFC 9449 §9), without state: the number of a time slot and a MAC of it. A nonce is good in its slot and
/// the next, and at every gateway that has the same keys.
/// </summary>
public sealed class DPoPNonces
{
    /// <summary>The length of a slot. A nonce is good for one to two of them.</summary>
    public static readonly TimeSpan Slot = TimeSpan.FromMinutes(5);

    /// <summary>Length of a key in bytes.</summary>
    public const int KeyBytes = 32;

    private const int SlotBytes = sizeof(long);
    private const int MacBytes = 16;
    private const int NonceBytes = SlotBytes + MacBytes;

    private readonly Func<IReadOnlyList<byte[]>> keys;
    private readonly TimeProvider time;
    private volatile Made? made;

    /// <summary>Makes a source.</summary>
    /// <param name="keys">The keys of <see cref="KeyBytes"/> bytes, newest first; the first makes, all check. Asked once a slot to make, and for
    /// each check.</param>
    /// <param name="time">The clock.</param>
    public DPoPNonces(Func<IReadOnlyList<byte[]>> keys, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(time);
        this.keys = keys;
        this.time = time;
    }

    /// <summary>Returns the nonce of now: 32 characters of base64url.</summary>
    public string Current()
    {
        var slot = CurrentSlot();
        var made = this.made;
        if (made?.Slot != slot)
            this.made = made = new Made(slot, Make(keys()[0], slot));
        return made.Nonce;
    }

    /// <summary>Returns whether a nonce is one of ours and of this slot or the last.</summary>
    public bool IsGood(string? nonce)
    {
        Span<byte> bytes = stackalloc byte[NonceBytes];
        if (nonce?.Length != Base64Url.GetEncodedLength(NonceBytes) || !Ascii.IsValid(nonce)
            || Base64Url.DecodeFromChars(nonce, bytes, out _, out var written) != System.Buffers.OperationStatus.Done || written != NonceBytes)
            return false;
        var slot = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (CurrentSlot() - slot is not (0 or 1))
            return false;
        var isOurs = false;
        Span<byte> expected = stackalloc byte[MacBytes];
        foreach (var key in keys())
        {
            Mac(key, slot, expected);
            isOurs |= CryptographicOperations.FixedTimeEquals(expected, bytes[SlotBytes..]);
        }

        return isOurs;
    }

    private static string Make(byte[] key, long slot)
    {
        Span<byte> bytes = stackalloc byte[NonceBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, slot);
        Mac(key, slot, bytes[SlotBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    private static void Mac(byte[] key, long slot, Span<byte> mac)
    {
        Span<byte> message = stackalloc byte[SlotBytes];
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(message, slot);
        HMACSHA256.HashData(key, message, whole);
        whole[..MacBytes].CopyTo(mac);
    }

    private long CurrentSlot() => time.GetUtcNow().UtcTicks / Slot.Ticks;

    private sealed record Made(long Slot, string Nonce);
}
