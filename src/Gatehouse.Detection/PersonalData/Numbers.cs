namespace Gatehouse.Detection.PersonalData;

/// <summary>Kinds of numbers that may begin with, or hold, the digit at a place, in the order of their certainty.</summary>
internal static class Numbers
{
    // No number is longer.
    private const int Longest = 110;

    /// <summary>Returns the hit of a number that holds the digit at a place, if there is one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The place of the digit.</param>
    /// <param name="next">Receives the end of the word around the digit.</param>
    public static PersonalHit? Find(ref PersonalText text, int at, out int next)
    {
        var source = text.Text;
        var start = at;
        while (start > text.Floor && at - start < Longest && char.IsAsciiLetterOrDigit(source[start - 1])) start--;
        var end = at;
        while (end < source.Length && char.IsAsciiLetterOrDigit(source[end])) end++;
        next = end;
        if (end - start > Longest) return null;
        return char.IsAsciiDigit(source[start]) ? OfDigits(ref text, start, end, ref next) : OfLetters(ref text, start, end);
    }

    private static PersonalHit? OfDigits(ref PersonalText text, int start, int end, ref int next)
    {
        var source = text.Text;
        var run = 1;
        while (start + run < end && char.IsAsciiDigit(source[start + run])) run++;
        var isHouse = run < 6 && end - start - run < 2;
        // A short number without a part behind it can be the house of a street only.
        if (run < 7 && end == start + run && !IsContinued(source, end))
            return (run < 3 && end < source.Length && source[end] == ',' ? BirthDates.Find(ref text, start, run, out _) : null)
                ?? (isHouse ? StreetAddresses.Find(ref text, start, end) : null);
        // One before a word may also be a day.
        if (run < 4 && end == start + run && source[end] == ' ' && !char.IsAsciiDigit(source[end + 1]) && source[end + 1] is not ('-' or '('))
            return BirthDates.Find(ref text, start, run, out _) ?? StreetAddresses.Find(ref text, start, end);
        if (run < 4 && end < source.Length && source[end] is '.' or '°' or 'º' && Dotted(ref text, start) is { } dotted) return dotted;
        if (IsDecimal(source, end, ref next)) return null;
        var birth = BirthDates.Find(ref text, start, run, out var date);
        if (birth is not null) return birth;
        // What is written as a date is no other number.
        if (date > end && (text.IsEnd(date) || source[date] == 'T'))
        {
            text.Floor = next = AfterTime(source, date);
            return null;
        }

        // A time, or a group of an address.
        if (run < 5 && end < source.Length && source[end] == ':') return Hexadecimal(ref text, start, end);

        return Hexadecimal(ref text, start, end)
            ?? WithCountry(ref text, start)
            ?? Cards.Find(ref text, start, run)
            ?? NationalIds.Find(ref text, start, run)
            ?? VatNumbers.Find(ref text, start, run)
            ?? DocumentNumbers.Find(ref text, start)
            ?? Phones.Find(ref text, start)
            ?? (end - start > 24 ? CryptoAddresses.Find(ref text, start, end) : null)
            ?? (isHouse ? StreetAddresses.Find(ref text, start, end) : null);
    }

    private static PersonalHit? Dotted(ref PersonalText text, int start) => IpAddresses.FindV4(ref text, start) ?? Coordinates.Find(ref text, start);

    private static PersonalHit? OfLetters(ref PersonalText text, int start, int end)
    {
        var run = 1;
        while (start + run < end && char.IsAsciiLetter(text.Text[start + run])) run++;
        return Hexadecimal(ref text, start, end)
            ?? Ibans.Find(ref text, start)
            ?? NationalIds.Find(ref text, start, run)
            ?? VatNumbers.Find(ref text, start, 0)
            ?? DocumentNumbers.Find(ref text, start)
            ?? (end - start > 24 ? CryptoAddresses.Find(ref text, start, end) : null);
    }

    // A group of an address of a device or of IPv6.
    private static PersonalHit? Hexadecimal(ref PersonalText text, int start, int end)
    {
        var source = text.Text;
        if (end - start == 12 && text.IsLabelled(start, LabelKinds.Mac)) return MacAddresses.Find(ref text, start, 12);
        if (end - start > 4 || !((end < source.Length && source[end] is ':' or '-' or '.') || (start > text.Floor
            && source[start - 1] is ':' or '-'))) return null;
        return MacAddresses.Find(ref text, start, end - start)
            ?? ((end < source.Length && source[end] == ':') || (start > 1 && source[start - 1] == ':' && source[start - 2] == ':')
                ? IpAddresses.FindV6(ref text, start) : null);
    }

    // DE 129273398, CHE-123.456.788: the country is a word of its own.
    private static PersonalHit? WithCountry(ref PersonalText text, int start)
    {
        var source = text.Text;
        if (start < 3 || source[start - 1] is not (' ' or '-') || !char.IsAsciiLetterUpper(source[start - 2])) return null;
        var first = start - 2;
        while (first > text.Floor && start - first < 4 && char.IsAsciiLetterUpper(source[first - 1])) first--;
        if (start - first is not (3 or 4) || (first > text.Floor && char.IsAsciiLetterOrDigit(source[first - 1]))) return null;
        return Ibans.Find(ref text, first) ?? NationalIds.Find(ref text, first, start - first - 1) ?? VatNumbers.Find(ref text, first, 0);
    }

    // The end of a time of day behind a date.
    private static int AfterTime(ReadOnlySpan<char> source, int date)
    {
        if (date + 3 >= source.Length || source[date] is not ('T' or ' ') || !char.IsAsciiDigit(source[date + 1])
            || source[date + 3] != ':') return date;
        var end = date + 1;
        while (end < source.Length && end - date < 24 && (char.IsAsciiDigit(source[end]) || source[end] is ':' or '.')) end++;
        return end;
    }

    // 606.50 and 0.123: nothing but a number.
    private static bool IsDecimal(ReadOnlySpan<char> source, int end, ref int next)
    {
        if (end + 1 >= source.Length || source[end] != '.' || !char.IsAsciiDigit(source[end + 1])) return false;
        var last = end + 1;
        while (last < source.Length && char.IsAsciiDigit(source[last])) last++;
        if (last < source.Length && (char.IsAsciiLetterOrDigit(source[last]) || source[last] is '.' or '-' or '/' or ' ')) return false;
        next = last;
        return true;
    }

    private static bool IsContinued(ReadOnlySpan<char> source, int end) =>
        end + 1 < source.Length && source[end] is not (',' or '"' or '}' or ']' or '\n');
}
