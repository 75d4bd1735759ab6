using System.Security.Cryptography;

namespace Gatehouse.EndToEnd.Tests.Packages;

/// <summary>SHA-256 in hexadecimal, as <c>sha256sum</c> prints it.</summary>
internal static class Hashes
{
    public static string OfFile(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
