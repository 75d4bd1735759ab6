using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gatehouse.Detection.Content;

/// <summary>Hashes of features. They are not meant to resist anybody: who knows the model can look at all of its weights.</summary>
internal static class PassageHash
{
    private const uint One = 0x9E3779B1;
    private const uint Two = 0x85EBCA77;
    private const uint Three = 0xC2B2AE3D;
    private const uint Four = 0x27D4EB2F;
    private const uint Five = 0x165667B1;

    /// <summary>Returns the hash of characters.</summary>
    public static uint Of(ReadOnlySpan<char> text)
    {
        var hash = 2166136261;
        foreach (var letter in text) hash = (hash ^ letter) * 16777619;
        return Spread(hash);
    }

    /// <summary>Spreads the bits of a number over a hash.</summary>
    public static uint Of(uint number) => Spread(number + 1);

    /// <summary>Returns the hash of two parts of a kind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(uint kind, uint first, uint second) => (kind * Five) + (first * One) + (second * Two);

    /// <summary>Returns the hash of three parts of a kind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(uint kind, uint first, uint second, uint third) => Third(Of(kind, first, second), third);

    /// <summary>Adds a third part to the hash of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Third(uint both, uint third) => both + (third * Three);

    /// <summary>Returns the hash of three characters; more are added by <see cref="Fourth"/> and <see cref="Fifth"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(char first, char second, char third) => ((first + 1u) * One) + ((second + 1u) * Two) + ((third + 1u) * Three);

    /// <summary>Returns the part of the hash for a fourth character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Fourth(uint part) => (part + 1) * Four;

    /// <summary>Returns the part of the hash for a fifth character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Fifth(uint part) => (part + 1) * Five;

    /// <summary>Returns the bucket of a hash among 2^bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Bucket(uint hash, int bits)
    {
        hash ^= hash >> 15;
        return (int)((hash * 0x2C1B3C6D) >> (32 - bits));
    }

    /// <summary>Replaces hashes by their buckets among 2^bits.</summary>
    /// <param name="hashes">Room with the hashes; what is after them is changed too.</param>
    /// <param name="count">Their number.</param>
    /// <param name="bits">Bits of the number of a bucket.</param>
    public static void ToBuckets(uint[] hashes, int count, int bits)
    {
        var whole = Math.Min(hashes.Length, (count + Vector<uint>.Count - 1) / Vector<uint>.Count * Vector<uint>.Count);
        foreach (ref var some in MemoryMarshal.Cast<uint, Vector<uint>>(hashes.AsSpan(0, whole)))
        {
            var mixed = some ^ (some >>> 15);
            some = (mixed * 0x2C1B3C6D) >>> (32 - bits);
        }
    }

    private static uint Spread(uint hash)
    {
        hash ^= hash >> 16;
        hash *= 0x85EBCA6B;
        hash ^= hash >> 13;
        hash *= 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }
}
