using System.Text;

namespace Gatehouse.Protocol.Validation;

/// <summary>
/// An enumerator of the letters of a name as the most forgiving reader sees them, one at a time, so that comparing needs no buffer.
/// </summary>
/// <remarks>
/// Case and width are folded. Controls, blanks, marks and default-ignorable characters are left out. In addition to A to Z, four letters outside
/// ASCII become ASCII letters in some readers: U+212A (Kelvin sign) k and U+017F (long s) s by Unicode simple case folding, U+0130 and U+0131 (dotted
/// and dotless i) i by upper- or lower-casing. All four count here.
/// </remarks>
/// <param name="name">Valid UTF-8, decoded.</param>
internal ref struct FoldedLetters(ReadOnlySpan<byte> name)
{
    private ReadOnlySpan<byte> rest = name;
    private ReadOnlySpan<char> pending;

    /// <summary>
    /// Returns whether some reader takes <paramref name="name"/> for <paramref name="wanted"/>. A reader in C ends it at the first NUL.
    /// </summary>
    public static bool CouldBe(ReadOnlySpan<byte> name, ReadOnlySpan<byte> wanted)
    {
        if (AreEqual(name, wanted))
            return true;
        var end = name.IndexOf((byte)0);
        return end >= 0 && AreEqual(name[..end], wanted);
    }

    private static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var first = new FoldedLetters(left);
        var second = new FoldedLetters(right);
        while (true)
        {
            var a = first.Next();
            if (a != second.Next())
                return false;
            if (a < 0)
                return true;
        }
    }

    /// <summary>Returns the next letter as a Unicode scalar, or -1 at the end.</summary>
    public int Next()
    {
        while (true)
        {
            if (!pending.IsEmpty)
                return TakePending();
            if (rest.IsEmpty)
                return -1;
            var first = rest[0];
            if (first < 0x80)
            {
                rest = rest[1..];
                if (first is > 0x20 and < 0x7F)
                    return first is >= (byte)'A' and <= (byte)'Z' ? first | 0x20 : first;
                continue;
            }

            _ = Rune.DecodeFromUtf8(rest, out var rune, out var used);
            rest = rest[used..];
            if (LetterFolding.Of(rune) is not { } folded)
                return Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)).Value;
            pending = folded;
        }
    }

    private int TakePending()
    {
        var letter = pending[0];
        pending = pending[1..];
        return letter;
    }
}
