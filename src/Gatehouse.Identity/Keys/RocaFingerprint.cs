using System.Numerics;

namespace Gatehouse.Identity.Keys;

/// <summary>
/// Recognises RSA keys made by the faulty generator of CVE-2017-15361 (ROCA), whose private half can be computed.
/// </summary>
/// <remarks>
/// Nemec et al., "The Return of Coppersmith's Attack", CCS 2017, §3.1: such a modulus is a power of 65537 modulo every small
/// prime. A sound modulus passes all of them with a chance below 2^-27.
/// </remarks>
internal static class RocaFingerprint
{
    private const int Generator = 65537;

    private static readonly int[] Primes =
        [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137,
            139, 149, 151, 157, 163, 167];

    private static readonly bool[][] Powers = [.. Primes.Select(PowersOfGenerator)];

    /// <summary>Returns whether a modulus has the fingerprint.</summary>
    /// <param name="modulus">The modulus, unsigned, big-endian.</param>
    public static bool IsPresent(ReadOnlySpan<byte> modulus)
    {
        var number = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        for (var index = 0; index < Primes.Length; index++)
        {
            if (!Powers[index][(int)(number % Primes[index])])
                return false;
        }

        return true;
    }

    private static bool[] PowersOfGenerator(int prime)
    {
        var powers = new bool[prime];
        for (var power = 1; !powers[power]; power = power * (Generator % prime) % prime)
            powers[power] = true;
        return powers;
    }
}
