namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary>Counts of UTF-16 units that are no character of their own.</summary>
internal static class CharacterCounts
{
    public static int CountContinuations(this ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var b in utf8)
            count += (b & 0xC0) == 0x80 ? 1 : 0;
        return count;
    }

    public static int CountLowSurrogates(this ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var c in text)
            count += char.IsLowSurrogate(c) ? 1 : 0;
        return count;
    }
}
