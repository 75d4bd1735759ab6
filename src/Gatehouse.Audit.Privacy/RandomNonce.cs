using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Gatehouse.Audit.Privacy;

/// <summary>
/// Random nonces for AES-GCM (NIST SP 800-38D, section 8.2.2) out of bytes that the generator gave in advance. A call of the generator costs more
/// than sealing a box, and about the same for 12 bytes as for a thousand. A nonce is no secret, so that bytes may wait for their use.
/// </summary>
internal static class RandomNonce
{
    /// <summary>The bytes of a nonce.</summary>
    public const int Bytes = 12;

    private const int BytesOfThread = 85 * Bytes;

    [ThreadStatic]
    private static byte[]? random;

    [ThreadStatic]
    private static int left;

    /// <summary>Writes a nonce. No two calls use the same bytes.</summary>
    /// <param name="nonce">Room for <see cref="Bytes"/>.</param>
    public static void Fill(Span<byte> nonce)
    {
        var bytes = random ??= new byte[BytesOfThread];
        if (left < Bytes)
        {
            RandomNumberGenerator.Fill(bytes);
            left = bytes.Length;
        }

        left -= Bytes;
        bytes.AsSpan(left, Bytes).CopyTo(nonce);
        // Threat: two copies of a virtual machine continue from one image of its memory, and seal with the same nonce under the same key. The clock
        // makes that improbable, and a random value stays random when another one is added to it.
        BinaryPrimitives.WriteInt64LittleEndian(nonce, BinaryPrimitives.ReadInt64LittleEndian(nonce) ^ Stopwatch.GetTimestamp());
    }
}
