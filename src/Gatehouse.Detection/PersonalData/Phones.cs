using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>
/// Telephone numbers: international ones by their calling code and length, national ones by the separators of their area codes or by a label. The
/// library of the field reads a text of 10 KB in two milliseconds and takes order numbers for telephone numbers, so only its lengths are used.
/// </summary>
internal static class Phones
{
    private const int LongestNumber = 15;
    private const int FewestLabelled = 6;
    private const int NearLabel = 20;

    /// <summary>Returns the hit of a number at the beginning of a row of digits, if there is one.</summary>
    public static PersonalHit? Find(ref PersonalText text, int at)
    {
        var source = text.Text;
        Span<char> digits = stackalloc char[LongestNumber];
        Span<int> ends = stackalloc int[LongestNumber];
        var length = Read(source, at, digits, ends, out var groups, out var firstGroup);
        if (length < FewestLabelled) return null;
        var start = at > text.Floor && source[at - 1] == '(' ? at - 1 : at;
        if (start > text.Floor && source[start - 1] == '+') return International(ref text, start - 1, digits[..length], ends);
        if (start > 0 && (char.IsAsciiLetterOrDigit(source[start - 1]) || source[start - 1] is '$' or '€' or '£')) return null;
        // Part of a longer row of groups.
        if (start > 1 && source[start - 1] is ' ' or '-' or '.' && char.IsAsciiDigit(source[start - 2])
            && !text.IsLabelled(start, LabelKinds.Phone)) return null;
        if (digits is ['0', '0', >= '1', ..] && International(digits[2..length], out var end) && ((groups > 1 && IsSeparated(source, start))
            || text.IsLabelled(start, LabelKinds.Phone))
            && !text.IsOfThing(start))
            return Hit(ref text, start, ends[end + 1]);
        return National(ref text, start, digits[..length], ends[..length], groups, firstGroup);
    }

    private static PersonalHit? International(ref PersonalText text, int start, scoped ReadOnlySpan<char> digits, scoped ReadOnlySpan<int> ends)
    {
        if (start > text.Floor && text.Text[start - 1] == '(') start--;
        else if (start > 0 && char.IsAsciiLetterOrDigit(text.Text[start - 1])) return null;
        if (!International(digits, out var length) || (text.LabelsAt(start).Kinds & LabelKinds.Thing) != 0) return null;
        return Hit(ref text, start, ends[length - 1]);
    }

    // Digits beyond the longest number of the country are the next value, and a longer group belongs to no number.
    private static bool International(ReadOnlySpan<char> digits, out int length)
    {
        var code = CallingCodes.Of(digits, out var fewest, out var most);
        // +44 (0)20 7946 0958: the zero in brackets is not dialled from abroad, and counts here.
        var zero = code > 0 && code < digits.Length && digits[code] == '0' ? 1 : 0;
        length = Math.Min(digits.Length, code + most + zero);
        return code > 0 && length >= code + Math.Max(fewest, 5);
    }

    private static PersonalHit? National(ref PersonalText text, int start, scoped ReadOnlySpan<char> digits, scoped ReadOnlySpan<int> ends,
        int groups, int firstGroup)
    {
        var source = text.Text;
        var end = ends[^1];
        var isPhone = IsAmerican(source, start, out var americanEnd);
        if (isPhone) end = americanEnd;
        else isPhone = (groups == 5 && firstGroup == 1 && digits is ['7' or '8', ..] && digits.Length == 11)
            || IsTrunk(digits, source[start..end], groups, firstGroup);
        var isLabelled = text.IsLabelled(start, LabelKinds.Phone) || IsNamedAfter(source, end);
        if (!isLabelled && (!isPhone || text.IsOfThing(start))) return null;
        if (!isPhone && (digits.Length > 13 || digits.Length < 7 || LooksLikeDate(source[start..end], digits))) return null;
        // Without groups the label must be right before it.
        if (!isPhone && groups == 1 && (text.IsJoinedBefore(start) || !text.IsLabelledNear(start, LabelKinds.Phone, NearLabel))) return null;
        return text.IsEnd(end) || IsExtension(source, end) > end ? Hit(ref text, start, end, isLabelled ? Confidence.High : Confidence.Medium) : null;
    }

    // The calling code is a group of its own: 0044 20 7946 0958.
    private static bool IsSeparated(ReadOnlySpan<char> source, int start)
    {
        var end = start;
        while (end < source.Length && char.IsAsciiDigit(source[end])) end++;
        return end - start is >= 3 and <= 5;
    }

    // (212) 555-0123, 212-555-0123, 212.555.0123, 1-212-555-0123
    private static bool IsAmerican(ReadOnlySpan<char> source, int start, out int end)
    {
        end = start;
        if (end + 1 < source.Length && source[end] == '1' && source[end + 1] is '-' or '.' or ' ') end += 2;
        var isBracketed = end < source.Length && source[end] == '(';
        if (isBracketed) end++;
        if (!IsGroup(source, ref end, 3, isArea: true)) return false;
        if (isBracketed && (end >= source.Length || source[end++] != ')')) return false;
        var separator = end < source.Length ? source[end] : '\0';
        if (separator is '-' or '.' || (isBracketed && separator == ' ')) end++;
        else if (!isBracketed) return false;
        if (!IsGroup(source, ref end, 3, isArea: true) || end >= source.Length || source[end] is not ('-' or '.' or ' ')) return false;
        if (!isBracketed && source[end] != separator) return false;
        end++;
        return IsGroup(source, ref end, 4, isArea: false);
    }

    private static bool IsGroup(ReadOnlySpan<char> source, ref int at, int length, bool isArea)
    {
        if (at + length > source.Length || (isArea && source[at] is '0' or '1')
            || source.Slice(at, length).IndexOfAnyExceptInRange('0', '9') >= 0) return false;
        at += length;
        return at >= source.Length || !char.IsAsciiDigit(source[at]);
    }

    // 030 1234567, 01 23 45 67 89, 090-1234-5678: a zero before the area, then two groups or more.
    private static bool IsTrunk(ReadOnlySpan<char> digits, ReadOnlySpan<char> written, int groups, int firstGroup) =>
        digits[0] == '0' && digits[1] != '0' && digits.Length is >= 9 and <= 12 && groups is >= 2 and <= 5 && firstGroup is >= 2 and <= 5
        && (written.IndexOf('.') < 0 || groups == 5) && char.IsAsciiDigit(written[^2]);

    // "516 466 638 (mobile)"
    private static bool IsNamedAfter(ReadOnlySpan<char> source, int end)
    {
        var from = end;
        while (from < source.Length && from < end + 2 && source[from] is ' ' or '(') from++;
        if (from == end || from >= source.Length || !char.IsAsciiLetter(source[from])) return false;
        var word = source[from..Math.Min(source.Length, from + 7)];
        return word.StartsWith("mobile", StringComparison.OrdinalIgnoreCase) || word.StartsWith("office", StringComparison.OrdinalIgnoreCase)
            || word.StartsWith("fax", StringComparison.OrdinalIgnoreCase) || word.StartsWith("cell", StringComparison.OrdinalIgnoreCase)
            || word.StartsWith("mobil", StringComparison.OrdinalIgnoreCase);
    }

    private static bool LooksLikeDate(ReadOnlySpan<char> written, ReadOnlySpan<char> digits) =>
        (digits.Length == 8 && written.Length == 9 && written[0] is '1' or '2' && written[5] is '1' or '2' && digits[..2] is "19" or "20"
            && digits[4..6] is "19" or "20") ||
        digits.Length is 8 or >= 12 && ((written[0] is '1' or '2' && Checksums.Number(digits[..4]) is >= 1900 and <= 2100
                && Checksums.IsDay(Checksums.Number(digits[4..6]), Checksums.Number(digits[6..8])))
            || (written.IndexOfAny("./-") == 2 && Checksums.IsDay(Checksums.Number(digits[2..4]), Checksums.Number(digits[..2]))
                && Checksums.Number(digits[4..8]) is >= 1900 and <= 2100));

    private static PersonalHit? Hit(ref PersonalText text, int start, int end, Confidence confidence = Confidence.High)
    {
        end = IsExtension(text.Text, end);
        return end >= text.Text.Length || !char.IsAsciiLetterOrDigit(text.Text[end])
            ? new PersonalHit(PersonalKinds.Phone, start, end - start, confidence) : null;
    }

    // x123, ext. 123
    private static int IsExtension(ReadOnlySpan<char> source, int end)
    {
        var at = end;
        if (at < source.Length && source[at] == ' ') at++;
        var rest = source[at..Math.Min(source.Length, at + 5)];
        var sign = rest.StartsWith("ext. ") ? 5 : rest.StartsWith("ext ") ? 4 : rest.StartsWith("x") ? 1 : 0;
        var last = at + sign;
        while (sign > 0 && last < source.Length && last < at + sign + 6 && char.IsAsciiDigit(source[last])) last++;
        return sign > 0 && last > at + sign ? last : end;
    }

    // The digits with at most two separators between two of them.
    private static int Read(ReadOnlySpan<char> source, int at, Span<char> digits, Span<int> ends, out int groups, out int firstGroup)
    {
        groups = 1;
        firstGroup = 0;
        var length = 0;
        for (var gap = 0; at < source.Length; at++)
        {
            if (char.IsAsciiDigit(source[at]))
            {
                // No telephone has a longer number.
                if (length == digits.Length) return gap > 0 ? length : 0;
                if (gap > 0) groups++;
                gap = 0;
                if (groups == 1) firstGroup++;
                ends[length] = at + 1;
                digits[length++] = source[at];
            }
            else if (!(source[at] is ' ' or '-' or '.' or '/' or '(' or ')' or '\u00a0' or '\u2011' or '\u202f')
                || (++gap == 2 && source[at] is '-' or '.' && source[at - 1] is '-' or '.') || gap > 3)
            {
                break;
            }
        }

        return length;
    }
}
