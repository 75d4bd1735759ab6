using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gatehouse.Audit.Tree;

/// <summary>
/// The form of a segment of the journal: entries that are on stable storage before the tiles are. A header of 64 bytes, then frames, then zeros. A
/// frame is the entry's length in two bytes (big-endian), the hash of the leaf, and the entry. The hash shows whether the frame was written whole:
/// a disk that lost power may have written any of its sectors.
/// </summary>
public static class JournalFormat
{
    /// <summary>The bytes of the header.</summary>
    public const int HeaderBytes = 64;

    /// <summary>The bytes of a frame before the entry.</summary>
    public const int FrameBytes = 2 + TreeHash.Length;

    /// <summary>Bytes that are read in one piece: a frame with the largest entry, and as much again.</summary>
    public const int ReadBytes = 2 * (FrameBytes + EntryBundle.MostEntryBytes);

    private const int SignedBytes = 32;

    private static ReadOnlySpan<byte> Magic => "GHJRNL01"u8;

    /// <summary>Returns the header of a segment that begins with a leaf.</summary>
    public static byte[] Header(long firstLeaf)
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(Magic.Length), firstLeaf);
        SHA256.HashData(header.AsSpan(0, SignedBytes), header.AsSpan(SignedBytes));
        return header;
    }

    /// <summary>Reads a header: the index of the first leaf. Null where it is no header of this version, or damaged.</summary>
    public static long? FirstLeaf(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderBytes || !header.StartsWith(Magic)) return null;
        Span<byte> digest = stackalloc byte[TreeHash.Length];
        SHA256.HashData(header[..SignedBytes], digest);
        if (!header[SignedBytes..HeaderBytes].SequenceEqual(digest)) return null;
        var first = BinaryPrimitives.ReadInt64BigEndian(header[Magic.Length..]);
        return first < 0 ? null : first;
    }

    /// <summary>Returns the length of the entry in the frame that begins here; 0 at the end of the frames.</summary>
    public static int EntryLength(ReadOnlySpan<byte> frame) => frame.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(frame);

    /// <summary>
    /// Reads the frame at the start of <paramref name="bytes"/>. False at the end of the frames, where the frame is not whole, and where its hash is
    /// not that of its entry.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> entry, out TreeHash leaf)
    {
        if (TryReadCommitted(bytes, out entry, out leaf) && MerkleTree.Leaf(entry) == leaf) return true;
        entry = default;
        leaf = default;
        return false;
    }

    /// <summary>
    /// Reads the frame at the start of <paramref name="bytes"/> as <see cref="TryRead"/> does, without a look at its hash. It is for frames that this
    /// process has written and synced. False at the end of the frames, and where the bytes end within the frame.
    /// </summary>
    public static bool TryReadCommitted(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> entry, out TreeHash leaf)
    {
        entry = default;
        leaf = default;
        var length = EntryLength(bytes);
        if (length == 0 || bytes.Length < FrameBytes + length) return false;
        entry = bytes.Slice(FrameBytes, length);
        leaf = TreeHash.From(bytes.Slice(2, TreeHash.Length));
        return true;
    }

    /// <summary>Writes what precedes an entry in its frame, and returns the hash of the entry.</summary>
    public static TreeHash WritePrefix(Span<byte> frame, ReadOnlySpan<byte> entry)
    {
        WriteLength(frame, entry.Length);
        var leaf = MerkleTree.Leaf(entry);
        leaf.Bytes.CopyTo(frame[2..]);
        return leaf;
    }

    /// <summary>Writes the length of the entry into its frame.</summary>
    public static void WriteLength(Span<byte> frame, int length) => BinaryPrimitives.WriteUInt16BigEndian(frame, checked((ushort)length));
}
