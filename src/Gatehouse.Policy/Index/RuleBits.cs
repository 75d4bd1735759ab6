namespace Gatehouse.Policy.Index;

/// <summary>Sets of rules as bits, one a rule, in words of 64.</summary>
internal static class RuleBits
{
    public static int WordsFor(int rules) => (rules + 63) / 64;

    public static void Set(ulong[] bits, int rule) => bits[rule >> 6] |= 1UL << (rule & 63);

    public static void Or(Span<ulong> into, ReadOnlySpan<ulong> bits)
    {
        for (var i = 0; i < into.Length; i++) into[i] |= bits[i];
    }

    public static void And(Span<ulong> into, ReadOnlySpan<ulong> bits)
    {
        for (var i = 0; i < into.Length; i++) into[i] &= bits[i];
    }
}
