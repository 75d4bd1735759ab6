using Gatehouse.Detection.Concepts;

namespace Gatehouse.Detection.Model;

/// <summary>
/// The input of the learned model for a window: concepts, pairs of concepts, and hashed words, pairs of words and runs of five characters.
/// </summary>
internal static class Features
{
    public const int Concepts = 20;

    public const int Pairs = Concepts * (Concepts - 1) / 2;

    /// <summary>Number of buckets of hashed parts; a power of two.</summary>
    public const int Buckets = 1 << 15;

    /// <summary>The concepts of which a window needs one before the model is asked: only obligations and persons are no attack on anything.</summary>
    public const uint Core =
        (1u << (int)Concept.Hush) | (1u << (int)Concept.Vault) | (1u << (int)Concept.Credential) | (1u << (int)Concept.Talk)
            | (1u << (int)Concept.Overrule)
        | (1u << (int)Concept.Prefer) | (1u << (int)Concept.Command) | (1u << (int)Concept.Mark) | (1u << (int)Concept.Address)
            | (1u << (int)Concept.Turn);

    /// <summary>Returns the number of a pair in the table of weights.</summary>
    public static int Pair(int low, int high) => (high * (high - 1) / 2) + low;

    /// <summary>Calls back for each hashed part of a sentence.</summary>
    public static void Hash<T>(ReadOnlySpan<char> sentence, ref T taker)
        where T : struct, IFeatureTaker
    {
        uint last = 0;
        for (var at = 0; at < sentence.Length;)
        {
            var end = at;
            var word = 2166136261;
            while (end < sentence.Length && char.IsLetterOrDigit(sentence[end]) && end - at < 40)
                word = (word ^ sentence[end++]) * 16777619;
            if (end > at)
            {
                taker.Take((int)(Mix(word) & (Buckets - 1)));
                taker.Take((int)(Mix((last * 31) ^ word) & (Buckets - 1)));
                last = word;
            }

            at = end > at ? end : at + 1;
        }

        const int run = 5;
        for (var at = 0; at + run <= sentence.Length; at++)
        {
            var hash = 0x811C9DC5;
            for (var i = 0; i < run; i++)
                hash = (hash ^ sentence[at + i]) * 16777619;
            taker.Take((int)(Mix(hash ^ 0x9E3779B9) & (Buckets - 1)));
        }
    }

    private static uint Mix(uint hash)
    {
        hash ^= hash >> 16;
        hash *= 0x85EBCA6B;
        return hash ^ (hash >> 13);
    }
}
