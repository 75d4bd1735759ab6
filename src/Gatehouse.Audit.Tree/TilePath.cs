using System.Globalization;
using System.Text;

namespace Gatehouse.Audit.Tree;

/// <summary>The name of a hash tile or an entry bundle (C2SP tlog-tiles, "Merkle Tree" and "Log entries").</summary>
/// <param name="Level">The level, 0 to 7; null for a bundle of entries.</param>
/// <param name="Index">The place in the level, from 0.</param>
/// <param name="Width">The number of hashes or entries, 1 to 256. Below 256 it is a partial tile.</param>
public readonly record struct TilePath(int? Level, long Index, int Width)
{
    /// <summary>The hashes or entries of a full tile.</summary>
    public const int FullWidth = 256;

    /// <summary>The height of a tile: the levels of the tree that one level of tiles covers.</summary>
    public const int Height = 8;

    /// <summary>The highest level that a tree of less than 2^62 leaves has.</summary>
    public const int LastLevel = 7;

    /// <summary>True where the tile is not full.</summary>
    public bool IsPartial => Width < FullWidth;

    /// <summary>The index of the first leaf that the tile covers.</summary>
    public long FirstLeaf => Index << (Height * ((Level ?? 0) + 1));

    /// <summary>Returns the tile of a level and place in a tree of a size; null where that tree has none there.</summary>
    public static TilePath? In(long size, int? level, long index)
    {
        var hashes = size >> (Height * (level ?? 0));
        var width = hashes - (index * FullWidth);
        return index < 0 || width <= 0 ? null : new TilePath(level, index, (int)Math.Min(FullWidth, width));
    }

    /// <summary>Returns the tiles of all levels that a tree of a size ends with: the last one of each level, if it is partial.</summary>
    public static IEnumerable<TilePath> PartialTiles(long size)
    {
        for (var level = 0; size >> (Height * level) > 0; level++)
        {
            var hashes = size >> (Height * level);
            if (hashes % FullWidth != 0) yield return new TilePath(level, hashes / FullWidth, (int)(hashes % FullWidth));
        }
    }

    /// <summary>Returns the path relative to the log, with <c>/</c>: <c>tile/0/x001/234</c>, <c>tile/entries/000.p/17</c>.</summary>
    public override string ToString()
    {
        var path = new StringBuilder("tile/");
        if (Level is { } level) path.Append(CultureInfo.InvariantCulture, $"{level}");
        else path.Append("entries");
        var digits = Index.ToString(CultureInfo.InvariantCulture);
        digits = digits.PadLeft((digits.Length + 2) / 3 * 3, '0');
        for (var at = 0; at < digits.Length; at += 3) path.Append(at + 3 < digits.Length ? "/x" : "/").Append(digits, at, 3);
        if (IsPartial) path.Append(CultureInfo.InvariantCulture, $".p/{Width}");
        return path.ToString();
    }
}
