using System.Buffers.Binary;
using System.IO.Compression;

namespace Gatehouse.Inventory.Reading;

/// <summary>
/// The manifest of a packed extension (<c>.mcpb</c>, <c>.dxt</c>: a ZIP archive), read in place. Nothing is unpacked; the directory of
/// the archive and the manifest are bounded before they are read, so that no archive costs more than a configuration file.
/// </summary>
internal static class PackedExtension
{
    /// <summary>The manifest's name in the archive.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>Largest archive: 512 MiB. Extensions carry their packages.</summary>
    public const long MostBytes = 512L * 1024 * 1024;

    /// <summary>Most entries.</summary>
    public const int MostEntries = 20_000;

    /// <summary>Largest directory of the archive: 4 MiB.</summary>
    public const int MostDirectoryBytes = 4 * 1024 * 1024;

    // The end record (APPNOTE 4.3.16): 22 bytes and a comment of at most 65,535.
    private const int EndBytes = 22;
    private const uint EndMark = 0x06054b50;

    /// <summary>Returns whether the path is that of a packed extension.</summary>
    public static bool IsOne(string path) =>
        path.EndsWith(".mcpb", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".dxt", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the manifest.</summary>
    /// <param name="archive">The archive, which can be searched.</param>
    /// <param name="leaving">Names of entries that would be unpacked outside the archive's own folder.</param>
    /// <exception cref="ConfigFaultException">It is no such archive, holds no manifest or more than one, or exceeds a bound.</exception>
    public static byte[] Read(Stream archive, out IReadOnlyList<string> leaving)
    {
        CheckDirectory(archive);
        try
        {
            using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
            leaving = [.. zip.Entries.Select(entry => entry.FullName).Where(Leaves).Take(5)];
            var manifests = zip.Entries.Where(entry => entry.FullName == Manifest).Take(2).ToList();
            if (manifests.Count == 0) throw new ConfigFaultException(0, $"the archive contains no {Manifest}");
            // Programs differ in which of two entries of one name they take.
            if (manifests.Count > 1) throw new ConfigFaultException(0, $"the archive contains more than one {Manifest}");
            return Content(manifests[0]);
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException)
        {
            throw new ConfigFaultException(0, "it is not a readable ZIP archive");
        }
    }

    // The declared length is a claim of the archive: only the bytes that come out count.
    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var bytes = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var read = stream.Read(bytes, length, bytes.Length - length);
            if (read == 0) return bytes[..length];
            length += read;
            if (length > BoundedFile.MostBytes) throw new ConfigFaultException(0, $"its {Manifest} is larger than 8 MiB");
            if (length == bytes.Length) Array.Resize(ref bytes, Math.Min(bytes.Length * 2, BoundedFile.MostBytes + 1));
        }
    }

    private static bool Leaves(string name) =>
        name.StartsWith('/') || name.StartsWith('\\') || (name.Length > 1 && name[1] == ':') || name.Split('/', '\\').Contains("..");

    private static void CheckDirectory(Stream archive)
    {
        var length = (int)Math.Min(archive.Length, EndBytes + ushort.MaxValue);
        var tail = new byte[length];
        archive.Seek(-length, SeekOrigin.End);
        archive.ReadExactly(tail);
        for (var at = length - EndBytes; at >= 0; at--)
        {
            var record = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) != EndMark
                || BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) != record.Length - EndBytes) continue;
            // All ones refer to a larger record, which only archives beyond our bounds need.
            if (BinaryPrimitives.ReadUInt16LittleEndian(record[10..]) > MostEntries)
                throw new ConfigFaultException(0, "the archive has more than 20000 entries");
            if (BinaryPrimitives.ReadUInt32LittleEndian(record[12..]) > MostDirectoryBytes)
                throw new ConfigFaultException(0, "the directory of the archive is larger than 4 MiB");
            archive.Position = 0;
            return;
        }

        throw new ConfigFaultException(0, "it is not a readable ZIP archive");
    }
}
