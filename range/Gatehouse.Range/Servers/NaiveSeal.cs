using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Range.Servers;

/// <summary>Encryption of a column as it is often written: a good cipher, and no associated data.</summary>
internal static class NaiveSeal
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static byte[] Seal(byte[] key, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var row = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(row.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(row.AsSpan(0, NonceBytes), plain, row.AsSpan(NonceBytes, plain.Length), row.AsSpan(^TagBytes..));
        return row;
    }

    public static string Open(byte[] key, byte[] row)
    {
        var plain = new byte[row.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(row.AsSpan(0, NonceBytes), row.AsSpan(NonceBytes, plain.Length), row.AsSpan(^TagBytes..), plain);
        return Encoding.UTF8.GetString(plain);
    }
}
