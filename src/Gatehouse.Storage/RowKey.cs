using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Storage;

/// <summary>
/// The key of a row: SHA-256 of the texts by which the row is found. An index of PostgreSQL takes entries of about 2.7 kB, and a text may have 4096
/// bytes. The length of each text is part of the digest, so that no two lists of texts have the same one.
/// </summary>
internal static class RowKey
{
    public static byte[] Of(params ReadOnlySpan<string> texts)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            digest.AppendData(length);
            digest.AppendData(bytes);
        }

        return digest.GetHashAndReset();
    }
}
