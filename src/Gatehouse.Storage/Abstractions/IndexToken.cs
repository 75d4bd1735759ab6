using System.Buffers.Binary;

namespace Gatehouse.Storage.Abstractions;

/// <summary>
/// A keyed token of 128 bits. Equal values have equal tokens within one index; without the key a token says nothing about its value.
/// </summary>
/// <param name="High">The first 64 bits.</param>
/// <param name="Low">The last 64 bits.</param>
public readonly record struct IndexToken(ulong High, ulong Low)
{
    /// <summary>Bytes of a token.</summary>
    public const int Size = 16;

    /// <summary>Reads a token of the first 16 bytes.</summary>
    public static IndexToken Of(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Returns the token in 16 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), Low);
        return bytes;
    }
}
