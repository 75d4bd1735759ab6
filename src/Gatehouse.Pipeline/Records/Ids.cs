using System.Security.Cryptography;

namespace Gatehouse.Pipeline.Records;

/// <summary>Ids of exchanges and sessions: 48 bits of time and 80 random bits, sortable, 26 characters (Crockford base 32).</summary>
public static class Ids
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private const int ShortLetters = 10;

    /// <summary>
    /// Creates a short id that people type: a prefix and 50 random bits, so that two ids never meet. It is no secret, and says nothing about its
    /// thing.
    /// </summary>
    /// <param name="prefix">The prefix, such as <c>ctn-</c>.</param>
    /// <param name="time">The clock.</param>
    public static string Short(string prefix, TimeProvider time) => string.Concat(prefix, New(time).AsSpan(^ShortLetters..));

    /// <summary>Creates an id. The random part (2^80) is sufficient to make it unguessable for the uses here.</summary>
    public static string New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var milliseconds = time.GetUtcNow().ToUnixTimeMilliseconds();
        return string.Create(26, milliseconds, static (text, ms) =>
        {
            Span<byte> random = stackalloc byte[16];
            RandomNumberGenerator.Fill(random);
            for (var i = 9; i >= 0; i--, ms >>= 5) text[i] = Alphabet[(int)(ms & 31)];
            for (var i = 10; i < 26; i++) text[i] = Alphabet[random[i - 10] & 31];
        });
    }
}
