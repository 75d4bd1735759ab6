using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Gatehouse.Inventory.Repositories;

/// <summary>
/// Reads the names of tracked files from an index of git (gitformat-index(5)), in the versions 2, 3 and 4. The index does not say how long its object
/// ids are, so both lengths are tried. A repository of others may have any bytes there.
/// </summary>
internal sealed class GitIndex
{
    /// <summary>Most bytes of all indexes of a search, and of all names in them: 64 MiB.</summary>
    public const int MostBytes = 64 * 1024 * 1024;

    /// <summary>Most files of an index.</summary>
    public const int MostFiles = 1_000_000;

    /// <summary>The longest name of a file, in bytes.</summary>
    public const int LongestName = 16 * 1024;

    private const int HeadBytes = 12;
    private const int StatBytes = 40;
    private const int ModeOffset = 24;
    private const int IsExtended = 0x4000;
    private const int NameLength = 0xFFF;

    private readonly byte[] bytes;
    private readonly int version;
    private readonly int idBytes;
    private readonly int most;
    private readonly byte[] name = new byte[LongestName];
    private readonly List<string> names = [];
    private int total;
    private int length;
    private int at = HeadBytes;
    private bool isNamed = true;
    private string? fault;

    private GitIndex(byte[] bytes, int version, int idBytes, int most)
    {
        this.most = most;
        this.bytes = bytes;
        this.version = version;
        this.idBytes = idBytes;
    }

    // The digest of the index is behind the last extension. git does not compare it either when it reads an index.
    private int End => bytes.Length - idBytes;

    /// <summary>Returns the names with slashes; a folder that the index has as a whole ends with one. Null where the index cannot be read.</summary>
    /// <param name="bytes">The index.</param>
    /// <param name="most">Most bytes of the names.</param>
    /// <param name="used">The bytes of the index or of its names, whichever are more. More than the bound where the names exceed it.</param>
    /// <param name="fault">The reason why it cannot be read.</param>
    public static IReadOnlyList<string>? Read(byte[] bytes, int most, out int used, out string? fault)
    {
        fault = "it is damaged";
        used = bytes.Length;
        if (bytes.Length < HeadBytes || !bytes.AsSpan().StartsWith("DIRC"u8)) return null;
        var version = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4));
        var count = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8));
        if (version is < 2 or > 4)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"its version {version} is not known");
            return null;
        }

        if (count > MostFiles)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"it has more than {MostFiles} files");
            return null;
        }

        foreach (var idBytes in (ReadOnlySpan<int>)[20, 32])
        {
            var index = new GitIndex(bytes, (int)version, idBytes, most);
            var isRead = index.TryReadEntries((int)count) && index.TryReadExtensions();
            used = Math.Max(used, index.total);
            if (isRead)
            {
                fault = index.fault;
                return fault is null ? index.names : null;
            }

            fault = index.fault ?? fault;
        }

        return null;
    }

    private bool TryReadEntries(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (!TryReadEntry()) return false;
            total += length;
            // In version 4 few bytes repeat the name before.
            if (total > most)
            {
                fault = "its names are larger than 64 MiB";
                return false;
            }

            names.Add(Encoding.UTF8.GetString(name, 0, length));
        }

        return true;
    }

    private bool TryReadEntry()
    {
        var start = at;
        var head = StatBytes + idBytes + 2;
        if (End - at < head) return false;
        var mode = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + ModeOffset));
        var flags = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + head - 2));
        at += head;
        if ((flags & IsExtended) != 0)
        {
            if (version < 3 || End - at < 2) return false;
            at += 2;
        }

        if (!TryReadSharedPrefix() || !TryReadName()) return false;
        if (version < 4) at = start + ((at - start + 7) & ~7);
        // A wrong length of the ids would give a mode and a name that do not fit.
        return at <= End && IsMode(mode) && (flags & NameLength) == Math.Min(length, NameLength);
    }

    // Version 4: the number of bytes to drop from the end of the previous name (gitformat-index(5)). Other versions share nothing.
    private bool TryReadSharedPrefix()
    {
        if (version < 4)
        {
            length = 0;
            return true;
        }

        var cut = 0;
        for (var first = true; ; first = false)
        {
            if (at >= End || cut > LongestName) return false;
            var part = bytes[at++];
            cut = ((first ? 0 : cut + 1) << 7) + (part & 0x7F);
            if ((part & 0x80) == 0) break;
        }

        length -= cut;
        return length >= 0;
    }

    private bool TryReadName()
    {
        var rest = bytes.AsSpan(at, End - at);
        var end = rest[..Math.Min(rest.Length, LongestName + 1)].IndexOf((byte)0);
        if (end < 0 || length + end > LongestName) return false;
        rest[..end].CopyTo(name.AsSpan(length));
        length += end;
        at += end + 1;
        // An entry of a split index that replaces one of the other part.
        isNamed &= length > 0;
        return true;
    }

    // A file, link, folder of a sparse index, or submodule.
    private static bool IsMode(uint mode) => (mode >> 12) is 8 or 10 or 4 or 14;

    // The meaning of an index depends on each extension whose signature does not begin with a capital letter.
    private bool TryReadExtensions()
    {
        while (End - at >= 8)
        {
            var signature = bytes.AsSpan(at, 4);
            var size = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + 4));
            if (size > End - at - 8) return false;
            if (signature.SequenceEqual("link"u8)) fault = "it is split";
            else if (signature[0] is < (byte)'A' or > (byte)'Z' && !signature.SequenceEqual("sdir"u8)) fault = "an extension of it is not known";
            at += 8 + (int)size;
        }

        return at == End && (isNamed || fault is not null);
    }
}
