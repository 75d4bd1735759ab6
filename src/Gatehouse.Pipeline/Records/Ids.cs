using System.Security.Cryptography;
using Gatehouse.Text;

namespace Gatehouse.Pipeline.Records;

/// <summary>Ids of exchanges and sessions: 48 bits of time and 80 random bits, sortable, 26 characters (Crockford base 32).</summary>
public static class Ids
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private const int ShortLetters = 10;
    private const int TimeLetters = IdForm.Length - RandomLetters;
    private const int RandomLetters = 16;
    private const int RandomBytesOfThread = 1024;

    // A call of the generator costs about the same for 16 bytes and for a thousand.
    [ThreadStatic]
    private static byte[]? random;

    [ThreadStatic]
    private static int left;

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
        return string.Create(IdForm.Length, milliseconds, static (text, ms) =>
        {
            for (var i = TimeLetters - 1; i >= 0; i--, ms >>= 5) text[i] = Alphabet[(int)(ms & 31)];
            var bytes = Random();
            for (var i = 0; i < RandomLetters; i++) text[TimeLetters + i] = Alphabet[bytes[i] & 31];
            bytes.Clear(); // nothing of an id stays behind
        });
    }

    // Random bytes for one id. No two calls get the same ones.
    private static Span<byte> Random()
    {
        var bytes = random ??= new byte[RandomBytesOfThread];
        if (left < RandomLetters)
        {
            RandomNumberGenerator.Fill(bytes);
            left = bytes.Length;
        }

        left -= RandomLetters;
        return bytes.AsSpan(left, RandomLetters);
    }
}
