using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gatehouse.Packaging;

/// <summary>
/// Reads the files within a .NET program of one file (the format of its bundles, version 6). What the build left in folders is not what it holds:
/// assemblies are compiled ahead of time behind it.
/// </summary>
internal static class SingleFileProgram
{
    private const int Version = 6;

    // SHA-256 of ".net core bundle". The offset of the header is in the eight bytes before it.
    private static readonly byte[] Signature = Convert.FromHexString("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae");

    /// <summary>Returns the names of the files in a program, each with its bytes.</summary>
    /// <exception cref="InvalidDataException">It is no such program, or of another version.</exception>
    public static IEnumerable<(string Path, ReadOnlyMemory<byte> Bytes)> Files(string path)
    {
        var program = File.ReadAllBytes(path);
        var at = program.AsSpan().IndexOf(Signature);
        if (at < sizeof(long)) throw new InvalidDataException($"{path} is no program of one file");
        var header = BinaryPrimitives.ReadInt64LittleEndian(program.AsSpan(at - sizeof(long)));
        if (header <= 0 || header >= program.Length) throw new InvalidDataException($"{path} has no files");
        return Read(path, program, (int)header);
    }

    /// <summary>Returns the SHA-256 of bytes in hexadecimal.</summary>
    public static string Hash(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes.Span));

    private static IEnumerable<(string Path, ReadOnlyMemory<byte> Bytes)> Read(string path, byte[] program, int header)
    {
        using var reader = new BinaryReader(new MemoryStream(program, header, program.Length - header));
        if (reader.ReadUInt32() != Version) throw new InvalidDataException($"{path} is a program of one file of another version than {Version}");
        _ = reader.ReadUInt32(); // minor version
        var count = reader.ReadInt32();
        _ = reader.ReadString(); // id of the bundle
        // offset and length of deps.json and of runtimeconfig.json, and flags
        for (var i = 0; i < 5; i++) _ = reader.ReadInt64();
        for (var i = 0; i < count; i++)
        {
            var (offset, length, compressed) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
            _ = reader.ReadByte(); // kind
            var name = reader.ReadString();
            if (compressed != 0) throw new InvalidDataException($"{path} holds {name} compressed, which is not read here");
            yield return (name, program.AsMemory(checked((int)offset), checked((int)length)));
        }
    }
}
