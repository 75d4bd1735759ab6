using System.Buffers.Binary;

namespace Gatehouse.Audit.Tree;

/// <summary>Up to 256 entries, each with its length in two bytes before it, big-endian (C2SP tlog-tiles, "Log entries").</summary>
public static class EntryBundle
{
    /// <summary>The most bytes of an entry.</summary>
    public const int MostEntryBytes = ushort.MaxValue;

    /// <summary>The bytes before each entry.</summary>
    public const int PrefixBytes = 2;

    /// <summary>The most bytes of a bundle.</summary>
    public const int MostBytes = TilePath.FullWidth * (PrefixBytes + MostEntryBytes);

    /// <summary>Reads the entry at an offset. False at the end, and where the bundle ends within an entry (then <paramref name="next"/> is −1).</summary>
    public static bool TryRead(ReadOnlySpan<byte> bundle, int offset, out ReadOnlySpan<byte> entry, out int next)
    {
        entry = default;
        next = offset;
        if (offset == bundle.Length) return false;
        next = -1;
        if (bundle.Length - offset < PrefixBytes) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(bundle[offset..]);
        if (bundle.Length - offset - PrefixBytes < length) return false;
        entry = bundle.Slice(offset + PrefixBytes, length);
        next = offset + PrefixBytes + length;
        return true;
    }
}
