namespace Gatehouse.Detection.Content;

/// <summary>
/// The input of the content model for a window of a folded text: how often each hashed part occurs in it. Parts are words, pairs and triples of
/// words, and runs of three to five characters within a word.
/// </summary>
/// <remarks>
/// The two halves of the buckets, words and runs, are weighted apart: each is brought to length 1, so that neither the length of a text nor its
/// script decides. Counts count by their logarithm. Reused between windows; not safe for concurrent use.
/// </remarks>
internal sealed class ContentFeatures
{
    /// <summary>Buckets of each half; a power of two.</summary>
    public const int Half = 1 << 17;

    /// <summary>Buckets of both halves: words first.</summary>
    public const int Buckets = 2 * Half;

    private const uint Offset = 2166136261;
    private const uint Prime = 16777619;
    private const int LongestWord = 40;

    private readonly int[] counts = new int[Buckets];
    private readonly List<int> seen = [];

    /// <summary>Counts the parts of a window.</summary>
    public void Read(ReadOnlySpan<char> window)
    {
        foreach (var bucket in seen) counts[bucket] = 0;
        seen.Clear();
        uint before = 0, last = 0;
        for (var at = 0; at < window.Length;)
        {
            var length = WordLength(window[at..]);
            if (length == 0)
            {
                at++;
                continue;
            }

            var word = char.IsAsciiDigit(window[at]) ? Mixed(Offset, '0') : Hash(window.Slice(at, length));
            Count(0, word);
            if (last != 0) Count(0, Mixed(Mixed(Offset, last), word));
            if (before != 0) Count(0, Mixed(Mixed(Mixed(Offset, before), last), word));
            CountRuns(window.Slice(at, length));
            (before, last) = (last, word);
            at += length;
        }
    }

    /// <summary>Calls back with each bucket and its value. Values of a half have the length 1 together.</summary>
    public void ForEach(Action<int, float> take)
    {
        var (words, runs) = Lengths();
        foreach (var bucket in seen) take(bucket, Value(bucket, words, runs));
    }

    /// <summary>Returns the sum of the values, each times the weight of its bucket.</summary>
    public double Dot(ReadOnlySpan<sbyte> weights)
    {
        var (words, runs) = Lengths();
        double ofWords = 0, ofRuns = 0;
        foreach (var bucket in seen)
        {
            if (bucket < Half) ofWords += Damped(counts[bucket]) * weights[bucket];
            else ofRuns += Damped(counts[bucket]) * weights[bucket];
        }

        return (words > 0 ? ofWords / words : 0) + (runs > 0 ? ofRuns / runs : 0);
    }

    private float Value(int bucket, double words, double runs) => (float)(Damped(counts[bucket]) / (bucket < Half ? words : runs));

    private (double Words, double Runs) Lengths()
    {
        double words = 0, runs = 0;
        foreach (var bucket in seen)
        {
            var value = Damped(counts[bucket]);
            if (bucket < Half) words += value * value;
            else runs += value * value;
        }

        return (Math.Sqrt(words), Math.Sqrt(runs));
    }

    // A word of a script with spaces; a single character of one without; digits together, whatever they are.
    private static int WordLength(ReadOnlySpan<char> text)
    {
        if (!char.IsLetterOrDigit(text[0])) return 0;
        if (HasNoSpaces(text[0])) return 1;
        var isNumber = char.IsAsciiDigit(text[0]);
        var length = 1;
        while (length < text.Length && length < LongestWord && char.IsLetterOrDigit(text[length]) && !HasNoSpaces(text[length])
            && char.IsAsciiDigit(text[length]) == isNumber) length++;
        return length;
    }

    private static bool HasNoSpaces(char letter) => letter is (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF');

    // The word with a space at either end.
    private void CountRuns(ReadOnlySpan<char> word)
    {
        var padded = word.Length + 2;
        for (var start = 0; start < padded; start++)
        {
            var hash = Offset;
            for (var length = 1; length <= 5 && start + length <= padded; length++)
            {
                var index = start + length - 2;
                hash = (hash ^ (index < 0 || index == word.Length ? ' ' : word[index])) * Prime;
                if (length >= 3) Count(Half, hash);
            }
        }
    }

    private void Count(int half, uint hash)
    {
        var bucket = half + (int)(Finished(hash) & (Half - 1));
        if (counts[bucket]++ == 0) seen.Add(bucket);
    }

    private static double Damped(int count) => count == 1 ? 1 : 1 + Math.Log(count);

    private static uint Hash(ReadOnlySpan<char> word)
    {
        var hash = Offset;
        foreach (var letter in word) hash = (hash ^ letter) * Prime;
        return hash;
    }

    private static uint Mixed(uint hash, uint next) => (hash ^ Finished(next)) * Prime;

    private static uint Finished(uint hash)
    {
        hash ^= hash >> 16;
        hash *= 0x85EBCA6B;
        hash ^= hash >> 13;
        hash *= 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }
}
