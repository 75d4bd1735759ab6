namespace Gatehouse.Protocol;

/// <summary>Compares a name with an ASCII one as the most forgiving reader would.</summary>
/// <remarks>
/// Readers that ignore case differ in the tables they use. Besides A to Z, four letters outside ASCII become ASCII letters in
/// some of them: U+212A (Kelvin sign) k and U+017F (long s) s by Unicode simple case folding, U+0130 and U+0131 (dotted and
/// dotless i) i by upper- or lower-casing. All four count here.
/// </remarks>
internal static class CaseFolding
{
    /// <summary>Whether <paramref name="name"/> equals <paramref name="ascii"/> when case is ignored.</summary>
    /// <param name="name">Valid UTF-8.</param>
    /// <param name="ascii">ASCII in any case.</param>
    public static bool EqualsAscii(ReadOnlySpan<byte> name, ReadOnlySpan<byte> ascii)
    {
        int at = 0;
        foreach (byte expected in ascii)
        {
            if (at >= name.Length)
                return false;
            byte folded = FoldOne(name[at..], out int used);
            if (folded != Lower(expected))
                return false;
            at += used;
        }

        return at == name.Length;
    }

    private static byte FoldOne(ReadOnlySpan<byte> rest, out int used)
    {
        byte first = rest[0];
        used = 1;
        if (first < 0x80)
            return Lower(first);
        if (rest.StartsWith("\u212A"u8))
        {
            used = 3;
            return (byte)'k';
        }

        used = 2;
        if (rest.StartsWith("\u017F"u8))
            return (byte)'s';
        return rest.StartsWith("\u0130"u8) || rest.StartsWith("\u0131"u8) ? (byte)'i' : (byte)0;
    }

    private static byte Lower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
}
