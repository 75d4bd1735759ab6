using System.Globalization;

namespace Gatehouse.Integrity.Patterns;

/// <summary>A set of code points: ranges and Unicode categories, or all but those.</summary>
internal sealed class CharacterSet
{
    private List<(int First, int Last)> ranges = [];
    private readonly List<(uint Categories, bool Inside)> categories = [];
    private readonly bool[] ascii = new bool[128];
    private bool negated;

    /// <summary>The set that a full stop matches: all but the line terminators of ECMA-262 section 12.3.</summary>
    public static CharacterSet Dot { get; } = new CharacterSet().Add('\n', '\n').Add('\r', '\r').Add(0x2028, 0x2029).Finish(negated: true);

    /// <summary>Adds the code points from one to another, both included.</summary>
    public CharacterSet Add(int first, int last)
    {
        ranges.Add((first, last));
        return this;
    }

    /// <summary>Adds the code points whose category is in the mask, or those whose category is not.</summary>
    public CharacterSet Add(uint categories, bool inside)
    {
        if (!this.categories.Contains((categories, inside)))
            this.categories.Add((categories, inside));
        return this;
    }

    /// <summary>Adds a class escape: <c>d</c>, <c>w</c>, <c>s</c>, or the same in capitals for all other code points.</summary>
    public CharacterSet AddClass(char name)
    {
        switch (name)
        {
            case 'd':
                return Add('0', '9');
            case 'w':
                return Add('0', '9').Add('A', 'Z').Add('a', 'z').Add('_', '_');
            case 's':
                return Add('\t', '\r').Add(0xFEFF, 0xFEFF).Add(0x2028, 0x2029).Add(1u << (int)UnicodeCategory.SpaceSeparator, inside: true);
            case 'D':
                return Add(0, '0' - 1).Add('9' + 1, 0x10FFFF);
            case 'W':
                return Add(0, '0' - 1).Add('9' + 1, 'A' - 1).Add('Z' + 1, '_' - 1).Add('`', '`').Add('z' + 1, 0x10FFFF);
            default:
                return Add(0, 8).Add(0x0E, 0x2027).Add(0x202A, 0xFEFE).Add(0xFF00, 0x10FFFF).Remove(UnicodeCategory.SpaceSeparator);
        }
    }

    /// <summary>Ends the building. The set never changes afterwards.</summary>
    public CharacterSet Finish(bool negated = false)
    {
        this.negated = negated;
        Merge();
        for (var at = 0; at < ascii.Length; at++)
            ascii[at] = Search(at);
        return this;
    }

    /// <summary>Returns whether the set holds a code point.</summary>
    public bool Contains(int codePoint) => codePoint < 128 ? ascii[codePoint] : Search(codePoint);

    private bool Search(int codePoint) => (InRanges(codePoint) || InCategories(codePoint)) != negated;

    private bool InRanges(int codePoint)
    {
        var low = 0;
        var high = ranges.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (codePoint < ranges[middle].First)
                high = middle - 1;
            else if (codePoint > ranges[middle].Last)
                low = middle + 1;
            else
                return true;
        }

        return false;
    }

    // In order and apart from one another, so that a class of many ranges is searched in few steps.
    private void Merge()
    {
        List<(int First, int Last)> merged = [];
        foreach ((var first, var last) in ranges.Where(range => range.First <= range.Last).Order())
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1)
                merged[^1] = (merged[^1].First, Math.Max(last, merged[^1].Last));
            else
                merged.Add((first, last));
        }

        ranges = merged;
    }

    private bool InCategories(int codePoint)
    {
        if (this.categories.Count == 0)
            return false;
        var own = 1u << (int)CharUnicodeInfo.GetUnicodeCategory(codePoint);
        foreach ((var categories, var inside) in this.categories)
        {
            if (((categories & own) != 0) == inside)
                return true;
        }

        return false;
    }

    // The ranges that hold members of a category are cut around them; only used for the few spaces.
    private CharacterSet Remove(UnicodeCategory category)
    {
        for (var at = ranges.Count - 1; at >= 0; at--)
        {
            (var first, var last) = ranges[at];
            for (var c = first; c <= Math.Min(last, 0x3001); c++)
            {
                if (CharUnicodeInfo.GetUnicodeCategory(c) != category)
                    continue;
                ranges.Add((first, c - 1));
                first = c + 1;
            }

            ranges[at] = (first, last);
        }

        return this;
    }
}
