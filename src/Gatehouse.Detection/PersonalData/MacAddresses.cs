using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>Hardware addresses of six bytes. A longer row of bytes is a digest or a fingerprint of a key.</summary>
internal static class MacAddresses
{
    private const int Length = 17;

    /// <summary>Returns the hit of an address that holds the hexadecimal group at a place, if there is one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the group begins.</param>
    /// <param name="length">The length of the group.</param>
    public static PersonalHit? Find(ref PersonalText text, int at, int length)
    {
        var source = text.Text;
        if (length == 4) return OfThree(ref text, at);
        if (length == 12) return IsHex(source.Slice(at, 12)) && text.IsLabelled(at, LabelKinds.Mac)
            ? new PersonalHit(PersonalKinds.MacAddress, at, 12, Confidence.Medium) : null;
        if (length != 2) return null;
        var separator = at + 2 < source.Length && source[at + 2] is ':' or '-' ? source[at + 2] : at > 0 ? source[at - 1] : ' ';
        if (separator is not (':' or '-')) return null;
        var start = at;
        while (start - 3 >= text.Floor && at - start < Length && source[start - 1] == separator && IsPair(source, start - 3)) start -= 3;
        var end = start;
        var pairs = 0;
        while (pairs < 8 && IsPair(source, end))
        {
            pairs++;
            end += 2;
            if (end >= source.Length || source[end] != separator || !IsPair(source, end + 1)) break;
            end++;
        }

        if (pairs != 6 || !IsWhole(source, start, end, separator)) return null;
        var value = source[start..end];
        // All zero and all one are no device; digits and hyphens without a letter are a date or a number of something.
        if (value.IndexOfAnyExcept('0', separator) < 0 || value.IndexOfAnyExcept('f', 'F', separator) < 0) return null;
        if (separator == '-' && !value.ContainsAnyInRange('A', 'f') && !text.IsLabelled(start, LabelKinds.Mac)) return null;
        return new PersonalHit(PersonalKinds.MacAddress, start, end - start, Confidence.High);
    }

    // 001a.2b3c.4d5e
    private static PersonalHit? OfThree(ref PersonalText text, int at)
    {
        var source = text.Text;
        if (at + 14 > source.Length || source[at + 4] != '.' || source[at + 9] != '.') return null;
        var value = source.Slice(at, 14);
        if (!IsHex(value[..4]) || !IsHex(value[5..9]) || !IsHex(value[10..]) || !IsWhole(source, at, at + 14, '.')) return null;
        return value.ContainsAnyInRange('A', 'f') || text.IsLabelled(at, LabelKinds.Mac)
            ? new PersonalHit(PersonalKinds.MacAddress, at, 14, Confidence.High) : null;
    }

    private static bool IsPair(ReadOnlySpan<char> source, int at) =>
        at >= 0 && at + 1 < source.Length && char.IsAsciiHexDigit(source[at]) && char.IsAsciiHexDigit(source[at + 1]);

    private static bool IsHex(ReadOnlySpan<char> value)
    {
        foreach (var character in value)
        {
            if (!char.IsAsciiHexDigit(character)) return false;
        }

        return true;
    }

    private static bool IsWhole(ReadOnlySpan<char> source, int start, int end, char separator) =>
        (start == 0 || (!char.IsAsciiLetterOrDigit(source[start - 1]) && source[start - 1] != separator))
        && (end >= source.Length || (!char.IsAsciiLetterOrDigit(source[end]) && !(source[end] == separator && end + 1 < source.Length
        && char.IsAsciiHexDigit(source[end + 1]))));
}
