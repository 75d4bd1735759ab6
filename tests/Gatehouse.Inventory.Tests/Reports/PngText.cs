using System.Buffers.Binary;
using System.Text;

namespace Gatehouse.Inventory.Tests.Reports;

/// <summary>Text chunks of PNG files (PNG specification, 11.3.3.3 and 5.3).</summary>
internal static class PngText
{
    private const int Signature = 8;
    private const int Around = 12; // length, type and checksum of a chunk

    /// <summary>Width and height.</summary>
    public static (int Width, int Height) Size(ReadOnlySpan<byte> png) =>
        (BinaryPrimitives.ReadInt32BigEndian(png[16..]), BinaryPrimitives.ReadInt32BigEndian(png[20..]));

    /// <summary>The text under a keyword; null where there is none.</summary>
    public static string? Read(ReadOnlySpan<byte> png, string keyword)
    {
        for (var at = Signature; at + Around <= png.Length; at += Around + BinaryPrimitives.ReadInt32BigEndian(png[at..]))
        {
            var content = png.Slice(at + 8, BinaryPrimitives.ReadInt32BigEndian(png[at..]));
            if (!png.Slice(at + 4, 4).SequenceEqual("tEXt"u8)) continue;
            var parts = Encoding.Latin1.GetString(content).Split('\0', 2);
            if (parts[0] == keyword) return parts[1];
        }

        return null;
    }

    /// <summary>The picture with a text after its header.</summary>
    public static byte[] With(ReadOnlySpan<byte> png, string keyword, string text)
    {
        var content = Encoding.Latin1.GetBytes($"tEXt{keyword}\0{text}");
        var chunk = new byte[content.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length - 4);
        content.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(content.Length + 4), Checksum(content));
        var header = Signature + Around + BinaryPrimitives.ReadInt32BigEndian(png[Signature..]);
        return [.. png[..header], .. chunk, .. png[header..]];
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var one in bytes)
        {
            sum ^= one;
            for (var bit = 0; bit < 8; bit++) sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ 0xEDB88320;
        }

        return ~sum;
    }
}
