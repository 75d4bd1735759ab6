using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>Random values of 256 bits that a browser carries, and their digests in the store.</summary>
internal static class RandomValue
{
    private const int Bytes = 32;

    /// <summary>The characters of a value.</summary>
    public const int Characters = 43;

    /// <summary>Makes a value.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Returns the SHA-256 of a value.</summary>
    public static byte[] Digest(string value) => SHA256.HashData(Encoding.UTF8.GetBytes(value));

    /// <summary>Returns whether a value has a digest, in constant time.</summary>
    public static bool Has(string? value, ReadOnlySpan<byte> digest) =>
        value is not null && CryptographicOperations.FixedTimeEquals(Digest(value), digest);
}
