using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Audit.Verification;

/// <summary>Digests of files in bounded memory.</summary>
internal static class Digests
{
    /// <summary>Returns the SHA-256 of the first bytes of a file, in hexadecimal digits.</summary>
    public static string Of(SafeFileHandle file, long most)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[64 << 10];
        long offset = 0;
        while (offset < most && RandomAccess.Read(file, block.AsSpan(0, (int)Math.Min(block.Length, most - offset)), offset) is > 0 and var read)
        {
            hash.AppendData(block, 0, read);
            offset += read;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
