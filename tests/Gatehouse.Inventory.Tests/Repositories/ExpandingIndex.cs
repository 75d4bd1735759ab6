using System.Buffers.Binary;
using System.Text;

namespace Gatehouse.Inventory.Tests.Repositories;

/// <summary>An index of git in version 4 in which each entry repeats the name before: few bytes have many bytes of names.</summary>
internal static class ExpandingIndex
{
    /// <summary>Returns an index with the number of names, each of the length.</summary>
    public static byte[] Of(int count, int length)
    {
        using var index = new MemoryStream();
        index.Write("DIRC"u8);
        index.Write(Number(4));
        index.Write(Number(count));
        for (var i = 0; i < count; i++)
        {
            var entry = new byte[62];
            entry[26] = 0x81;
            BinaryPrimitives.WriteUInt16BigEndian(entry.AsSpan(60), (ushort)Math.Min(length, 0xFFF));
            index.Write(entry);
            index.WriteByte(i == 0 ? (byte)0 : (byte)1);
            index.Write(Encoding.ASCII.GetBytes(i == 0 ? new string('a', length) : "b"));
            index.WriteByte(0);
        }

        index.Write(new byte[20]);
        return index.ToArray();
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
