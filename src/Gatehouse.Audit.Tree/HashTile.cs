using System.Runtime.InteropServices;

namespace Gatehouse.Audit.Tree;

/// <summary>The hashes of one tile: up to 256 of one level, 32 bytes each (C2SP tlog-tiles).</summary>
public static class HashTile
{
    /// <summary>Returns the hash at a place of a tile's bytes.</summary>
    public static TreeHash At(ReadOnlySpan<byte> tile, int place) => TreeHash.From(tile.Slice(place * TreeHash.Length, TreeHash.Length));

    /// <summary>Returns the root over the hashes in a tile from one place, so many of them: a power of two.</summary>
    public static TreeHash Root(ReadOnlySpan<byte> tile, int first, int count)
    {
        var hashes = new TreeHash[count];
        for (var i = 0; i < count; i++) hashes[i] = At(tile, first + i);
        return MerkleTree.Root(hashes);
    }

    /// <summary>Returns the bytes of a tile of these hashes: the same memory.</summary>
    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<TreeHash> hashes) => MemoryMarshal.AsBytes(hashes);
}
