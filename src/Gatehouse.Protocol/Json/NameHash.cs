using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gatehouse.Protocol.Json;

/// <summary>A 64-bit hash of a name under two keys drawn at process start.</summary>
/// <remarks>
/// Only speed rests on its quality: equal hashes are always settled by comparing the names, in n log n steps at worst
/// (<c>MemberNames</c>). The keys keep an attacker from preparing names that need those steps.
/// </remarks>
internal static class NameHash
{
    private static readonly ulong Key0 = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;
    private static readonly ulong Key1 = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    /// <summary>Returns the hash of these bytes in this process.</summary>
    public static ulong Of(ReadOnlySpan<byte> name)
    {
        var state = Key0 ^ (ulong)name.Length;
        while (name.Length > 8)
        {
            state = Mix(state ^ BinaryPrimitives.ReadUInt64LittleEndian(name), Key1);
            name = name[8..];
        }

        return Mix(state ^ Tail(name), Key1);
    }

    private static ulong Tail(ReadOnlySpan<byte> rest)
    {
        if (rest.Length == 8)
            return BinaryPrimitives.ReadUInt64LittleEndian(rest);
        if (rest.Length >= 4)
        {
            ulong low = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            return low | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(rest[^4..]) << 32);
        }

        ulong value = 0;
        foreach (var b in rest)
            value = (value << 8) | b;
        return value;
    }

    private static ulong Mix(ulong value, ulong key)
    {
        var high = Math.BigMul(value, key, out var low);
        return high ^ low;
    }
}
