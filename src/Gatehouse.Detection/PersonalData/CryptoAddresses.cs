using System.Security.Cryptography;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>
/// Addresses of cryptocurrencies: base58 with the check of SHA-256, bech32 with its checksum (BIP 173, BIP 350), Ethereum by its form in mixed case
/// (ERC-55) or a label, others with a label only.
/// </summary>
internal static class CryptoAddresses
{
    private const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const string Bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const uint Bech32Constant = 1;
    private const uint Bech32mConstant = 0x2bc830a3;

    /// <summary>Returns the hit of a word, if it is an address.</summary>
    public static PersonalHit? Find(ref PersonalText text, int at, int end)
    {
        var word = text.Text[at..end];
        if (word.Length is < 25 or > 110) return null;
        if (word.StartsWith("0x") || word.StartsWith("0X"))
        {
            if (word.Length != 42 || !IsHex(word[2..])) return null;
            var isMixed = word[2..].ContainsAnyInRange('a', 'f') && word[2..].ContainsAnyInRange('A', 'F');
            return isMixed || text.IsLabelled(at, LabelKinds.Crypto) ? Hit(at, end, Confidence.High) : null;
        }

        if (IsBech32(word) || IsBase58Check(word)) return Hit(at, end, Confidence.High);
        return text.IsLabelled(at, LabelKinds.Crypto) && IsOther(word) ? Hit(at, end, Confidence.Medium) : null;
    }

    private static PersonalHit Hit(int at, int end, Confidence confidence) => new(PersonalKinds.CryptoAddress, at, end - at, confidence);

    private static bool IsHex(ReadOnlySpan<char> value)
    {
        foreach (var character in value)
        {
            if (!char.IsAsciiHexDigit(character)) return false;
        }

        return true;
    }

    // Solana, Monero and others have no check that is quick to compute: letters of both cases and digits, all of base 58, or Cardano's prefix.
    private static bool IsOther(ReadOnlySpan<char> word)
    {
        if (word.StartsWith("addr1")) return true;
        foreach (var character in word)
        {
            if (!Base58.Contains(character, StringComparison.Ordinal)) return false;
        }

        return word.ContainsAnyInRange('a', 'z') && word.ContainsAnyInRange('A', 'Z');
    }

    private static bool IsBase58Check(ReadOnlySpan<char> word)
    {
        if (word.Length is < 26 or > 35) return false;
        Span<byte> bytes = stackalloc byte[25];
        bytes.Clear();
        foreach (var character in word)
        {
            var carry = Base58.IndexOf(character, StringComparison.Ordinal);
            if (carry < 0) return false;
            for (var i = bytes.Length - 1; i >= 0; i--)
            {
                carry += bytes[i] * 58;
                bytes[i] = (byte)carry;
                carry >>= 8;
            }

            if (carry != 0) return false;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..21], digest);
        SHA256.HashData(digest, digest);
        return digest[..4].SequenceEqual(bytes[21..]);
    }

    private static bool IsBech32(ReadOnlySpan<char> word)
    {
        var prefix = word.StartsWith("bc1", StringComparison.OrdinalIgnoreCase) || word.StartsWith("tb1", StringComparison.OrdinalIgnoreCase) ? 2
            : word.StartsWith("ltc1", StringComparison.OrdinalIgnoreCase) ? 3 : 0;
        if (prefix == 0 || word.Length > 90) return false;
        var sum = 1u;
        foreach (var character in word[..prefix]) sum = Step(sum, (uint)(char.ToLowerInvariant(character) >> 5));
        sum = Step(sum, 0);
        foreach (var character in word[..prefix]) sum = Step(sum, (uint)(char.ToLowerInvariant(character) & 31));
        foreach (var character in word[(prefix + 1)..])
        {
            var value = Bech32.IndexOf(char.ToLowerInvariant(character), StringComparison.Ordinal);
            if (value < 0) return false;
            sum = Step(sum, (uint)value);
        }

        return sum is Bech32Constant or Bech32mConstant;
    }

    private static uint Step(uint sum, uint value)
    {
        ReadOnlySpan<uint> generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        var top = sum >> 25;
        sum = ((sum & 0x1ffffff) << 5) ^ value;
        for (var i = 0; i < 5; i++)
        {
            if (((top >> i) & 1) == 1) sum ^= generators[i];
        }

        return sum;
    }
}
